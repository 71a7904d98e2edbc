#include "tests/simulation/oracle/money.h"

#include <fmt/format.h>

namespace kopilka::simulation {
namespace {

__extension__ using Wide = __int128;

bool all_digits(std::string_view text) {
  for (const char c : text) {
    if (c < '0' || c > '9') {
      return false;
    }
  }
  return !text.empty();
}

std::int64_t number(std::string_view text) {
  std::int64_t value = 0;
  for (const char c : text) {
    value = value * 10 + (c - '0');
  }
  return value;
}

/// Whole and fraction of a decimal text, as one number of 10^-places.
std::optional<std::int64_t> decimal(std::string_view text, std::size_t whole_digits_max,
                                    std::size_t places) {
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view whole = text.substr(0, point);
  const std::string_view fraction = text.substr(point + 1);
  if (!all_digits(whole) || !all_digits(fraction) || whole.size() > whole_digits_max ||
      fraction.size() != places) {
    return std::nullopt;
  }
  return number(std::string(whole) + std::string(fraction));
}

}  // namespace

std::optional<Kopecks> parse_money(std::string_view text) {
  return decimal(text, 10, 2);
}

std::optional<Kopecks> parse_signed_money(std::string_view text) {
  if (!text.empty() && text[0] == '-') {
    const auto amount = parse_money(text.substr(1));
    return amount ? std::optional(-*amount) : std::nullopt;
  }
  if (!text.empty() && text[0] == '+') {
    return parse_money(text.substr(1));
  }
  return parse_money(text);
}

std::optional<std::int64_t> parse_percent(std::string_view text) {
  std::string padded(text);
  if (padded.find('.') == std::string::npos) {
    padded += ".0";
  }
  if (padded.back() == '.') {
    return std::nullopt;
  }
  while (padded.size() - padded.find('.') < 5) {
    padded += '0';
  }
  return decimal(padded, 3, 4);
}

std::optional<std::int64_t> parse_fx_rate(std::string_view text) {
  return decimal(text, 6, 4);
}

std::string money_text(Kopecks amount) {
  const Kopecks size = amount < 0 ? -amount : amount;
  return fmt::format("{}{}.{:02}", amount < 0 ? "-" : "", size / 100, size % 100);
}

Kopecks share_of(Kopecks base, std::int64_t ppm) {
  const Wide product = static_cast<Wide>(base) * ppm;
  return static_cast<Kopecks>((product + 500'000) / 1'000'000);
}

Kopecks converted(Kopecks minor_units, std::int64_t rate) {
  const Wide product = (static_cast<Wide>(minor_units) * rate + 5'000) / 10'000;
  return product > kLargestAmount ? kLargestAmount + 1 : static_cast<Kopecks>(product);
}

}  // namespace kopilka::simulation
