// Latency of the ledger at a fixed rate: commands of a file come when their turn is, however late
// the answers are, so that queueing shows. Every rule is on, the log is on Kafka, rows and read
// models are written as usual.
//
//   kopilka_pace DIRECTORY BROKERS PREFIX FILE RATE WARM_UP
//
// The store must be there. Lines are as for `kopilka import`. The first WARM_UP lines run at the
// same rate and are not counted. Prints one JSON document; times are from the moment a command was
// due to its answer, which leaves when its batch is acknowledged.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "engine/app/kafka_place.h"
#include "engine/app/store.h"
#include "engine/codec/command_json.h"
#include "engine/system/system_steady_time.h"

namespace kopilka::bench {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;

// A batch waits for what came while those before it were under way; so many commands at most.
constexpr std::size_t kQueuedMax = 16'384;

struct Run {
  std::string directory;
  std::string brokers;
  std::string prefix;
  std::string file;
  double rate{0};  // commands a second
  std::size_t warm_up{0};
};

template <class T>
T must(base::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

std::vector<std::string> read_lines(const std::string& file) {
  std::ifstream in(file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);)
    lines.push_back(std::move(line));
  if (lines.empty()) throw std::runtime_error(file + " has no lines");
  return lines;
}

// Submits each line when it is due and notes when its answer left.
class Pacer {
 public:
  Pacer(app::Engine& engine, std::vector<std::string> lines, double rate)
      : engine_(engine), lines_(std::move(lines)), rate_(rate), answered_at_(lines_.size()) {}

  void run() {
    begun_ = Clock::now();
    while (answered_ < lines_.size()) {
      const auto now = Clock::now();
      while (submitted_ < lines_.size() && due(submitted_) <= now &&
             engine_.shard().queued() < kQueuedMax)
        submit_next();
      const auto before = Clock::now();
      must(engine_.pump(model::Instant{}));
      longest_step_ = std::max(longest_step_, Clock::now() - before);
      take_answers();
      wait_a_little();
    }
  }

  // From due to answered, of those after the first `skipped`, sorted.
  [[nodiscard]] std::vector<microseconds> latencies(std::size_t skipped) const {
    std::vector<microseconds> spans;
    for (std::size_t i = skipped; i < lines_.size(); ++i)
      spans.push_back(std::chrono::duration_cast<microseconds>(answered_at_[i] - due(i)));
    std::ranges::sort(spans);
    return spans;
  }
  [[nodiscard]] std::uint64_t refused() const { return refused_; }
  // Of deciding, folding and keeping rows; the broker is not waited for in it.
  [[nodiscard]] Clock::duration longest_step() const { return longest_step_; }
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(answered_at_.back() - begun_).count();
  }

 private:
  [[nodiscard]] Clock::time_point due(std::size_t i) const {
    return begun_ + std::chrono::duration_cast<Clock::duration>(
                        std::chrono::duration<double>(static_cast<double>(i) / rate_));
  }

  void submit_next() {
    auto parsed = parser_.parse(lines_[submitted_], codec::At::required);
    if (!parsed) throw std::runtime_error(parsed.error().message);
    shard::Submission submission{.ticket = submitted_};
    submission.origin.principal = "operator";
    submission.origin.credential = "operator";
    submission.origin.key = std::move(parsed->key);
    submission.at = parsed->at;
    submission.content = std::move(parsed->command);
    must(engine_.submit(std::move(submission)));
    ++submitted_;
  }

  void take_answers() {
    const auto now = Clock::now();
    for (const auto& answered : engine_.take_answers()) {
      answered_at_.at(answered.ticket) = now;
      ++answered_;
      refused_ += answered.answer.status != model::AnswerStatus::accepted;
    }
  }

  // For the log, or for the next command.
  void wait_a_little() {
    if (engine_.shard().in_flight() > 0)
      must(engine_.take_outcomes(std::chrono::milliseconds{1}));
    else if (submitted_ < lines_.size() && due(submitted_) > Clock::now())
      time_.wait(std::chrono::milliseconds{1});
    take_answers();
  }

  app::Engine& engine_;
  std::vector<std::string> lines_;
  double rate_;
  std::vector<Clock::time_point> answered_at_;
  Clock::time_point begun_;
  codec::CommandParser parser_;
  system::SystemSteadyTime time_;
  std::size_t submitted_{0};
  std::size_t answered_{0};
  std::uint64_t refused_{0};
  Clock::duration longest_step_{};
};

double milliseconds_at(const std::vector<microseconds>& sorted, double share) {
  const auto index = static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1));
  return static_cast<double>(sorted.at(index).count()) / 1'000;
}

void measure(const Run& run) {
  const auto place = must(app::kafka_store(run.directory, {.brokers = run.brokers}, run.prefix));
  auto writer = must(app::Writer::open(place, {}));
  Pacer pacer(writer->engine(), read_lines(run.file), run.rate);
  pacer.run();
  const auto spans = pacer.latencies(run.warm_up);
  must(writer->close());
  fmt::print(
      "{{\"rate\":{:.0f},\"counted\":{},\"refused\":{},\"seconds\":{:.2f},\"p50_ms\":{:.2f},"
      "\"p90_ms\":{:.2f},\"p99_ms\":{:.2f},\"p999_ms\":{:.2f},\"max_ms\":{:.2f},"
      "\"longest_step_ms\":{:.2f}}}\n",
      run.rate, spans.size(), pacer.refused(), pacer.seconds(), milliseconds_at(spans, 0.5),
      milliseconds_at(spans, 0.9), milliseconds_at(spans, 0.99), milliseconds_at(spans, 0.999),
      milliseconds_at(spans, 1),
      std::chrono::duration<double, std::milli>(pacer.longest_step()).count());
}

}  // namespace
}  // namespace kopilka::bench

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() != 6) {
    fmt::print(stderr, "usage: kopilka_pace DIRECTORY BROKERS PREFIX FILE RATE WARM_UP\n");
    return 2;
  }
  try {
    kopilka::bench::measure({.directory = words[0],
                             .brokers = words[1],
                             .prefix = words[2],
                             .file = words[3],
                             .rate = std::stod(words[4]),
                             .warm_up = std::stoul(words[5])});
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "kopilka_pace: {}\n", error.what());
    return 1;
  }
}
