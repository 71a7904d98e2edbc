#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "tools/kopilka/command.h"

namespace kopilka::tools {
namespace {

// https://no-color.org: any value that is not empty.
Console::Colours colours_of(char** environment) {
  constexpr std::string_view kName = "NO_COLOR=";
  for (; *environment != nullptr; ++environment) {
    const std::string_view entry(*environment);
    if (entry.starts_with(kName) && entry.size() > kName.size()) return Console::Colours::unwanted;
  }
  return Console::Colours::wanted;
}

ExitCode finish(const Program& program, const Outcome<ExitCode>& outcome) {
  if (!outcome) {
    program.console.note("kopilka: " + outcome.error().message);
    return outcome.error().exit;
  }
  if (program.console.flush()) return *outcome;
  program.console.note("kopilka: standard output could not be written: what it holds is not whole");
  return ExitCode::not_available;
}

int run_program(int argc, char** argv, char** environment) {
  Program program{.settings = {}, .console = Console(colours_of(environment)), .chosen = {}};
  const auto outcome = run(program, std::vector<std::string>(argv + 1, argv + argc));
  return static_cast<int>(finish(program, outcome));
}

}  // namespace
}  // namespace kopilka::tools

int main(int argc, char** argv, char** environment) {
  try {
    return kopilka::tools::run_program(argc, argv, environment);
  } catch (const std::exception& thrown) {
    fmt::print(stderr, "kopilka: {}\n", thrown.what());
    return static_cast<int>(kopilka::tools::ExitCode::not_available);
  }
}
