#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/base/result.h"
#include "engine/model/batch.h"
#include "engine/ports/event_log.h"
#include "projections/purchases/purchases.h"
#include "projections/rosters/rosters.h"
#include "projections/runtime/host.h"
#include "projections/runtime/read_model.h"
#include "projections/runtime/read_model_host.h"
#include "projections/statements/statements.h"
#include "projections/statistics/statistics.h"
#include "projections/withdrawals/withdrawals.h"

namespace kopilka::projections::runtime {

template <ReadModel... Models>
struct ModelList {
  static constexpr std::size_t kCount = sizeof...(Models);
  // One of each.
  template <template <class> class Of>
  using Each = std::tuple<Of<Models>...>;
};

// Every read model there is, in the order in which they are listed.
using AllModels = ModelList<statements::Statements, rosters::Rosters, statistics::Statistics,
                            purchases::Purchases, withdrawals::Withdrawals>;

struct ModelStatus {
  std::string_view name;
  std::uint32_t version{0};
  Position position;
  Position stored;     // what the store stands at; what lies between is folded again after a crash
  std::string digest;  // 32 hexadecimal digits
  std::uint64_t lag{0};  // events that the log holds beyond the position
  std::optional<Stop> stop;
};

// One read model among others.
struct ModelKind {
  std::string_view name;
  std::uint32_t version{0};
  std::string store_name;  // `statements-1`
  // As ReadModelHost::open.
  std::function<base::Result<std::unique_ptr<Host>>(const StoreFactory&, HostLimits)> open;
};
// Every read model there is, in the order of ReadModels::status.
[[nodiscard]] const std::vector<ModelKind>& model_kinds();

// Every read model there is. Not shared between threads.
class ReadModels {
 public:
  // Errors are the factory's and its stores'.
  [[nodiscard]] static base::Result<ReadModels> open(const StoreFactory& open_store,
                                                     HostLimits limits = {});
  // Nothing is kept.
  [[nodiscard]] static ReadModels in_memory();

  // Folds what the log holds beyond each position. A model that cannot go on stops alone: see
  // `status`. An error is the log's.
  [[nodiscard]] base::Result<void> catch_up(ports::EventLog& log);
  // Folds a batch as it is acknowledged; those that have it already pass.
  // usage: a model is further behind; `catch_up` first.
  [[nodiscard]] base::Result<void> apply(const model::Batch& batch, const base::Hash256& hash);
  // Writes those that have not stopped, durably. The first error, after all were tried.
  [[nodiscard]] base::Result<void> flush();

  [[nodiscard]] std::vector<ModelStatus> status(const model::LogHead& head) const;
  // usage: no such model.
  [[nodiscard]] base::Result<Check> check(std::string_view name, ports::EventLog& log);

  // Of one of AllModels. The error of the model's stop, if it has stopped.
  template <ReadModel Model>
  [[nodiscard]] base::Result<Reading<typename Model::Reader>> read() const {
    return std::get<HostOf<Model>>(hosts_)->read();
  }
  [[nodiscard]] base::Result<Reading<statements::Reader>> statements() const {
    return read<statements::Statements>();
  }
  [[nodiscard]] base::Result<Reading<rosters::Reader>> rosters() const {
    return read<rosters::Rosters>();
  }

 private:
  template <class Model>
  using HostOf = std::unique_ptr<ReadModelHost<Model>>;
  using Hosts = AllModels::Each<HostOf>;

  explicit ReadModels(Hosts hosts) : hosts_(std::move(hosts)) {}
  [[nodiscard]] std::array<Host*, AllModels::kCount> hosts() const;

  Hosts hosts_;
};

}  // namespace kopilka::projections::runtime
