#include "tools/kopilka/usage.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace kopilka::tools {
namespace {

// A command as far as it was understood: `kopilka member balance`.
struct Understood {
  const CLI::App* last;
  std::string path;
};

Understood understood(const CLI::App& root) {
  Understood found{&root, root.get_name()};
  while (!found.last->get_subcommands().empty()) {
    found.last = found.last->get_subcommands().back();
    found.path += " " + found.last->get_name();
  }
  return found;
}

// Those that the help shows.
std::vector<std::string> commands_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; }))
    if (!command->get_group().empty()) names.push_back(command->get_name());
  return names;
}

// Its own and those that hold everywhere.
std::vector<std::string> options_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* step = &app; step != nullptr; step = step->get_parent())
    for (const auto* option : step->get_options())
      for (const auto& name : option->get_lnames())
        names.push_back("--" + name);
  return names;
}

// How many letters to put in, leave out or change (Levenshtein).
std::size_t distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    auto diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < to.size(); ++j) {
      const auto changed = diagonal + (from[i] == to[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

// Empty when nothing known is near: a letter in three may be wrong, and one in any word.
std::string perhaps(std::string_view word, const std::vector<std::string>& known) {
  const auto nearest =
      std::ranges::min_element(known, {}, [&](const auto& name) { return distance(word, name); });
  if (nearest == known.end()) return {};
  if (distance(word, *nearest) > std::max<std::size_t>(1, word.size() / 3)) return {};
  return fmt::format(", perhaps `{}`", *nearest);
}

std::string listed(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string not_understood(const Understood& command, std::string_view word) {
  if (word.starts_with('-')) {
    word = word.substr(0, word.find('='));
    return fmt::format("`{}` is no option of `{}`{}", word, command.path,
                       perhaps(word, options_of(*command.last)));
  }
  const auto commands = commands_of(*command.last);
  if (commands.empty())
    return fmt::format("`{}` is one word too many for `{}`", word, command.path);
  return fmt::format("`{}` is no command of `{}`{}; it has {}", word, command.path,
                     perhaps(word, commands), listed(commands));
}

std::string what_is_wrong(const CLI::App& root, const Understood& command,
                          const CLI::ParseError& error) {
  const bool is_about_words = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr;
  const bool is_about_lack = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
  if (is_about_words || is_about_lack)
    for (const auto& word : root.remaining(true))
      if (word != "--") return not_understood(command, word);
  const auto commands = commands_of(*command.last);
  if (is_about_lack && !commands.empty())
    return fmt::format("`{}` goes on with one of: {}", command.path, listed(commands));
  return error.what();
}

}  // namespace

std::string usage_words(const CLI::App& root, const CLI::ParseError& error) {
  const auto command = understood(root);
  return fmt::format("{}; see `{} --help`", what_is_wrong(root, command, error), command.path);
}

}  // namespace kopilka::tools
