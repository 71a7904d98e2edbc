#pragma once

#include <cstddef>
#include <limits>
#include <memory>
#include <optional>

#include "engine/app/layout.h"
#include "engine/app/place.h"
#include "engine/base/result.h"
#include "engine/model/batch.h"
#include "engine/rocks/rocks_state_store.h"
#include "projections/runtime/read_models.h"

// What can be made again from the log: the shard's rows and the read models.
namespace kopilka::app {

// not_available: there is no store, or its `init` was cut short.
[[nodiscard]] base::Result<void> expect_store(const Place& place);

// Of each store's blocks, unless somebody says otherwise.
inline constexpr std::size_t kCacheBytes = std::size_t{64} << 20;

// Whether change sets are written by a thread of their own, which takes memory for two more of
// them.
enum class Writing : unsigned char { behind, at_once };
[[nodiscard]] std::unique_ptr<ports::StateStore> with_writing(
    Writing writing, std::unique_ptr<ports::StateStore> rows);

struct StateRows {
  std::unique_ptr<rocks::RocksStateStore> store;
  std::optional<model::LogHead> head;  // nothing: to be built from the log's beginning
};
// Rows of another version are thrown away. corrupt: they may be deleted, they are made again.
// REQUIRES: this process holds the rows (builds.h)
[[nodiscard]] base::Result<StateRows> open_state_for_writing(const Layout& layout,
                                                             std::size_t cache_bytes = kCacheBytes);
// No store: there is none that this build can read.
[[nodiscard]] base::Result<StateRows> open_state_for_reading(const Layout& layout);

// REQUIRES: this process holds the rows
[[nodiscard]] base::Result<projections::runtime::ReadModels> open_models_for_writing(
    const Layout& layout, const projections::runtime::HostLimits& limits = {},
    std::size_t cache_bytes = kCacheBytes, Writing writing = Writing::behind);

// A reader's models never write: however much they fold stays in memory.
inline constexpr projections::runtime::HostLimits kNeverFlush{
    .dirty_rows_max = std::numeric_limits<std::size_t>::max(),
    .loaded_rows_max = std::numeric_limits<std::size_t>::max(),
    .table_bytes_max = std::numeric_limits<std::size_t>::max()};
// Opens a model's rows as they were left. not_available: they are not there, or of another version.
[[nodiscard]] projections::runtime::StoreFactory models_for_reading(const Layout& layout);
// As they were left, with everything later to be folded in memory. Nothing: one of them is not
// there, or of another version.
[[nodiscard]] base::Result<std::optional<projections::runtime::ReadModels>> open_models_for_reading(
    const Layout& layout);

}  // namespace kopilka::app
