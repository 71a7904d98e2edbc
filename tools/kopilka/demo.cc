#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/codec/json_writer.h"
#include "tools/kopilka/command.h"
#include "tools/kopilka/demo_story.h"
#include "tools/kopilka/progress.h"
#include "tools/kopilka/shown.h"

namespace kopilka::tools {
namespace {

// A directory that goes when the demo ends, unless the caller named one to keep.
class Stage {
 public:
  [[nodiscard]] static Outcome<Stage> make(const Settings& settings) {
    if (settings.was_data_named) return Stage(settings.data, Keep::yes);
    auto name = (std::filesystem::temp_directory_path() / "kopilka-demo.XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
      return std::unexpected(
          Failure{ExitCode::not_available,
                  fmt::format("cannot make {}: {}", name, std::generic_category().message(errno))});
    return Stage(name, Keep::no);
  }
  Stage(Stage&& other) noexcept
      : directory_(std::exchange(other.directory_, {})), keep_(other.keep_) {}
  ~Stage() {
    std::error_code ignored;
    if (keep_ == Keep::no && !directory_.empty()) std::filesystem::remove_all(directory_, ignored);
  }

  [[nodiscard]] std::filesystem::path store() const {
    return is_kept() ? directory_ : directory_ / "store";
  }
  [[nodiscard]] std::filesystem::path file(std::string_view name) const {
    return directory_ / name;
  }
  [[nodiscard]] bool is_kept() const { return keep_ == Keep::yes; }

 private:
  enum class Keep : bool { no, yes };
  Stage(std::filesystem::path directory, Keep keep)
      : directory_(std::move(directory)), keep_(keep) {}

  std::filesystem::path directory_;
  Keep keep_;
};

// Types a command and does what it says, as if somebody had.
Outcome<ExitCode> type(const Program& program, const std::vector<std::string>& arguments) {
  std::string line = "$ kopilka";
  for (const auto& argument : arguments)
    line += " " + argument;
  program.console.print("\n" + program.console.bold(line) + "\n");
  Program typed{.settings = {}, .console = program.console, .chosen = {}};
  auto outcome = run(typed, arguments);
  if (!program.console.flush())
    return std::unexpected(Failure{ExitCode::not_available, "standard output is gone"});
  return outcome;
}

Outcome<void> write_lines(const std::filesystem::path& path, std::string_view lines) {
  std::ofstream out(path, std::ios::binary);
  out << lines;
  if (out.flush()) return {};
  return std::unexpected(
      Failure{ExitCode::not_available, fmt::format("cannot write {}", path.string())});
}

ExitCode exit_of(const Scene& scene) {
  return scene.is_all_well ? ExitCode::done : ExitCode::refused;
}

std::unexpected<Failure> off_the_story() {
  return std::unexpected(Failure{ExitCode::refused, "the story did not go as it is told"});
}

Outcome<void> import(const Program& program, const Stage& stage, const Scene& scene) {
  const auto file = stage.file(scene.file);
  KOPILKA_TRY(write_lines(file, scene.lines));
  KOPILKA_TRY_ASSIGN(const auto exit,
                     type(program, {"import", file.string(), "--data", stage.store().string()}));
  if (exit != exit_of(scene)) return off_the_story();
  return {};
}

// The same story for programs: what was answered and what was read, nothing told.
class Document {
 public:
  explicit Document(const Stage& stage) : stage_(stage) {}

  Outcome<void> make_store() {
    KOPILKA_TRY(ask({"init", "--data", stage_.store().string()}, ExitCode::done));
    return {};
  }

  Outcome<void> add(const Scene& scene) {
    text_ +=
        fmt::format(R"({}{{"title":{},"answers":[)", text_.empty() ? "" : ",", quoted(scene.title));
    if (!scene.lines.empty()) KOPILKA_TRY(add_answers(scene));
    text_ += R"(],"reads":[)";
    const char* gap = "";
    for (const auto& read : scene.reads) {
      std::string command;
      for (const auto& word : read)
        command += (command.empty() ? "" : " ") + word;
      auto arguments = read;
      arguments.insert(arguments.end(), {"--json", "--data", stage_.store().string()});
      KOPILKA_TRY_ASSIGN(const auto shown, ask(arguments, ExitCode::done));
      text_ += fmt::format(R"({}{{"command":{},"shown":{}}})", std::exchange(gap, ","),
                           quoted(command), shown);
    }
    text_ += "]}";
    return {};
  }

