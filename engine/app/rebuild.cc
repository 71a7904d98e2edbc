#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/app/advice.h"
#include "engine/app/builds.h"
#include "engine/app/derived.h"
#include "engine/app/folding.h"
#include "engine/app/kept_rows.h"
#include "engine/app/memory_budget.h"
#include "engine/app/pass.h"
#include "engine/app/projections.h"
#include "engine/rocks/rocks_state_store.h"
#include "engine/shard/follower.h"
#include "projections/runtime/read_models.h"

namespace kopilka::app {
namespace {

using base::ErrorKind;
using base::Result;
using projections::runtime::Host;
using projections::runtime::HostLimits;
using projections::runtime::ModelKind;
using rocks::Access;
using rocks::RocksStateStore;

// Rows that are being built in a directory of their own: runs of sorted rows while the log is read,
// merged into one at the end, so that each row is written twice at most.
class Builder : public Taker {
 public:
  Builder(std::filesystem::path directory, const RowsMemory& memory)
      : directory_(std::move(directory)), memory_(memory) {}

  // To be called first.
  [[nodiscard]] virtual Result<void> open() = 0;
  [[nodiscard]] Result<void> finish() final {
    KOPILKA_TRY(write_out());
    KOPILKA_TRY_ASSIGN(const auto store, open_store());
    return store->finish_bulk_load();
  }

  // Of what was built. REQUIRES: finished
  [[nodiscard]] model::Seq position() const { return position_; }
  [[nodiscard]] const std::string& digest() const { return digest_; }
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

 protected:
  [[nodiscard]] Result<std::unique_ptr<RocksStateStore>> open_store() const {
    return RocksStateStore::open(
        {.directory = directory_, .memory_bytes = memory_.cache, .access = Access::bulk_load});
  }
  [[nodiscard]] const RowsMemory& memory() const { return memory_; }
  void stand_at(model::Seq position, std::string digest) {
    position_ = position;
    digest_ = std::move(digest);
  }
  // Writes what is left in memory, gives that back and closes the store.
  [[nodiscard]] virtual Result<void> write_out() = 0;

 private:
  std::filesystem::path directory_;
  RowsMemory memory_;
  model::Seq position_;
  std::string digest_;
};

class StateBuilder final : public Builder {
 public:
  using Builder::Builder;

  Result<void> open() override {
    KOPILKA_TRY_ASSIGN(store_, open_store());
    KOPILKA_TRY_ASSIGN(
        auto follower,
        shard::Follower::open(store_.get(), {.events_per_flush = kNeverFlush.dirty_rows_max,
                                             .table_bytes_max = memory().tables,
                                             .kept_bytes_max = memory().tables / 2}));
    follower_.emplace(std::move(follower));
    follower_->keep_digest();
    return {};
  }
  Result<void> take(const model::Batch& batch, const base::Hash256& hash) override {
    KOPILKA_TRY(follower_->apply(batch, hash, {}));
    return follower_->flush_if_large();
  }

 private:
  Result<void> write_out() override {
    // Rows of a log without a batch have no position.
    if (follower_->head().n.value() > 0) KOPILKA_TRY(follower_->flush());
    stand_at(follower_->head().last_seq, follower_->digest().text());
    follower_.reset();
    store_.reset();
    return {};
  }

  std::unique_ptr<RocksStateStore> store_;
  std::optional<shard::Follower> follower_;
};

class ModelBuilder final : public Builder {
 public:
  ModelBuilder(const ModelKind& kind, std::filesystem::path directory, const RowsMemory& memory)
      : Builder(std::move(directory), memory), kind_(kind) {}

  Result<void> open() override {
    HostLimits limits = kNeverFlush;
    limits.table_bytes_max = memory().tables;
    KOPILKA_TRY_ASSIGN(
        host_,
        kind_.open([this](std::string_view, projections::runtime::Opening)
                       -> Result<std::unique_ptr<ports::StateStore>> { return open_store(); },
                   limits));
    return {};
  }
  Result<void> take(const model::Batch& batch, const base::Hash256& hash) override {
    static_cast<void>(host_->apply(batch, hash));  // a stop is kept by the host
    return host_->ready();
  }

 private:
  Result<void> write_out() override {
    KOPILKA_TRY(host_->flush());
    stand_at(host_->position().seq, host_->digest());
    host_.reset();
    return {};
  }

