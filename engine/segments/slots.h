#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/ports/event_log.h"
#include "engine/segments/file.h"
#include "engine/segments/format.h"

namespace kopilka::segments {

enum class SlotState : unsigned char {
  whole,    // a batch that passes every check of its own
  empty,    // its first sector holds zeros: nothing was written, or its writing tore there
  torn,     // the header is good, and a sector still holds the zeros from before
  damaged,  // anything else: not what was written
  end,      // the file ends here
};

struct Slot {
  SlotState state{SlotState::end};
  std::uint64_t offset{0};
  std::uint64_t bytes{0};    // whole or torn: to the next slot
  ports::SealedBatch batch;  // whole; with Depth::header, and when torn, the header alone
  std::string what;          // damaged: in which way
};

enum class Depth : unsigned char { header, whole };

// Reads the slots of one raw segment through a window, so that a walk is not a read a batch.
class SlotReader {
 public:
  explicit SlotReader(std::unique_ptr<File> file) : file_(std::move(file)) {}

  // What stands at `offset`, which is a whole number of pages and not in the first. A slot that is
  // not whole is looked at afresh, since it may be under way. With Depth::header, `whole` says
  // only that the header is good and that the slot ends within the file.
  [[nodiscard]] base::Result<Slot> at(std::uint64_t offset, Depth depth);

  [[nodiscard]] base::Result<SegmentHeader> read_header();
  [[nodiscard]] File& file() { return *file_; }

 private:
  [[nodiscard]] base::Result<base::ByteView> window(std::uint64_t offset, std::size_t size);
  [[nodiscard]] base::Result<Slot> look(std::uint64_t offset, Depth depth);
  [[nodiscard]] base::Result<Slot> examine(Slot slot, SlotPrefix prefix);

  std::unique_ptr<File> file_;
  std::vector<char> window_;
  std::uint64_t window_offset_{0};
};

// What lies behind the end of a log, where zeros should.
struct Remains {
  std::uint64_t dirty_end{0};   // end of the last sector that is not zero; 0: none
  std::uint64_t later_slot{0};  // a slot of this store with a good header; 0: none
};

[[nodiscard]] base::Result<Remains> look_behind(File& file, std::uint64_t offset,
                                                const model::StoreId& store);

}  // namespace kopilka::segments
