#include "engine/app/import.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "engine/base/check.h"

namespace kopilka::app {
namespace {

// Import is an operator's doing.
constexpr std::string_view kPrincipal = "operator";
// Lines read ahead of the shard: enough for two batches, so that parsing never waits for the disk.
constexpr std::size_t kQueuedMax = 16'384;
constexpr std::uint64_t kLinesPerChunk = 1'024;

bool is_blank(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c == ' ' || c == '\t' || c == '\r'; });
}

// Imported lines bring their own time; the wall clock never enters.
constexpr model::Instant kNoClock{};

}  // namespace

// A source is known by its first MiB and, since another file may begin alike, by everything before
// the position that the log holds: one that differs is another source under the next name.
base::Result<LineReader> Import::find_source(std::istream& in) {
  const bool can_rewind = in.tellg() != std::istream::pos_type(-1);
  KOPILKA_TRY_ASSIGN(auto reader, LineReader::open(in));
  std::vector<Candidate> candidates;
  KOPILKA_TRY(list_candidates(reader.source_name(), candidates));
  const auto furthest = std::ranges::max(candidates, {}, &Candidate::position).position;
  std::vector<base::Hash256> digests;  // of the first lines
  while (digests.size() < furthest) {
    KOPILKA_TRY_ASSIGN(auto line, reader.next());
    if (!line) break;
    digests.push_back(line->digest);
    if (!can_rewind) passed_.push_back(std::move(*line));
  }
  for (const auto& candidate : candidates) {
    const auto position = candidate.position;
    const bool fits = position == 0 ||
                      (position <= digests.size() && digests.at(position - 1) == candidate.digest);
    if (!fits) continue;
    source_ = candidate.name;
    recorded_through_ = position;
    break;
  }
  if (!can_rewind || furthest == 0) return reader;
  in.clear();
  in.seekg(0);
  return LineReader::open(in);
}

// The last one is new to the log, so that one always fits.
base::Result<void> Import::list_candidates(const std::string& source, std::vector<Candidate>& out) {
  for (int number = 0; out.empty() || out.back().position > 0; ++number) {
    auto name = number == 0 ? source : fmt::format("{}.{}", source, number);
    KOPILKA_TRY_ASSIGN(const auto known, engine_.shard().source(name));
    out.push_back({std::move(name), known.position, known.digest});
  }
  return {};
}

base::Result<void> Import::take_line(const Line& line) {
  const bool judged_before = line.number <= recorded_through_;
  if (judged_before) {
    if (!options_.answered_through || line.number <= *options_.answered_through) {
      ++summary_.known_before;
      return {};
    }
  }
  if (is_blank(line.text) && !line.too_long) return {};
  shard::Submission submission{.ticket = line.number, .judged_before = judged_before};
  submission.source = model::SourcePosition{source_, line.number, line.digest};
  submission.origin.principal = kPrincipal;
  submission.origin.credential = kPrincipal;
  if (line.too_long) {
    submission.content = shard::Malformed{
        model::Invalid::line_too_long,
        fmt::format("the line is longer than {} bytes", LineReader::kLineBytesMax)};
    waiting_.push_back({line.number, std::nullopt});
    return engine_.submit(std::move(submission));
  }
  auto parsed = parser_.parse(line.text, codec::At::required);
  if (parsed) {
    submission.origin.key = parsed->key;
    submission.at = parsed->at;
    submission.content = std::move(parsed->command);
    waiting_.push_back({line.number, std::move(parsed->key)});
  } else {
    submission.content = shard::Malformed{parsed.error().code, parsed.error().message};
    waiting_.push_back({line.number, parsed.error().key});
  }
  return engine_.submit(std::move(submission));
}

base::Result<void> Import::pass_answers() {
  for (auto& answered : engine_.take_answers()) {
    KOPILKA_CHECK(!waiting_.empty() && waiting_.front().line == answered.ticket);
    AnsweredLine line{answered.ticket, std::move(waiting_.front().key), std::move(answered.answer)};
    waiting_.pop_front();
    ++summary_.lines;
    const auto& answer = line.answer;
    const bool repeats_refusal =
        answer.original && answer.original->status == model::AnswerStatus::refused;
    switch (answer.status) {
      case model::AnswerStatus::accepted:
        ++summary_.accepted;
        break;
      case model::AnswerStatus::duplicate:
        ++(repeats_refusal ? summary_.refused : summary_.duplicate);
        break;
      case model::AnswerStatus::stale:
        ++summary_.stale;
        break;
      case model::AnswerStatus::refused:
        ++summary_.refused;
        break;
      case model::AnswerStatus::invalid:
        ++summary_.invalid;
        break;
    }
    if (options_.on_answer) KOPILKA_TRY(options_.on_answer(line));
  }
  return {};
}

bool Import::is_interrupted() const {
  return options_.interrupt != nullptr && options_.interrupt->load();
}

base::Result<ImportSummary> Import::run(std::istream& in) {
  KOPILKA_TRY_ASSIGN(auto reader, find_source(in));
  for (const auto& line : std::exchange(passed_, {}))
    KOPILKA_TRY(take_line(line));
  std::uint64_t lines = 0;
  for (;;) {
    auto line = reader.next();
    // An interrupt may cut a read short, too; what was read of a line is no line.
    if (is_interrupted()) {
      summary_.interrupted = true;
      break;
    }
    if (!line) return std::unexpected(std::move(line).error());
    if (!*line) break;
    KOPILKA_TRY(take_line(**line));
    if (++lines % kLinesPerChunk != 0) continue;
    if (engine_.shard().queued() >= kQueuedMax)
      KOPILKA_TRY(engine_.drain(kNoClock));
    else
      KOPILKA_TRY(engine_.pump(kNoClock));
    KOPILKA_TRY(pass_answers());
    if (options_.on_progress) options_.on_progress({lines, reader.bytes_read()});
  }
  if (!summary_.interrupted) engine_.shard().finish_sources();
  KOPILKA_TRY(engine_.drain(kNoClock));
  KOPILKA_TRY(pass_answers());
  if (options_.on_progress) options_.on_progress({lines, reader.bytes_read()});
  return summary_;
}

base::Result<std::uint64_t> cut_results(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return 0;
  std::ifstream in(file, std::ios::binary);
  if (!in)
    return base::fail(base::ErrorKind::io,
                      fmt::format("cannot read {}, and so not tell what it answers; name another "
                                  "file, or make this one readable",
                                  file.string()));
  std::uint64_t whole_bytes = 0;
  std::uint64_t last_line = 0;
  std::string text;
  while (std::getline(in, text) && !in.eof()) {
    constexpr std::string_view kBegin = "{\"line\":";
    std::uint64_t line = 0;
    if (!text.starts_with(kBegin) ||
        std::from_chars(text.data() + kBegin.size(), text.data() + text.size(), line).ec !=
            std::errc{})
      return base::fail(base::ErrorKind::usage,
                        fmt::format("{} is not a file of answers (at byte {}); name another",
                                    file.string(), whole_bytes));
    last_line = line;
    whole_bytes += text.size() + 1;
  }
  in.close();
  std::filesystem::resize_file(file, whole_bytes, error);
  if (error)
    return base::fail(base::ErrorKind::io,
                      fmt::format("cannot cut {}: {}", file.string(), error.message()));
  return last_line;
}

}  // namespace kopilka::app
