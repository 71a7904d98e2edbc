#include "projections/runtime/read_models.h"

#include <fmt/format.h>

#include "projections/runtime/catch_up.h"

namespace kopilka::projections::runtime {
namespace {

template <ReadModel Model>
ModelKind kind_of() {
  return {.name = Model::kName,
          .version = Model::kVersion,
          .store_name = ReadModelHost<Model>::store_name(),
          .open = [](const StoreFactory& open_store,
                     HostLimits limits) -> base::Result<std::unique_ptr<Host>> {
            return ReadModelHost<Model>::open(open_store, limits);
          }};
}

}  // namespace

const std::vector<ModelKind>& model_kinds() {
  static const std::vector<ModelKind> kinds{kind_of<statements::Statements>(),
                                            kind_of<rosters::Rosters>()};
  return kinds;
}

base::Result<ReadModels> ReadModels::open(const StoreFactory& open_store, HostLimits limits) {
  KOPILKA_TRY_ASSIGN(auto statements, StatementsHost::open(open_store, limits));
  KOPILKA_TRY_ASSIGN(auto rosters, RostersHost::open(open_store, limits));
  return ReadModels(std::move(statements), std::move(rosters));
}

ReadModels ReadModels::in_memory() {
  return {std::make_unique<StatementsHost>(), std::make_unique<RostersHost>()};
}

base::Result<void> ReadModels::catch_up(ports::EventLog& log) {
  return runtime::catch_up(hosts(), log);
}

base::Result<void> ReadModels::apply(const model::Batch& batch, const base::Hash256& hash) {
  base::Result<void> done;
  for (Host* host : hosts())
    if (host->apply(batch, hash) == Turn::ahead)
      done =
          base::fail(base::ErrorKind::usage,
                     fmt::format("read model {} stands at batch {} and cannot take batch {}",
                                 host->name(), host->position().n.value(), batch.header.n.value()));
  return done;
}

base::Result<void> ReadModels::flush() {
  base::Result<void> done;
  for (Host* host : hosts()) {
    if (host->stopped()) continue;
    if (auto flushed = host->flush(); !flushed && done) done = std::move(flushed);
  }
  return done;
}

std::vector<ModelStatus> ReadModels::status(const model::LogHead& head) const {
  std::vector<ModelStatus> all;
  for (const Host* host : hosts()) {
    const auto at = host->position().seq.value();
    const auto end = head.last_seq.value();
    all.push_back({host->name(), host->version(), host->position(), host->stored_position(),
                   host->digest(), end > at ? end - at : 0, host->stopped()});
  }
  return all;
}

base::Result<Check> ReadModels::check(std::string_view name, ports::EventLog& log) {
  for (Host* host : hosts())
    if (host->name() == name) return host->check(log);
  return base::fail(base::ErrorKind::usage, fmt::format("there is no read model {}", name));
}

}  // namespace kopilka::projections::runtime
