#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/result.h"
#include "engine/segments/file.h"
#include "engine/segments/log_view.h"
#include "engine/segments/tail.h"

namespace kopilka::segments {

// The end of a log as it is found without any lock, and what it must hold at least.
struct LogLook {
  Tail tail;
  Floor floor;
};

// Reads only. `floor` is raised to what the close mark names.
[[nodiscard]] base::Result<LogLook> look_at_log(Files& files,
                                                const std::filesystem::path& directory,
                                                Floor floor);

struct Recovered {
  Tail tail;             // clean
  std::string cut_note;  // what was cut, for people; empty when nothing was
  // Full segments that still wait to be compressed, each with the header of its follower.
  std::vector<std::pair<SegmentName, SegmentHeader>> unpacked;
};

// Makes a log fit to be appended to: removes what was left half made, reads the last segment from
// the disk, cuts a torn tail, takes the close mark away. Nothing is changed when it is `corrupt`.
// REQUIRES: the caller holds the lock
[[nodiscard]] base::Result<Recovered> recover(Files& files, const std::filesystem::path& directory,
                                              Floor floor);

}  // namespace kopilka::segments
