#include <algorithm>

#include <fmt/format.h>
#include <zstd.h>

#include "engine/codec/batch.h"
#include "engine/segments/cursor.h"

namespace kopilka::segments {

using base::ErrorKind;
using base::Result;

Result<std::unique_ptr<PackedCursor>> PackedCursor::open(Files& files, std::filesystem::path path) {
  KOPILKA_TRY_ASSIGN(auto file, files.open(path, Access::read));
  std::unique_ptr<PackedCursor> cursor(new PackedCursor(std::move(file), std::move(path)));
  KOPILKA_TRY(cursor->load());
  return cursor;
}

base::Error PackedCursor::bad(std::uint64_t offset, model::Seq seq, const std::string& what) const {
  return corrupt_at(path_, offset, seq, what);
}

Result<base::Bytes> PackedCursor::read(std::uint64_t offset, std::uint64_t size) {
  base::Bytes bytes(static_cast<std::size_t>(size), '\0');
  KOPILKA_TRY_ASSIGN(const auto got, file_->read_at(offset, bytes));
  bytes.resize(got);
  return bytes;
}

Result<void> PackedCursor::load() {
  const auto name = parse_segment_name(path_.filename().string());
  const auto seq = name ? name->first_seq : model::Seq{0};
  const auto refuse = [&](std::uint64_t offset, const base::Error& error) -> Result<void> {
    if (error.kind != ErrorKind::corrupt) return std::unexpected(error);
    return std::unexpected(bad(offset, seq, error.message));
  };
  KOPILKA_TRY_ASSIGN(const auto head, read(0, kPackedHeaderBytes));
  const auto header = decode_packed_header(head);
  if (!header) return refuse(0, header.error());
  header_ = *header;

  KOPILKA_TRY_ASSIGN(const auto size, file_->size());
  const auto trailer_at = size - std::min<std::uint64_t>(size, kIndexTrailerBytes);
  KOPILKA_TRY_ASSIGN(const auto trailer, read(trailer_at, kIndexTrailerBytes));
  const auto length = index_bytes(trailer);
  if (!length) return refuse(trailer_at, length.error());
  if (*length + kPackedHeaderBytes > size)
    return std::unexpected(bad(trailer_at, seq, "the index is longer than its file"));
  KOPILKA_TRY_ASSIGN(const auto index, read(size - *length, *length));
  auto frames = decode_index(index);
  if (!frames) return refuse(size - *length, frames.error());
  frames_ = std::move(*frames);

  std::uint64_t offset = kPackedHeaderBytes;
  for (const auto& frame : frames_) {
    if (frame.offset != offset) break;
    offset += frame.stored_bytes;
  }
  if (offset != size - *length)
    return std::unexpected(bad(offset, seq, "the index does not cover the file"));
  return {};
}

Result<void> PackedCursor::advance() {
  const auto& frame = frames_[next_frame_];
  KOPILKA_TRY_ASSIGN(const auto stored, read(frame.offset, frame.stored_bytes));
  frame_.assign(frame.batch_bytes, '\0');
  used_ = 0;
  const auto got = ZSTD_decompress(frame_.data(), frame_.size(), stored.data(), stored.size());
  if (ZSTD_isError(got) != 0 || got != frame_.size()) {
    frame_.clear();
    return std::unexpected(
        bad(frame.offset, frame.first_seq,
            ZSTD_isError(got) != 0 ? ZSTD_getErrorName(got) : "the frame has another length"));
  }
  ++next_frame_;
  return {};
}

Result<Slot> PackedCursor::next() {
  Slot slot;
  if (used_ == frame_.size()) {
    if (next_frame_ == frames_.size()) return slot;
    KOPILKA_TRY(advance());
  }
  const auto& frame = frames_[next_frame_ - 1];
  const auto rest = base::ByteView{frame_}.substr(used_);
  slot.offset = frame.offset;
  const auto header = codec::open_header(rest);
  if (!header) return std::unexpected(bad(frame.offset, frame.first_seq, header.error().message));
  if (header->batch_bytes > rest.size())
    return std::unexpected(bad(frame.offset, frame.first_seq, "the frame ends within a batch"));
  auto batch = codec::open_sealed(base::Bytes{rest.substr(0, header->batch_bytes)});
  if (!batch)
    return std::unexpected(bad(frame.offset, header->header.first_seq, batch.error().message));
  slot.state = SlotState::whole;
  slot.bytes = header->batch_bytes;
  slot.batch = std::move(*batch);
  used_ += header->batch_bytes;
  return slot;
}

Result<void> PackedCursor::seek(model::Seq first, model::BatchNumber last_n, Chain& chain) {
  const auto after = std::ranges::upper_bound(frames_, first, {},
                                              [](const auto& frame) { return frame.first_seq; });
  if (after != frames_.begin()) {
    next_frame_ = static_cast<std::size_t>(after - frames_.begin()) - 1;
    frame_.clear();
    used_ = 0;
    if (next_frame_ > 0) chain.jump(frames_[next_frame_].first_n, frames_[next_frame_].first_seq);
  }
  while (chain.next_n() <= last_n) {
    if (used_ == frame_.size()) {
      if (next_frame_ == frames_.size()) break;
      KOPILKA_TRY(advance());
    }
    const auto header = codec::open_header(base::ByteView{frame_}.substr(used_));
    // Whatever is wrong with it is for next() to say.
    if (!header || header->batch_bytes > frame_.size() - used_ ||
        header->header.n != chain.next_n() || header->header.first_seq != chain.next_seq() ||
        model::last_seq(header->header) >= first)
      break;
    chain.skip(header->header);
    used_ += header->batch_bytes;
  }
  return {};
}

}  // namespace kopilka::segments
