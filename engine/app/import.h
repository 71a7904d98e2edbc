#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <istream>
#include <optional>
#include <string>
#include <vector>

#include "engine/app/engine.h"
#include "engine/app/line_reader.h"
#include "engine/base/result.h"
#include "engine/codec/command_json.h"
#include "engine/model/answer.h"

namespace kopilka::app {

// One answered line.
struct AnsweredLine {
  std::uint64_t line{0};  // physical, from 1
  std::optional<std::string> key;
  model::Answer answer;
};

struct ImportSummary {
  std::uint64_t lines{0};  // answered now
  std::uint64_t accepted{0};
  std::uint64_t duplicate{0};
  std::uint64_t stale{0};
  std::uint64_t refused{0};  // duplicates of a refusal too
  std::uint64_t invalid{0};
  std::uint64_t known_before{0};  // physical lines that the log held already
  bool interrupted{false};

  // Every line was accepted, duplicate or stale.
  [[nodiscard]] bool all_well() const { return refused == 0 && invalid == 0; }
};

struct ImportProgress {
  std::uint64_t lines{0};
  std::uint64_t bytes{0};
};

struct ImportOptions {
  // The last line that was answered in an earlier run whose answers are kept; lines after it that
  // the log holds are answered again. Nothing: no answers are kept, lines that the log holds are
  // passed over.
  std::optional<std::uint64_t> answered_through;
  std::function<base::Result<void>(const AnsweredLine&)> on_answer;  // in the order of the lines
  std::function<void(const ImportProgress&)> on_progress;            // after each chunk
  const std::atomic<bool>* interrupt{nullptr};                       // stop after what is under way
};

// Submits the lines of an input and answers each once it is durable. Killed anywhere and run again
// it ends in the same state: the source's position is in the same batch as what its lines caused.
class Import {
 public:
  Import(Engine& engine, ImportOptions options) : engine_(engine), options_(std::move(options)) {}

  [[nodiscard]] base::Result<ImportSummary> run(std::istream& in);

 private:
  struct Waiting {
    std::uint64_t line{0};
    std::optional<std::string> key;
  };

  struct Candidate {
    std::string name;
    std::uint64_t position{0};
    base::Hash256 digest{};
  };

  base::Result<LineReader> find_source(std::istream& in);
  base::Result<void> list_candidates(const std::string& source, std::vector<Candidate>& out);
  base::Result<void> take_line(const Line& line);
  base::Result<void> pass_answers();
  [[nodiscard]] bool is_interrupted() const;

  Engine& engine_;
  ImportOptions options_;
  codec::CommandParser parser_;
  std::string source_;
  std::uint64_t recorded_through_{0};  // the position that the log holds
  std::deque<Waiting> waiting_;
  std::vector<Line> passed_;  // read to find the source, of an input that cannot be read again
  ImportSummary summary_;
};

// Cuts a file of answers back to its last whole line and tells which line that answered; 0: none.
[[nodiscard]] base::Result<std::uint64_t> cut_results(const std::filesystem::path& file);

}  // namespace kopilka::app
