#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/memory/clock.h"
#include "engine/segments/segment_log.h"
#include "tests/support/batches.h"
#include "tests/support/faulty_files.h"

namespace kopilka::segments {

using ports::AppendStatus;
using ports::SealedBatch;
using support::BatchMaker;
using support::BatchShape;
using support::FileFault;
using support::Unsynced;

inline constexpr char kDirectory[] = "log";
inline constexpr std::uint64_t kSmallSegment = std::uint64_t{16} << 10;

// A log over a disk that can fail, and what is needed to look at it from outside.
struct Disk {
  support::FaultyFiles files;
  memory::SeededRandom random{1};
  Options options{.segment_bytes = kSmallSegment,
                  .durable = std::nullopt,
                  .upkeep = UpkeepTime::in_line,
                  .zstd_level = 1};

  base::Result<void> create() {
    return SegmentLog::create(files, kDirectory, support::store_id(7), kSmallSegment);
  }
  base::Result<std::unique_ptr<SegmentLog>> open() {
    return SegmentLog::open(files, kDirectory, random, options);
  }
  std::unique_ptr<SegmentLog> made() {
    const auto created = create();
    if (!created) throw std::runtime_error(created.error().message);
    return opened();
  }
  std::unique_ptr<SegmentLog> opened() {
    auto log = open();
    if (!log) throw std::runtime_error(log.error().message);
    return std::move(*log);
  }
  // The segment files and the marks, without the lock and what is half made.
  std::vector<std::filesystem::path> paths() {
    std::vector<std::filesystem::path> found;
    const auto names = files.list(kDirectory);
    if (!names) throw std::runtime_error(names.error().message);
    for (const auto& name : *names)
      found.push_back(std::filesystem::path(kDirectory) / name);
    return found;
  }
  // The segment that is appended to.
  std::filesystem::path active() {
    std::filesystem::path last;
    for (const auto& path : paths())
      if (path.extension() == ".segment") last = path;
    return last;
  }
};

inline ports::Ownership acquired(SegmentLog& log) {
  auto ownership = log.acquire();
  if (!ownership) throw std::runtime_error(ownership.error().message);
  return *ownership;
}

inline ports::AppendOutcome append(SegmentLog& log, const SealedBatch& batch) {
  if (const auto taken = log.submit(batch); !taken)
    return {batch.header.n, AppendStatus::failed, taken.error().message};
  const auto told = log.poll(std::chrono::minutes(1));
  if (told.size() != 1) throw std::runtime_error("not one outcome");
  return told[0];
}

// Appends, and says what was written.
inline std::vector<SealedBatch> fill(SegmentLog& log, int batches, BatchShape shape) {
  BatchMaker maker(acquired(log));
  std::vector<SealedBatch> written;
  for (int i = 0; i < batches; ++i) {
    written.push_back(maker.next(shape));
    const auto outcome = append(log, written.back());
    if (outcome.status != AppendStatus::acknowledged) throw std::runtime_error(outcome.detail);
  }
  return written;
}

// Everything from `first` on, or the first error.
inline base::Result<std::vector<SealedBatch>> read_all(SegmentLog& log, std::uint64_t first = 1) {
  std::vector<SealedBatch> batches;
  KOPILKA_TRY_ASSIGN(const auto reader, log.read_from(model::Seq{first}));
  for (;;) {
    KOPILKA_TRY_ASSIGN(auto batch, reader->next());
    if (!batch) return batches;
    batches.push_back(std::move(*batch));
  }
}

inline bool same(const std::vector<SealedBatch>& found, const std::vector<SealedBatch>& expected) {
  if (found.size() != expected.size()) return false;
  for (std::size_t i = 0; i < found.size(); ++i)
    if (found[i].bytes != expected[i].bytes) return false;
  return true;
}

// A message that tells an operator where to look.
inline bool names_the_place(const base::Error& error) {
  return error.message.find("log/") != std::string::npos &&
         error.message.find("offset ") != std::string::npos &&
         error.message.find("seq ") != std::string::npos;
}

}  // namespace kopilka::segments
