#include "tools/kopilka/memory_size.h"

#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace kopilka::tools {
namespace {

// More is no machine's, and fits every sum that is made of it.
constexpr std::uint64_t kBytesMax = std::uint64_t{1} << 50;

struct Unit {
  std::string_view name;
  std::uint64_t bytes;
};
constexpr Unit kUnits[]{{"", 1},
                        {"KiB", std::uint64_t{1} << 10},
                        {"MiB", std::uint64_t{1} << 20},
                        {"GiB", std::uint64_t{1} << 30}};

// Nothing: no size.
std::optional<std::uint64_t> size_of(std::string_view text) {
  std::uint64_t count = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), count);
  const auto digits = static_cast<std::size_t>(end - text.data());
  if (failed != std::errc() || (digits > 1 && text.front() == '0')) return std::nullopt;
  for (const auto& unit : kUnits)
    if (text.substr(digits) == unit.name && count <= kBytesMax / unit.bytes)
      return count * unit.bytes;
  return std::nullopt;
}

std::string text_of(std::uint64_t bytes) {
  const Unit* fitting = kUnits;
  for (const auto& unit : kUnits)
    if (bytes % unit.bytes == 0) fitting = &unit;
  return fmt::format("{}{}", bytes / fitting->bytes, fitting->name);
}

}  // namespace

void add_memory(CLI::App& verb, std::uint64_t& bytes, const MemoryOption& option) {
  verb.add_option(
          "--memory",
          [&bytes](const CLI::results_t& words) {
            const auto size = size_of(words.front());
            if (size) bytes = *size;
            return size.has_value();
          },
          fmt::format("{} (default: {}; at least {})", option.about, text_of(bytes),
                      text_of(option.least)))
      ->type_name("SIZE")
      ->check([least = option.least](const std::string& word) {
        const auto size = size_of(word);
        if (!size)
          return fmt::format("{} is no size: write it as 512MiB, 4GiB or a number of bytes", word);
        if (*size < least)
          return fmt::format("{} is too little: at least {}", word, text_of(least));
        return std::string();
      });
}

}  // namespace kopilka::tools
