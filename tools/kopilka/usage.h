#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace kopilka::tools {

// What is wrong with a command line that `root` could not parse, what was perhaps meant, and whose
// help tells more. Names the first word that nothing understood, if there is one.
[[nodiscard]] std::string usage_words(const CLI::App& root, const CLI::ParseError& error);

}  // namespace kopilka::tools
