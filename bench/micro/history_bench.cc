#include <filesystem>
#include <memory>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>

#include <benchmark/benchmark.h>

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

template <class T>
T must(base::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// A store in which purchases were reported, approved and released; gone with this.
class FilledStore {
 public:
  explicit FilledStore(const World& world) {
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
  fs::path root_ = fs::temp_directory_path() / "kopilka-bench-history";
  app::Place place_ = app::embedded_store(root_);
};

// Every projection, one after the other, each over the whole log with its chain checked.
void rebuild_all(benchmark::State& state) {
  const FilledStore store(
      {.members = 10'000, .purchases = static_cast<std::uint64_t>(state.range(0))});
  std::uint64_t events = 0;
  for (auto _ : state)
    for (const auto& name : app::projection_names())
      events = must(app::rebuild_projection(store.place(), name, {}))->position.value();
  const auto report = must(app::verify(store.place(), [](const auto&) {}));
  if (!report.is_ok()) state.SkipWithError("what was rebuilt does not verify");
  state.counters["events"] = static_cast<double>(events);
  state.counters["events/s"] =
      benchmark::Counter(static_cast<double>(events) * static_cast<double>(state.iterations()),
                         benchmark::Counter::kIsRate);
}
BENCHMARK(rebuild_all)->Arg(200'000)->Unit(benchmark::kMillisecond)->UseRealTime();

enum class Moment : std::int64_t { now, known, true_then, both };

// One member with 100 000 movements; the moment lies in the middle of them.
void read_balance(benchmark::State& state) {
  static const FilledStore store({.members = 1, .purchases = 50'000});
  static const auto reader = must(app::Reader::open(store.place(), {}));
  static const auto statements = must(reader->statements());
  const auto member = model::MemberId{1};
  static const auto entries = must(statements.reader.entries(member, {}));
  const auto& middle = entries.at(entries.size() / 2);
  const auto moment = static_cast<Moment>(state.range(0));
  Clocks clocks;
  if (moment == Moment::known || moment == Moment::both) clocks.as_known = middle.position;
  if (moment == Moment::true_then || moment == Moment::both) clocks.as_of = middle.effective_at;
  for (auto _ : state)
    benchmark::DoNotOptimize(must(statements.reader.funds(member, clocks)));
  state.counters["movements"] = static_cast<double>(entries.size());
}
BENCHMARK(read_balance)->ArgName("moment")->DenseRange(0, 3)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace kopilka::bench
