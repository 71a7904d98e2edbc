#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kopilka::tools {

// A part of the demo's story: command lines to import, then what is looked at.
struct Scene {
  std::string_view title;
  std::string_view told;   // what happens, for people
  std::string_view file;   // name of the file of lines
  std::string_view lines;  // empty: nothing is imported
  bool is_all_well{true};  // false: a line is meant to be refused
  std::vector<std::vector<std::string>> reads;
};

[[nodiscard]] std::vector<Scene> story();

}  // namespace kopilka::tools
