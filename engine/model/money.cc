#include "engine/model/money.h"

#include <fmt/format.h>

#include "engine/base/check.h"

namespace kopilka::model {
namespace {

struct Decimal {
  std::uint64_t whole{0};
  std::uint64_t fraction{0};
  std::size_t fraction_digits{0};
  bool has_point{false};
};

bool all_digits(std::string_view text) {
  for (const char c : text)
    if (c < '0' || c > '9') return false;
  return true;
}

std::uint64_t number(std::string_view digits) {
  std::uint64_t value = 0;
  for (const char c : digits)
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  return value;
}

// REQUIRES: limits small enough for 64 bits
std::optional<Decimal> parse_decimal(std::string_view text, std::size_t whole_digits_max,
                                     std::size_t fraction_digits_max) {
  const auto point = text.find('.');
  const auto whole = text.substr(0, point);
  const auto fraction =
      point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
  if (whole.empty() || whole.size() > whole_digits_max || !all_digits(whole)) return std::nullopt;
  if (fraction.size() > fraction_digits_max || !all_digits(fraction)) return std::nullopt;
  if (point != std::string_view::npos && fraction.empty()) return std::nullopt;
  return Decimal{number(whole), number(fraction), fraction.size(), point != std::string_view::npos};
}

}  // namespace

base::Int128 divide_rounded(base::Int128 numerator, std::int64_t denominator) {
  KOPILKA_CHECK(denominator > 0);
  const base::Int128 half = denominator / 2 + denominator % 2;
  const base::Int128 quotient = numerator / denominator;
  const base::Int128 rest = numerator % denominator;
  if (rest >= half) return quotient + 1;
  if (-rest >= half) return quotient - 1;
  return quotient;
}

Money share(Money amount, Rate rate) {
  const auto product = base::Int128{amount.in_kopecks()} * rate.in_ppm();
  return Money::kopecks(static_cast<std::int64_t>(divide_rounded(product, 1'000'000)));
}

std::optional<Money> convert(Money foreign, ExchangeRate rate) {
  const auto product =
      base::Int128{foreign.in_kopecks()} * static_cast<base::Int128>(rate.in_ten_thousandths());
  const auto kopecks = divide_rounded(product, 10'000);
  if (kopecks > kAmountMax.in_kopecks() || kopecks < -kAmountMax.in_kopecks()) return std::nullopt;
  return Money::kopecks(static_cast<std::int64_t>(kopecks));
}

std::string to_text(Money money) {
  const auto kopecks = money.in_kopecks();
  const auto magnitude =
      kopecks < 0 ? 0 - static_cast<std::uint64_t>(kopecks) : static_cast<std::uint64_t>(kopecks);
  return fmt::format("{}{}.{:02}", kopecks < 0 ? "-" : "", magnitude / 100, magnitude % 100);
}

std::optional<Money> parse_money(std::string_view text) {
  const auto decimal = parse_decimal(text, 10, 2);
  if (!decimal || decimal->fraction_digits != 2) return std::nullopt;
  return Money::kopecks(static_cast<std::int64_t>(decimal->whole * 100 + decimal->fraction));
}

std::optional<Money> parse_signed_money(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const auto money = parse_money(text);
  if (!money) return std::nullopt;
  return negative ? -*money : *money;
}

std::optional<Rate> parse_percent(std::string_view text) {
  const auto decimal = parse_decimal(text, 3, 4);
  if (!decimal) return std::nullopt;
  std::uint64_t fraction = decimal->fraction;
  for (auto digits = decimal->fraction_digits; digits < 4; ++digits)
    fraction *= 10;
  return Rate::ppm(static_cast<std::uint32_t>(decimal->whole * 10'000 + fraction));
}

std::string to_text(Rate rate) {
  auto text = fmt::format("{}.{:04}", rate.in_ppm() / 10'000, rate.in_ppm() % 10'000);
  while (text.ends_with('0'))
    text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text;
}

std::optional<ExchangeRate> parse_exchange_rate(std::string_view text) {
  const auto decimal = parse_decimal(text, 6, 4);
  if (!decimal || decimal->fraction_digits != 4) return std::nullopt;
  const auto value = decimal->whole * 10'000 + decimal->fraction;
  if (value == 0) return std::nullopt;
  return ExchangeRate::ten_thousandths(value);
}

std::string to_text(ExchangeRate rate) {
  return fmt::format("{}.{:04}", rate.in_ten_thousandths() / 10'000,
                     rate.in_ten_thousandths() % 10'000);
}

}  // namespace kopilka::model
