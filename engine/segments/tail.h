#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "engine/base/result.h"
#include "engine/model/batch.h"
#include "engine/ports/event_log.h"
#include "engine/segments/cursor.h"
#include "engine/segments/listing.h"
#include "engine/segments/log_view.h"

namespace kopilka::segments {

// Where a log ends, from a check of every batch of its last segment.
struct Tail {
  SegmentName segment;
  std::uint16_t stream{0};
  std::uint64_t size{0};       // of the segment file
  std::uint64_t offset{0};     // of the next slot
  std::uint64_t dirty_end{0};  // above `offset`: remains of a torn batch reach to here
  model::LogHead head;
  std::optional<ports::SealedBatch> last;  // nothing while the segment holds no batch
  std::vector<SlotPlace> places;           // of its slots
};

// Whether somebody may be appending: then an unfinished batch is the end, whatever it looks like.
enum class Company : unsigned char { alone, writer };

// Reads the segment over `file`. A batch that was not wholly written ends the log if nothing names
// it; every other bad batch is `corrupt`.
[[nodiscard]] base::Result<Tail> find_tail(std::unique_ptr<File> file,
                                           const std::filesystem::path& directory,
                                           const SegmentName& segment, const Floor& floor,
                                           Company company);

// `corrupt` when the log did not end where its close mark says.
[[nodiscard]] base::Result<void> check_close_mark(const std::filesystem::path& directory,
                                                  const CloseMark& mark, const Tail& tail);

}  // namespace kopilka::segments
