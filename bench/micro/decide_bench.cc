#include <memory>
#include <stdexcept>
#include <string>

#include <benchmark/benchmark.h>

#include "bench/micro/world.h"
#include "engine/codec/command_content.h"
#include "engine/codec/command_json.h"
#include "engine/ledger/mint.h"
#include "engine/memory/clock.h"
#include "engine/memory/event_log.h"
#include "engine/memory/key_vault.h"
#include "engine/shard/follower.h"
#include "engine/shard/shard.h"
#include "engine/vault/sealing.h"

// What deciding and folding cost without disk and text: every rule on, all rows in memory.
namespace kopilka::bench {
namespace {

template <class T>
T must(base::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// A shard over a memory log, and the way in for parsed lines.
class Bench {
 public:
  Bench()
      : random_(1),
        vault_(1),
        mint_(vault_.store_key()),
        log_(std::make_shared<memory::MemoryLog>(model::StoreId{1}), random_) {
    const auto ownership = must(log_.acquire());
    auto follower = must(shard::Follower::open(nullptr));
    auto parts = std::move(follower).release();
    shard_ = std::make_unique<shard::Shard>(std::move(parts.state), std::move(parts.misses),
                                            nullptr, mint_, ownership, shard::Options{});
  }

  shard::Submission prepare(const std::string& line) {
    auto parsed = parser_.parse(line, codec::At::required);
    if (!parsed) throw std::runtime_error(parsed.error().message);
    shard::Submission submission;
    submission.origin = {"operator", "operator", parsed->key,
                         vault_.command_mac(codec::canonical_content(parsed->command))};
    submission.at = parsed->at;
    must(vault::seal_personal(parsed->command, vault_));
    submission.content = std::move(parsed->command);
    return submission;
  }

  void submit(shard::Submission submission) { shard_->submit(std::move(submission)); }

  // Decides everything queued; returns how many lines were accepted.
  std::uint64_t run() {
    std::uint64_t accepted = 0;
    while (auto batch = must(shard_->next_batch({}))) {
      // The bytes are made, as for a real log, and given away: a log's cost is measured elsewhere.
      shard_->on_outcome({batch->content.header.n, ports::AppendStatus::acknowledged, {}});
      for (const auto& answered : shard_->take_answers())
        accepted += answered.answer.status == model::AnswerStatus::accepted ? 1U : 0U;
    }
    return accepted;
  }

 private:
  memory::SeededRandom random_;
  memory::MemoryKeyVault vault_;
  ledger::IdMint mint_;
  memory::MemoryEventLog log_;
  codec::CommandParser parser_;
  std::unique_ptr<shard::Shard> shard_;
};

void found(Bench& bench, const World& world) {
  const auto lines = founding_lines(world);
  std::size_t begin = 0;
  for (auto end = lines.find('\n'); end != std::string::npos; end = lines.find('\n', begin)) {
    bench.submit(bench.prepare(lines.substr(begin, end - begin)));
    begin = end + 1;
  }
  bench.run();
}

// Key, time, attribution, caps, fold, before-images, batch bytes and hash; no parsing, no disk.
void decide_and_fold(benchmark::State& state) {
  const World world{.members = 10'000, .purchases = 50'000};
  std::uint64_t accepted = 0;
  for (auto _ : state) {
    state.PauseTiming();
    Bench bench;
    found(bench, world);
    for (std::uint64_t i = 0; i < world.purchases; ++i)
      bench.submit(bench.prepare(purchase_line(world, i)));
    state.ResumeTiming();
    accepted += bench.run();
  }
  if (accepted != world.purchases * state.iterations())
    state.SkipWithError("not every purchase was accepted");
  state.counters["purchases/s"] =
      benchmark::Counter(static_cast<double>(accepted), benchmark::Counter::kIsRate);
}
BENCHMARK(decide_and_fold)->Unit(benchmark::kMillisecond);

// Text to a sealed command with its MAC.
void parse_and_seal(benchmark::State& state) {
  const World world;
  Bench bench;
  std::uint64_t i = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(bench.prepare(purchase_line(world, i++)));
  state.counters["lines/s"] =
      benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK(parse_and_seal);

}  // namespace
}  // namespace kopilka::bench
