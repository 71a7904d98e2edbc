#include "tests/simulation/oracle/json_scan.h"

#include <set>
#include <vector>

namespace kopilka::simulation {
namespace {

/// The string literal that starts at `from` (an opening quote), decoded; moves `from` behind it.
std::string string_at(std::string_view text, std::size_t& from) {
  std::size_t end = from + 1;
  while (end < text.size() && text[end] != '"') {
    end += text[end] == '\\' ? 2 : 1;
  }
  const std::string_view literal = text.substr(from, end + 1 - from);
  from = end + 1;
  return std::string(boost::json::parse({literal.data(), literal.size()}).as_string());
}

}  // namespace

bool has_duplicate_name(std::string_view text) {
  std::vector<std::set<std::string>> open_objects;  // an array stands as a set that stays empty
  std::size_t at = 0;
  std::string last_string;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"') {
      last_string = string_at(text, at);
      continue;
    }
    if (c == '{' || c == '[') {
      open_objects.emplace_back();
    } else if (c == '}' || c == ']') {
      open_objects.pop_back();
    } else if (c == ':' && !open_objects.back().insert(last_string).second) {
      return true;
    }
    ++at;
  }
  return false;
}

}  // namespace kopilka::simulation
