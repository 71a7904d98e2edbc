#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string>

#include <benchmark/benchmark.h>

#include "bench/micro/world.h"
#include "engine/app/import.h"
#include "engine/app/store.h"
#include "engine/app/verify.h"
#include "engine/system/system_random.h"

// The durable path as a user has it: text in, batches synced to disk, rows and read models written.
// A purchase here is its whole life: reported, approved, released.
namespace kopilka::bench {
namespace {

namespace fs = std::filesystem;

template <class T>
T must(base::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

std::uintmax_t bytes_in(const fs::path& directory) {
  std::uintmax_t bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(directory))
    if (entry.is_regular_file()) bytes += entry.file_size();
  return bytes;
}

// "VmHWM:   123 kB"
std::uint64_t peak_memory_bytes() {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line))
    if (line.starts_with("VmHWM:")) return std::stoull(line.substr(6)) * 1024;
  return 0;
}

std::string history(const World& world) {
  auto lines = founding_lines(world);
  for (std::uint64_t i = 0; i < world.purchases; ++i)
    lines += purchase_line(world, i);
  for (std::uint64_t i = 0; i < world.purchases; ++i)
    lines += approval_line(world, i);
  return lines + closing_line(world);
}

void import_durably(benchmark::State& state) {
  const World world{.members = 10'000, .purchases = static_cast<std::uint64_t>(state.range(0))};
  const auto lines = history(world);
  const auto root = fs::temp_directory_path() / "kopilka-bench";
  std::uintmax_t log_bytes = 0;
  std::uintmax_t all_bytes = 0;
  for (auto _ : state) {
    state.PauseTiming();
    fs::remove_all(root);
    system::SystemRandom random;
    const auto place = app::embedded_store(root);
    const auto& layout = place.layout;
    must(app::init(place, {}, random));
    auto writer = must(app::Writer::open(place, {}));
    std::istringstream in(lines);
    state.ResumeTiming();
    app::Import import(writer->engine(), {});
    const auto summary = must(import.run(in));
    must(writer->close());
    state.PauseTiming();
    writer.reset();
    if (!summary.all_well()) state.SkipWithError("a line was refused");
    log_bytes = bytes_in(layout.log());
    all_bytes = log_bytes + bytes_in(layout.state()) + bytes_in(layout.projections());
    const auto report = must(app::verify(place, [](const auto&) {}));
    if (!report.is_ok()) state.SkipWithError("the end state does not verify");
    state.ResumeTiming();
  }
  fs::remove_all(root);
  const auto purchases = static_cast<double>(world.purchases);
  state.counters["purchases/s"] = benchmark::Counter(
      purchases * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
  state.counters["log_bytes/purchase"] = static_cast<double>(log_bytes) / purchases;
  state.counters["all_bytes/purchase"] = static_cast<double>(all_bytes) / purchases;
  state.counters["peak_memory_MB"] = static_cast<double>(peak_memory_bytes()) / 1e6;
}
BENCHMARK(import_durably)->Arg(50'000)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace kopilka::bench