  const ModelKind& kind_;
  std::unique_ptr<Host> host_;
};

// The number of the batch that the rows in use stand at; 0: there are none that can be read.
model::BatchNumber kept_batch(const Place& place, const ModelKind* kind) {
  if (kind == nullptr) {
    const auto rows = kept_state(place);
    return rows && rows->head ? rows->head->n : model::BatchNumber{};
  }
  const auto host = kept_model(place, *kind);
  return host && *host ? (*host)->position().n : model::BatchNumber{};
}

// Rows that know more than the log are the only witness that it lost its end.
Result<void> expect_whole_log(const Place& place, const ModelKind* kind,
                              const model::LogHead& head) {
  const auto kept = kept_batch(place, kind);
  if (kept <= head.n) return {};
  return base::fail(
      ErrorKind::corrupt,
      fmt::format("the rows stand at batch {}, but {} ends at batch {}: it has lost its end, so "
                  "restore it from a copy; or the rows are another log's, then delete them",
                  kept.value(), place.log->name(), head.n.value()));
}

// One projection on its way from the log to being in use.
struct Build {
  std::string name;
  const ModelKind* kind{nullptr};  // null: `state`
  RowsPlace rows;
  std::unique_ptr<Builder> builder;
};

Result<Build> begin_build(const Place& place, const std::string& name, const RowsMemory& memory) {
  Build build{.name = name};
  KOPILKA_TRY_ASSIGN(build.kind, kind_named(name));
  build.rows = build.kind == nullptr ? place_of_state(place.layout)
                                     : place_of_model(place.layout, build.kind->store_name);
  KOPILKA_TRY_ASSIGN(auto directory, next_build(build.rows));
  if (build.kind == nullptr)
    build.builder = std::make_unique<StateBuilder>(std::move(directory), memory);
  else
    build.builder = std::make_unique<ModelBuilder>(*build.kind, std::move(directory), memory);
  return build;
}

// Puts what was built in its place, or throws away what was not.
Result<void> end_build(Build& build, Result<void> built) {
  const auto directory = build.builder->directory();
  if (!built) {
    build.builder.reset();  // closes the store
    static_cast<void>(RocksStateStore::destroy(directory));
    return built;
  }
  KOPILKA_TRY(put_in_use(build.rows, directory));
  remove_unused(build.rows);
  return {};
}

Result<std::vector<Result<void>>> run(std::vector<Build>& builds, ports::EventLog& log) {
  std::vector<Taker*> takers;
  for (auto& build : builds) {
    KOPILKA_TRY(build.builder->open());
    takers.push_back(build.builder.get());
  }
  return pass_over(log, takers);
}

}  // namespace

Result<std::optional<std::vector<ProjectionRebuild>>> rebuild_projections(
    const Place& place, const std::vector<std::string>& names, const RebuildOptions& options) {
  for (const auto& name : names)
    KOPILKA_TRY(kind_named(name));
  KOPILKA_TRY(expect_store(place));
  const auto& layout = place.layout;
  const auto advice = fmt::format(
      "the rows are built in {}: see that this user may write there, and that the disk has room",
      layout.projections().string());
  KOPILKA_TRY_ASSIGN(const auto held, advised(hold_rows(layout), advice));
  KOPILKA_TRY_ASSIGN(const auto folding, Folding::over(place, options.folding));
  remove_unused(layout);
  const auto memory = rebuild_memory(options.memory_bytes, names.size());
  std::vector<Build> builds;
  for (const auto& name : names) {
    KOPILKA_TRY_ASSIGN(auto build, begin_build(place, name, memory));
    KOPILKA_TRY(expect_whole_log(place, build.kind, folding->head()));
    builds.push_back(std::move(build));
  }
  auto ran = run(builds, folding->log());
  const bool is_interrupted = folding->is_interrupted();
  std::vector<ProjectionRebuild> rebuilt;
  for (std::size_t i = 0; i < builds.size(); ++i) {
    auto& build = builds[i];
    auto result = ran ? (*ran)[i] : Result<void>(std::unexpected(ran.error()));
    if (is_interrupted) result = base::fail(ErrorKind::not_available, "interrupted");
    const auto directory = build.builder->directory();
    ProjectionRebuild one{
        .name = build.name,
        .version = build.kind == nullptr ? shard::kStateVersion : build.kind->version,
        .position = build.builder->position(),
        .digest = build.builder->digest(),
        .directory = directory.lexically_relative(layout.root).string()};
    one.done = advised(end_build(build, std::move(result)), advice);
    rebuilt.push_back(std::move(one));
  }
  if (is_interrupted) return std::nullopt;
  if (!ran) return std::unexpected(advised(std::move(ran), advice).error());
  return rebuilt;
}

Result<std::optional<ProjectionRebuild>> rebuild_projection(const Place& place,
                                                            std::string_view name,
                                                            const RebuildOptions& options) {
  KOPILKA_TRY_ASSIGN(auto rebuilt, rebuild_projections(place, {std::string(name)}, options));
  if (!rebuilt) return std::nullopt;
  KOPILKA_TRY(rebuilt->front().done);
  return std::move(rebuilt->front());
}

}  // namespace kopilka::app