  [[nodiscard]] std::string take(model::Span span) const {
    const auto data = stage_.is_kept() ? quoted(stage_.store().string()) : std::string("null");
    return fmt::format(R"({{"scenes":[{}],"data":{},"milliseconds":{}}})", text_, data,
                       span.in_micros() / 1'000);
  }

 private:
  static std::string quoted(std::string_view text) {
    codec::JsonWriter out;
    out.value(text);
    return out.take();
  }

  // What the program printed, without the end of its last line.
  static Outcome<std::string> ask(const std::vector<std::string>& arguments, ExitCode expected) {
    std::string printed;
    Program asked{.settings = {}, .console = Console(printed), .chosen = {}};
    KOPILKA_TRY_ASSIGN(const auto exit, run(asked, arguments));
    if (exit != expected) return off_the_story();
    if (printed.ends_with('\n')) printed.pop_back();
    return printed;
  }

  Outcome<void> add_answers(const Scene& scene) {
    const auto file = stage_.file(scene.file);
    const auto answers = stage_.file(std::string(scene.file) + ".answers");
    KOPILKA_TRY(write_lines(file, scene.lines));
    KOPILKA_TRY(ask(
        {"import", file.string(), "--results", answers.string(), "--data", stage_.store().string()},
        exit_of(scene)));
    std::ifstream in(answers, std::ios::binary);
    const char* gap = "";
    for (std::string line; std::getline(in, line);)
      text_ += std::exchange(gap, ",") + line;
    return {};
  }

  const Stage& stage_;
  std::string text_;  // the scenes so far
};

Outcome<ExitCode> play_document(Program& program) {
  Progress clock(program.console, "");
  KOPILKA_TRY_ASSIGN(const auto stage, Stage::make(program.settings));
  Document document(stage);
  KOPILKA_TRY(document.make_store());
  for (const auto& scene : story())
    KOPILKA_TRY(document.add(scene));
  program.console.print(document.take(clock.elapsed()) + "\n");
  return ExitCode::done;
}

Outcome<ExitCode> play(Program& program) {
  if (program.settings.json) return play_document(program);
  Progress clock(program.console, "");
  KOPILKA_TRY_ASSIGN(const auto stage, Stage::make(program.settings));
  const auto store = stage.store().string();
  KOPILKA_TRY(type(program, {"init", "--data", store}));
  for (const auto& scene : story()) {
    program.console.print("\n" + program.console.bold("== " + std::string(scene.title)) + "\n" +
                          std::string(scene.told) + "\n");
    if (!scene.lines.empty()) KOPILKA_TRY(import(program, stage, scene));
    for (const auto& read : scene.reads) {
      auto arguments = read;
      arguments.insert(arguments.end(), {"--data", store});
      KOPILKA_TRY_ASSIGN(const auto exit, type(program, arguments));
      if (exit != ExitCode::done) return exit;
    }
  }
  program.console.print(fmt::format("\nThe whole way in {}. ", shown_span(clock.elapsed())) +
                        (stage.is_kept() ? fmt::format("The store stays in {}; try: kopilka log "
                                                       "tail --data {}\n",
                                                       store, store)
                                         : "Keep the store next time: kopilka demo --data DIR\n"));
  return ExitCode::done;
}

}  // namespace

void add_demo(Program& program, CLI::App& root) {
  add_verb(program, root,
           {"demo", "the main job end to end: one purchase from the shop to the member's card",
            "demo --data /tmp/kopilka-demo",
            "one JSON document: every answer and every figure of the story"},
           [&program] { return play(program); });
}

}  // namespace kopilka::tools
