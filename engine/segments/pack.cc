#include "engine/segments/pack.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <zstd.h>

#include "engine/segments/chain.h"
#include "engine/segments/cursor.h"

namespace kopilka::segments {
namespace {

using base::ErrorKind;
using base::Result;

class PackedWriter {
 public:
  PackedWriter(std::unique_ptr<File> file, int level)
      : file_(std::move(file)), level_(level), context_(ZSTD_createCCtx(), &ZSTD_freeCCtx) {}

  Result<void> begin(const SegmentHeader& header) { return put(encode_packed_header(header)); }

  Result<void> add(const ports::SealedBatch& batch) {
    if (!batches_.empty() && batches_.size() + batch.bytes.size() > kFrameBytes)
      KOPILKA_TRY(finish_frame());
    if (batches_.empty()) {
      frame_ = {};
      frame_.first_n = batch.header.n;
      frame_.first_seq = batch.header.first_seq;
    }
    batches_ += batch.bytes;
    return {};
  }

  Result<void> finish() {
    if (!batches_.empty()) KOPILKA_TRY(finish_frame());
    KOPILKA_TRY(put(encode_index(frames_)));
    KOPILKA_TRY(file_->sync());
    file_->forget_cached();
    return {};
  }

 private:
  Result<void> put(base::ByteView bytes) {
    KOPILKA_TRY(file_->write_at(offset_, bytes));
    offset_ += bytes.size();
    return {};
  }

  Result<void> finish_frame() {
    stored_.resize(ZSTD_compressBound(batches_.size()));
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, level_);
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
    const auto size = ZSTD_compress2(context_.get(), stored_.data(), stored_.size(),
                                     batches_.data(), batches_.size());
    if (ZSTD_isError(size) != 0)
      return base::fail(ErrorKind::io, std::string("cannot compress: ") + ZSTD_getErrorName(size));
    frame_.offset = offset_;
    frame_.stored_bytes = static_cast<std::uint32_t>(size);
    frame_.batch_bytes = static_cast<std::uint32_t>(batches_.size());
    frames_.push_back(frame_);
    batches_.clear();
    return put(base::ByteView{stored_}.substr(0, size));
  }

  std::unique_ptr<File> file_;
  int level_;
  std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context_;
  std::uint64_t offset_{0};
  PackedFrame frame_;
  std::vector<PackedFrame> frames_;
  base::Bytes batches_;
  base::Bytes stored_;
};

Result<void> check_stop(const std::atomic<bool>& stop) {
  if (!stop) return {};
  return base::fail(ErrorKind::unknown_outcome, "stopped before the segment was packed");
}

// Checks every batch of the raw segment and gives it to `each`. Returns where they end, which must
// be where the next segment goes on.
template <class Each>
Result<std::uint64_t> walk(RawCursor& raw, const std::filesystem::path& path,
                           const SegmentHeader& follower, Each each) {
  Chain chain(raw.header());
  for (;;) {
    KOPILKA_TRY_ASSIGN(const auto slot, raw.next());
    std::optional<std::string> what;
    const bool ended = slot.state == SlotState::empty || slot.state == SlotState::end;
    if (ended) what = chain.misfit(follower);
    if (slot.state == SlotState::whole) what = chain.misfit(slot.batch);
    if (slot.state == SlotState::torn) what = "a sector of the batch was not written";
    if (slot.state == SlotState::damaged) what = slot.what;
    if (what) return std::unexpected(corrupt_at(path, slot.offset, chain.next_seq(), *what));
    if (ended) return slot.offset;
    chain.follow(slot.batch);
    KOPILKA_TRY(each(slot.batch));
  }
}

}  // namespace

Result<void> pack_segment(Files& files, const std::filesystem::path& directory,
                          const SegmentName& segment, const SegmentHeader& follower, int zstd_level,
                          const std::atomic<bool>& stop) {
  const auto path = directory / to_text(segment);
  const SegmentName packed_name{segment.first_n, segment.first_seq, SegmentForm::packed};
  const auto packed_path = directory / to_text(packed_name);
  // The form is told by the suffix, so the temporary one keeps it out of sight by another.
  const auto temporary = std::filesystem::path(packed_path.string() + kTemporarySuffix);

  KOPILKA_TRY_ASSIGN(const auto raw, RawCursor::open(files, path));
  KOPILKA_TRY_ASSIGN(auto file, files.create(temporary));
  PackedWriter writer(std::move(file), zstd_level);
  KOPILKA_TRY(writer.begin(raw->header()));
  KOPILKA_TRY_ASSIGN(const auto end,
                     walk(*raw, path, follower, [&](const auto& batch) -> Result<void> {
                       KOPILKA_TRY(check_stop(stop));
                       return writer.add(batch);
                     }));
  KOPILKA_TRY(writer.finish());

  KOPILKA_TRY_ASSIGN(const auto size, raw->file().size());
  if (size > end) {
    KOPILKA_TRY_ASSIGN(const auto shrinking, files.open(path, Access::write));
    KOPILKA_TRY(shrinking->resize(end));
    KOPILKA_TRY(shrinking->sync());
  }

  // Both are read from the disk, not from what was kept of the writing.
  KOPILKA_TRY_ASSIGN(const auto again, RawCursor::open(files, path));
  KOPILKA_TRY_ASSIGN(const auto packed, PackedCursor::open(files, temporary));
  KOPILKA_TRY_ASSIGN(
      const auto same_end, walk(*again, path, follower, [&](const auto& batch) -> Result<void> {
        KOPILKA_TRY(check_stop(stop));
        KOPILKA_TRY_ASSIGN(const auto copy, packed->next());
        if (copy.state == SlotState::whole && copy.batch.bytes == batch.bytes) return {};
        return std::unexpected(corrupt_at(temporary, copy.offset, batch.header.first_seq,
                                          "the copy is not what was compressed"));
      }));
  KOPILKA_TRY_ASSIGN(const auto nothing, packed->next());
  if (same_end != end || nothing.state != SlotState::end)
    return std::unexpected(corrupt_at(temporary, nothing.offset, segment.first_seq,
                                      "the copy holds more than was compressed"));

  KOPILKA_TRY(files.rename(temporary, packed_path));
  KOPILKA_TRY(files.sync_directory(directory));
  KOPILKA_TRY(files.remove(path));
  return files.sync_directory(directory);
}

}  // namespace kopilka::segments
