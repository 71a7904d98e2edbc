#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "engine/base/result.h"
#include "engine/model/batch.h"
#include "engine/segments/chain.h"
#include "engine/segments/file.h"
#include "engine/segments/format.h"
#include "engine/segments/slots.h"

namespace kopilka::segments {

class RawCursor;

// Walks the batches of one segment file. Each batch is checked by itself; that it is the next one
// is for the caller's Chain to say. Not shared between threads.
class SegmentCursor {
 public:
  virtual ~SegmentCursor() = default;

  [[nodiscard]] virtual const SegmentHeader& header() const = 0;

  // The batch here, and moves past it; stays at anything that is not whole. A packed segment has
  // only whole batches and an end, everything else is `corrupt`.
  [[nodiscard]] virtual base::Result<Slot> next() = 0;

  // Moves past batches that end before `first` and are numbered up to `last_n`, reading as little
  // as it can, and tells the chain.
  [[nodiscard]] virtual base::Result<void> seek(model::Seq first, model::BatchNumber last_n,
                                                Chain& chain) = 0;

  [[nodiscard]] virtual RawCursor* as_raw() { return nullptr; }
};

// Where a batch of a raw segment begins.
struct SlotPlace {
  model::BatchNumber n;
  model::Seq first_seq;
  std::uint64_t offset{0};
};

class RawCursor final : public SegmentCursor {
 public:
  [[nodiscard]] static base::Result<std::unique_ptr<RawCursor>> open(Files& files,
                                                                     std::filesystem::path path);
  // Over a file that is open already.
  [[nodiscard]] static base::Result<std::unique_ptr<RawCursor>> over(std::unique_ptr<File> file,
                                                                     std::filesystem::path path);

  [[nodiscard]] const SegmentHeader& header() const override { return header_; }
  [[nodiscard]] base::Result<Slot> next() override;
  [[nodiscard]] base::Result<void> seek(model::Seq first, model::BatchNumber last_n,
                                        Chain& chain) override;
  [[nodiscard]] RawCursor* as_raw() override { return this; }
  // What next() would give, without moving.
  [[nodiscard]] base::Result<Slot> peek() { return slots_.at(offset_, Depth::whole); }
  void jump(const SlotPlace& place, Chain& chain);
  [[nodiscard]] std::uint64_t offset() const { return offset_; }
  [[nodiscard]] File& file() { return slots_.file(); }

 private:
  RawCursor(std::unique_ptr<File> file, std::filesystem::path path)
      : path_(std::move(path)), slots_(std::move(file)) {}

  std::filesystem::path path_;
  SlotReader slots_;
  SegmentHeader header_;
  std::uint64_t offset_{kPageBytes};
};

class PackedCursor final : public SegmentCursor {
 public:
  [[nodiscard]] static base::Result<std::unique_ptr<PackedCursor>> open(Files& files,
                                                                        std::filesystem::path path);

  [[nodiscard]] const SegmentHeader& header() const override { return header_; }
  [[nodiscard]] base::Result<Slot> next() override;
  [[nodiscard]] base::Result<void> seek(model::Seq first, model::BatchNumber last_n,
                                        Chain& chain) override;

 private:
  PackedCursor(std::unique_ptr<File> file, std::filesystem::path path)
      : path_(std::move(path)), file_(std::move(file)) {}

  [[nodiscard]] base::Result<void> load();
  [[nodiscard]] base::Result<base::Bytes> read(std::uint64_t offset, std::uint64_t size);
  // Decompresses the next frame, if there is one.
  [[nodiscard]] base::Result<void> advance();
  [[nodiscard]] base::Error bad(std::uint64_t offset, model::Seq seq,
                                const std::string& what) const;

  std::filesystem::path path_;
  std::unique_ptr<File> file_;
  SegmentHeader header_;
  std::vector<PackedFrame> frames_;
  std::size_t next_frame_{0};
  base::Bytes frame_;  // batches of the frame before next_frame_
  std::size_t used_{0};
};

// Either, by the name's form.
[[nodiscard]] base::Result<std::unique_ptr<SegmentCursor>> open_segment(
    Files& files, const std::filesystem::path& directory, const SegmentName& name);

// The message of a corruption: which file, where, which event, and what is wrong.
[[nodiscard]] base::Error corrupt_at(const std::filesystem::path& path, std::uint64_t offset,
                                     model::Seq seq, const std::string& what);

}  // namespace kopilka::segments
