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

Outcome<void> import(const Program& program, const Stage& stage, const Scene& scene) {
  const auto file = stage.file(scene.file);
  KOPILKA_TRY(write_lines(file, scene.lines));
  KOPILKA_TRY_ASSIGN(const auto exit,
                     type(program, {"import", file.string(), "--data", stage.store().string()}));
  const auto expected = scene.is_all_well ? ExitCode::done : ExitCode::refused;
  if (exit != expected)
    return std::unexpected(Failure{ExitCode::refused, "the story did not go as it is told"});
  return {};
}

Outcome<ExitCode> play(Program& program) {
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
            "demo --data /tmp/kopilka-demo"},
           [&program] { return play(program); });
}

}  // namespace kopilka::tools
