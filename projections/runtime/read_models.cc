#include "projections/runtime/read_models.h"

#include <type_traits>

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

template <class... Models>
std::vector<ModelKind> kinds_of(ModelList<Models...>) {
  return {kind_of<Models>()...};
}

// Leaves the host alone once something has failed.
template <class Model>
void open_next(std::unique_ptr<ReadModelHost<Model>>& host, const StoreFactory& open_store,
               HostLimits limits, base::Result<void>& opened) {
  if (!opened) return;
  auto made = ReadModelHost<Model>::open(open_store, limits);
  if (made)
    host = std::move(*made);
  else
    opened = std::unexpected(std::move(made).error());
}

}  // namespace

const std::vector<ModelKind>& model_kinds() {
  static const std::vector<ModelKind> kinds = kinds_of(AllModels{});
  return kinds;
}

base::Result<ReadModels> ReadModels::open(const StoreFactory& open_store, HostLimits limits) {
  Hosts hosts;
  base::Result<void> opened;
  std::apply([&](auto&... host) { (open_next(host, open_store, limits, opened), ...); }, hosts);
  KOPILKA_TRY(opened);
  return ReadModels(std::move(hosts));
}

ReadModels ReadModels::in_memory() {
  Hosts hosts;
  std::apply(
      [](auto&... host) {
        ((host =
              std::make_unique<typename std::remove_reference_t<decltype(host)>::element_type>()),
         ...);
      },
      hosts);
  return ReadModels(std::move(hosts));
}

std::array<Host*, AllModels::kCount> ReadModels::hosts() const {
  return std::apply(
      [](const auto&... host) { return std::array<Host*, AllModels::kCount>{host.get()...}; },
      hosts_);
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
    if (auto synced = host->sync(); !synced && done) done = std::move(synced);
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
