#pragma once

#include <atomic>
#include <filesystem>

#include "engine/base/result.h"
#include "engine/segments/file.h"
#include "engine/segments/format.h"

namespace kopilka::segments {

// Cuts a full raw segment to its batches and replaces it by its packed form, which is read back
// and compared first. Killed at any step it leaves the raw file, or both, or the packed one.
// `corrupt` when the raw segment is not good, or does not lead up to its follower: then it is left
// as it is. `unknown_outcome`: `stop` was set before it was done.
[[nodiscard]] base::Result<void> pack_segment(Files& files, const std::filesystem::path& directory,
                                              const SegmentName& segment,
                                              const SegmentHeader& follower, int zstd_level,
                                              const std::atomic<bool>& stop);

}  // namespace kopilka::segments
