#include <array>
#include <string>

#include <fmt/format.h>

#include "tools/kopilka/command.h"

namespace kopilka::tools {
namespace {

struct LaterVerb {
  const char* noun;  // empty: the verb stands alone
  const char* verb;
};

// Named in the interface, and not in this release. Hidden from the help, which shows what is there.
constexpr std::array kLater{LaterVerb{"backup", "create"}, LaterVerb{"backup", "restore"},
                            LaterVerb{"backup", "follow"}, LaterVerb{"server", "run"},
                            LaterVerb{"bench", "run"},     LaterVerb{"", "generate"}};

CLI::App& noun_of(CLI::App& root, const std::string& name) {
  if (name.empty()) return root;
  for (auto* known : root.get_subcommands([](const CLI::App*) { return true; }))
    if (known->get_name() == name) return *known;
  auto& made = add_noun(root, name, "a later release");
  made.group("");
  return made;
}

}  // namespace

void add_later(Program& program, CLI::App& root) {
  for (const auto& later : kLater) {
    auto* verb = noun_of(root, later.noun).add_subcommand(later.verb, "a later release");
    verb->group("");
    verb->fallthrough(false);  // whatever follows is taken
    verb->prefix_command();
    const std::string name =
        *later.noun == '\0' ? later.verb : fmt::format("{} {}", later.noun, later.verb);
    verb->callback([&program, name] {
      program.chosen = [name]() -> Outcome<ExitCode> { return not_in_this_release(name); };
    });
  }
}

}  // namespace kopilka::tools
