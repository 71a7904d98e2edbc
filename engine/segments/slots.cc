#include "engine/segments/slots.h"

#include <algorithm>

#include <fmt/format.h>

#include "engine/base/check.h"
#include "engine/codec/batch.h"

namespace kopilka::segments {
namespace {

using base::ByteView;
using base::Result;

constexpr std::size_t kWindowBytes = std::size_t{64} << 10;

Slot damaged(std::uint64_t offset, std::string what) {
  Slot slot;
  slot.state = SlotState::damaged;
  slot.offset = offset;
  slot.what = std::move(what);
  return slot;
}

}  // namespace

Result<Slot> SlotReader::at(std::uint64_t offset, Depth depth) {
  KOPILKA_CHECK(offset % kPageBytes == 0 && offset > 0);
  const bool from_window = offset >= window_offset_ && offset < window_offset_ + window_.size();
  KOPILKA_TRY_ASSIGN(auto slot, look(offset, depth));
  if (slot.state == SlotState::whole) return slot;
  window_.clear();
  // The window may be older than the slot.
  if (from_window) return look(offset, depth);
  return slot;
}

Result<SegmentHeader> SlotReader::read_header() {
  KOPILKA_TRY_ASSIGN(const auto page, window(0, kPageBytes));
  return decode_segment_header(page);
}

Result<ByteView> SlotReader::window(std::uint64_t offset, std::size_t size) {
  if (offset < window_offset_ || offset + size > window_offset_ + window_.size()) {
    window_.resize(std::max(size, kWindowBytes));
    window_offset_ = offset;
    auto got = file_->read_at(offset, window_);
    window_.resize(got.value_or(0));
    if (!got) return std::unexpected(std::move(got).error());
  }
  return ByteView{window_.data(), window_.size()}.substr(
      static_cast<std::size_t>(offset - window_offset_), size);
}

Result<Slot> SlotReader::look(std::uint64_t offset, Depth depth) {
  KOPILKA_TRY_ASSIGN(const auto first, window(offset, kSectorBytes));
  Slot slot;
  slot.offset = offset;
  if (first.empty()) return slot;
  if (first.size() < kSectorBytes) return damaged(offset, "the file ends within a sector");
  if (is_zero(first)) {
    slot.state = SlotState::empty;
    return slot;
  }
  const auto prefix = decode_slot_prefix(first);
  if (!prefix) return damaged(offset, "the slot's prefix is not what was written");
  auto header = codec::open_header(first.substr(kSlotPrefixBytes));
  // A format that this build does not know is not damage, and nothing to be skipped.
  if (!header && header.error().kind != base::ErrorKind::corrupt)
    return std::unexpected(std::move(header).error());
  if (!header) return damaged(offset, header.error().message);
  if (header->batch_bytes != prefix->batch_bytes)
    return damaged(offset, fmt::format("the slot holds {} bytes, its batch says {}",
                                       prefix->batch_bytes, header->batch_bytes));
  slot.state = SlotState::whole;
  slot.bytes = slot_bytes(prefix->batch_bytes);
  slot.batch.header = header->header;
  if (depth == Depth::whole) return examine(std::move(slot), *prefix);
  KOPILKA_TRY_ASSIGN(const auto size, file_->size());
  if (offset + slot.bytes > size) return damaged(offset, "the file ends within the batch");
  return slot;
}

Result<Slot> SlotReader::examine(Slot slot, SlotPrefix prefix) {
  KOPILKA_TRY_ASSIGN(const auto bytes, window(slot.offset, static_cast<std::size_t>(slot.bytes)));
  if (bytes.size() < slot.bytes) return damaged(slot.offset, "the file ends within the batch");
  const auto padding = bytes.substr(kSlotPrefixBytes + prefix.batch_bytes);
  auto batch = codec::open_sealed(base::Bytes{bytes.substr(kSlotPrefixBytes, prefix.batch_bytes)});
  if (batch && is_zero(padding)) {
    slot.batch = std::move(*batch);
    return slot;
  }
  if (count_zero_sectors(bytes) > prefix.zero_sectors) {
    slot.state = SlotState::torn;
    return slot;
  }
  return damaged(slot.offset, batch ? "the padding is not zero" : batch.error().message);
}

Result<Remains> look_behind(File& file, std::uint64_t offset, const model::StoreId& store) {
  Remains remains;
  KOPILKA_TRY_ASSIGN(const auto size, file.size());
  if (offset >= size) return remains;
  PageBuffer chunk(
      static_cast<std::size_t>(std::min<std::uint64_t>(size - offset, std::uint64_t{1} << 20)));
  for (;;) {
    KOPILKA_TRY_ASSIGN(const auto got, file.read_at(offset, chunk.span()));
    if (got == 0) return remains;
    auto rest = chunk.view().substr(0, got);
    for (; !rest.empty(); rest.remove_prefix(std::min(kSectorBytes, rest.size()))) {
      const auto sector = rest.substr(0, kSectorBytes);
      if (!is_zero(sector)) {
        remains.dirty_end = offset + sector.size();
        if (offset % kPageBytes == 0 && decode_slot_prefix(sector)) {
          const auto header = codec::open_header(sector.substr(kSlotPrefixBytes));
          if (header && header->header.store == store) remains.later_slot = offset;
        }
      }
      offset += sector.size();
    }
    if (got < chunk.view().size()) return remains;
  }
}

}  // namespace kopilka::segments
