#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "engine/base/result.h"
#include "engine/model/event.h"
#include "engine/model/ids.h"
#include "engine/model/time.h"
#include "engine/ports/state_store.h"

namespace kopilka::projections::runtime {

// A set of tables that events fold into. `fold` depends on nothing but rows, event, seq and
// recorded_at; an error says that the event makes no sense after those before it. Queries are its
// Reader's.
template <class M>
concept ReadModel =
    std::default_initializable<M> &&
    std::constructible_from<typename M::Reader, const M&, ports::StateStore*> &&
    requires(M& m, const model::DatedEvent& dated, model::Seq seq, model::Instant recorded_at) {
      { M::kName } -> std::convertible_to<std::string_view>;
      { M::kVersion } -> std::convertible_to<std::uint32_t>;
      { m.fold(dated, seq, recorded_at) } -> std::same_as<base::Result<void>>;
      m.for_each_table([](auto&) {});
    };

// How a store is asked for: as it was left, or emptied to be built from the log again.
enum class Opening : unsigned char { as_found, emptied };

// Opens the store of one model and version (`statements-1`), made when it is not there.
using StoreFactory = std::function<base::Result<std::unique_ptr<ports::StateStore>>(
    std::string_view name, Opening opening)>;

struct HostLimits {
  std::size_t dirty_rows_max{65'536};    // touched since the last flush: then it flushes
  std::size_t loaded_rows_max{262'144};  // kept in memory over a flush: more are dropped
  // What tables take, with what a flush of them does: then it flushes too, and keeps half of it at
  // most.
  std::size_t table_bytes_max{std::size_t{256} << 20};
};

}  // namespace kopilka::projections::runtime
