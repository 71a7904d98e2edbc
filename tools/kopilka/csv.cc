#include "tools/kopilka/csv.h"

namespace kopilka::tools {
namespace {

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace

std::string csv_line(const std::vector<std::string>& fields) {
  std::string line;
  bool is_first = true;
  for (const auto& field : fields) {
    if (!std::exchange(is_first, false)) line += ',';
    line += csv_field(field);
  }
  return line + '\n';
}

}  // namespace kopilka::tools
