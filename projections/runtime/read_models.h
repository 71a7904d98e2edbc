#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/model/batch.h"
#include "engine/ports/event_log.h"
#include "projections/rosters/rosters.h"
#include "projections/runtime/host.h"
#include "projections/runtime/read_model.h"
#include "projections/runtime/read_model_host.h"
#include "projections/statements/statements.h"

namespace kopilka::projections::runtime {

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
  // Writes those that have not stopped. The first error, after all were tried.
  [[nodiscard]] base::Result<void> flush();

  [[nodiscard]] std::vector<ModelStatus> status(const model::LogHead& head) const;
  // usage: no such model.
  [[nodiscard]] base::Result<Check> check(std::string_view name, ports::EventLog& log);

  // The error of the model's stop, if it has stopped.
  [[nodiscard]] base::Result<Reading<statements::Reader>> statements() const {
    return statements_->read();
  }
  [[nodiscard]] base::Result<Reading<rosters::Reader>> rosters() const { return rosters_->read(); }

 private:
  using StatementsHost = ReadModelHost<statements::Statements>;
  using RostersHost = ReadModelHost<rosters::Rosters>;

  ReadModels(std::unique_ptr<StatementsHost> statements, std::unique_ptr<RostersHost> rosters)
      : statements_(std::move(statements)), rosters_(std::move(rosters)) {}
  [[nodiscard]] std::array<Host*, 2> hosts() const { return {statements_.get(), rosters_.get()}; }

  std::unique_ptr<StatementsHost> statements_;
  std::unique_ptr<RostersHost> rosters_;
};

}  // namespace kopilka::projections::runtime
