#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "engine/base/result.h"
#include "engine/segments/file.h"
#include "engine/segments/format.h"

namespace kopilka::segments {

// The segments of a directory in order, each once: while both forms of one are there, the raw one,
// since the packed one is trusted only when it stands alone. Error: corrupt when the first or the
// last segment is missing or two claim the same batch; not_available when there is no log at all.
[[nodiscard]] base::Result<std::vector<SegmentName>> list_segments(
    Files& files, const std::filesystem::path& directory);

// The mark of a clean close, if there is one.
[[nodiscard]] base::Result<std::optional<CloseMark>> read_close_mark(
    Files& files, const std::filesystem::path& directory);
// Durable when it returns.
[[nodiscard]] base::Result<void> write_close_mark(Files& files,
                                                  const std::filesystem::path& directory,
                                                  const CloseMark& mark);
[[nodiscard]] base::Result<void> remove_close_mark(Files& files,
                                                   const std::filesystem::path& directory);

// All of a file, through the page cache.
[[nodiscard]] base::Result<base::Bytes> read_whole(Files& files, const std::filesystem::path& path);

}  // namespace kopilka::segments
