#include <cstdint>
#include <filesystem>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "bench/micro/world.h"
#include "engine/app/import.h"
#include "engine/app/projections.h"
#include "engine/app/reader.h"
#include "engine/app/store.h"
#include "engine/app/verify.h"
#include "engine/system/system_random.h"
#include "projections/statements/reader.h"

// What is derived from a log, made again from nothing (P3), and balances of a member with a long
// history, now and in the past (P5).
namespace kopilka::bench {
namespace {

namespace fs = std::filesystem;
using projections::statements::Clocks;
using projections::statements::EntryRange;

constexpr model::MemberId kBuyer{1};

template <class T>
T must(base::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// A store in which purchases were reported, approved and released; gone with this.
class FilledStore {
 public:
  explicit FilledStore(const World& world)
      : root_(fs::temp_directory_path() /
              fmt::format("kopilka-bench-history-{}", world.backdated_percent)) {
    fs::remove_all(root_);
    system::SystemRandom random;
    must(app::init(place_, {}, random));
    auto lines = founding_lines(world);
    for (std::uint64_t i = 0; i < world.purchases; ++i)
      lines += purchase_line(world, i);
    for (std::uint64_t i = 0; i < world.purchases; ++i)
      lines += approval_line(world, i);
    lines += closing_line(world);
    auto writer = must(app::Writer::open(place_, {}));
    std::istringstream in(std::move(lines));
    app::Import import(writer->engine(), {});
    if (!must(import.run(in)).all_well()) throw std::runtime_error("a line was refused");
    must(writer->close());
  }
  ~FilledStore() { fs::remove_all(root_); }
  FilledStore(const FilledStore&) = delete;
  FilledStore& operator=(const FilledStore&) = delete;

  [[nodiscard]] const app::Place& place() const { return place_; }

 private:
  fs::path root_;
  app::Place place_ = app::embedded_store(root_);
};

// Every projection from one pass over the log, with its chain checked and that many MiB of memory.
void rebuild_all(benchmark::State& state) {
  const FilledStore store(
      {.members = 10'000, .purchases = static_cast<std::uint64_t>(state.range(0))});
  const app::RebuildOptions options{.memory_bytes =
                                        static_cast<std::size_t>(state.range(1)) * app::kMiB};
  std::uint64_t events = 0;
  for (auto _ : state) {
    const auto rebuilt =
        must(app::rebuild_projections(store.place(), app::projection_names(), options));
    for (const auto& one : *rebuilt)
      must(one.done);
    events = rebuilt->front().position.value();
  }
  const auto report = must(app::verify(store.place(), [](const auto&) {}));
  if (!report.is_ok()) state.SkipWithError("what was rebuilt does not verify");
  state.counters["events"] = static_cast<double>(events);
  state.counters["events/s"] =
      benchmark::Counter(static_cast<double>(events) * static_cast<double>(state.iterations()),
                         benchmark::Counter::kIsRate);
}
BENCHMARK(rebuild_all)
    ->ArgNames({"purchases", "MiB"})
    ->Args({200'000, 4'096})
    ->Args({200'000, 256})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

// One member with 100 000 movements, half of them releases. Of the other one, 30 % of the movements
// are backdated to any moment before: a member who defies every index.
class LongHistory {
 public:
  explicit LongHistory(std::uint64_t backdated_percent)
      : store_(World{.members = 1, .purchases = 50'000, .backdated_percent = backdated_percent}) {}

  [[nodiscard]] const projections::statements::Reader& statements() const { return statements_; }
  // Entries from all over the history, one after the other.
  [[nodiscard]] const projections::statements::StatementEntry& next() {
    at_ = (at_ + 33'331) % entries_.size();
    return entries_[at_];
  }
  [[nodiscard]] double movements() const { return static_cast<double>(entries_.size()); }

 private:
  FilledStore store_;
  std::unique_ptr<app::Reader> reader_ = must(app::Reader::open(store_.place(), {}));
  projections::statements::Reader statements_ = must(reader_->statements()).reader;
  std::vector<projections::statements::StatementEntry> entries_ =
      must(statements_.entries(kBuyer, {}));
  std::size_t at_{0};
};

LongHistory& history_of(std::int64_t is_backdated) {
  static LongHistory in_order(0);
  static LongHistory backdated(60);
  return is_backdated == 0 ? in_order : backdated;
}

enum class Moment : std::int64_t { now, known, true_then, both };

Clocks clocks_of(LongHistory& history, Moment moment) {
  Clocks clocks;
  if (moment == Moment::known || moment == Moment::both) clocks.as_known = history.next().position;
  if (moment == Moment::true_then || moment == Moment::both)
    clocks.as_of = history.next().effective_at;
  return clocks;
}

void read_balance(benchmark::State& state) {
  auto& history = history_of(state.range(0));
  const auto moment = static_cast<Moment>(state.range(1));
  for (auto _ : state)
    benchmark::DoNotOptimize(must(history.statements().funds(kBuyer, clocks_of(history, moment))));
  state.counters["movements"] = history.movements();
}
BENCHMARK(read_balance)
    ->ArgNames({"backdated", "moment"})
    ->ArgsProduct({{0, 1}, {0, 1, 2, 3}})
    ->Unit(benchmark::kMicrosecond);

// Fifty lines of a statement from anywhere in it: as recorded, or restated.
void read_page(benchmark::State& state) {
  auto& history = history_of(state.range(0));
  const auto moment = static_cast<Moment>(state.range(1));
  for (auto _ : state) {
    const EntryRange page{history.next().position, 50, clocks_of(history, moment)};
    benchmark::DoNotOptimize(must(history.statements().entries(kBuyer, page)));
  }
}
BENCHMARK(read_page)
    ->ArgNames({"backdated", "moment"})
    ->ArgsProduct({{0, 1}, {0, 2}})
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace kopilka::bench
