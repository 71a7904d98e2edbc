#pragma once

#include <memory>

#include <rocksdb/options.h>

#include "engine/rocks/rocks_state_store.h"

namespace kopilka::rocks {

// Files in level 0 at which they are merged down. With kLevels - 1 lower levels in use, this many
// make kRunsMax runs: an apply that waits for room thus always waits for a merge that has begun.
inline constexpr int kMergeAtFiles = 3;
inline constexpr int kLevels = 4;
static_assert(kMergeAtFiles + kLevels - 1 == static_cast<int>(kRunsMax));

// How the database is opened.
[[nodiscard]] rocksdb::Options database_options(const Options& options);
// How the file of one change set is written: as any other, so that it is taken over as it stands.
[[nodiscard]] rocksdb::Options file_options(const rocksdb::Options& database);

}  // namespace kopilka::rocks
