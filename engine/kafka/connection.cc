#include "engine/kafka/connection.h"

#include <algorithm>
#include <fstream>

#include <fmt/format.h>

#include "engine/kafka/settings.h"

namespace kopilka::kafka {
namespace {

constexpr std::size_t kFileBytesMax = std::size_t{64} << 10;

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

base::Result<Property> parse_line(std::string_view line) {
  const auto equals = line.find('=');
  if (equals == std::string_view::npos)
    return base::fail(base::ErrorKind::usage, "no `=`; a line is name=value");
  Property property{std::string(trim(line.substr(0, equals))),
                    std::string(trim(line.substr(equals + 1)))};
  KOPILKA_TRY(check_operator_setting(property.name));
  return property;
}

}  // namespace

base::Result<std::vector<Property>> parse_properties(std::string_view text,
                                                     std::string_view source) {
  std::vector<Property> properties;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.starts_with('#')) continue;
    auto property = parse_line(line);
    if (!property)
      return base::fail(property.error().kind,
                        fmt::format("{}:{}: {}", source, number, property.error().message));
    properties.push_back(std::move(*property));
  }
  return properties;
}

base::Result<std::vector<Property>> read_properties(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string text(kFileBytesMax + 1, '\0');
  if (stream) stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad() || !stream.is_open())
    return base::fail(base::ErrorKind::io, fmt::format("{}: cannot be read", file.string()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > kFileBytesMax)
    return base::fail(base::ErrorKind::limit, fmt::format("{}: more than {} bytes of properties",
                                                          file.string(), kFileBytesMax));
  return parse_properties(text, file.string());
}

}  // namespace kopilka::kafka
