#pragma once

#include <limits>
#include <span>

#include "engine/base/result.h"
#include "engine/model/ids.h"
#include "engine/ports/event_log.h"
#include "projections/runtime/host.h"

namespace kopilka::projections::runtime {

inline constexpr model::BatchNumber kLastBatch{std::numeric_limits<std::uint64_t>::max()};

// Folds what the log holds beyond each model's position, up to batch `last`; every batch is read
// and decoded once for all. A model whose position the log does not have, or whose batch cannot be
// decoded, stops. An error is the log's: the models stay where they are.
[[nodiscard]] base::Result<void> catch_up(std::span<Host* const> hosts, ports::EventLog& log,
                                          model::BatchNumber last = kLastBatch);

}  // namespace kopilka::projections::runtime
