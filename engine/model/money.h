#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/wide.h"

namespace kopilka::model {

// Kopecks; negative where a change or a balance may be.
class Money {
 public:
  constexpr Money() = default;
  [[nodiscard]] static constexpr Money kopecks(std::int64_t value) { return Money(value); }
  [[nodiscard]] constexpr std::int64_t in_kopecks() const { return value_; }
  constexpr auto operator<=>(const Money&) const = default;
  constexpr Money operator-() const { return Money(-value_); }
  friend constexpr Money operator+(Money a, Money b) { return Money(a.value_ + b.value_); }
  friend constexpr Money operator-(Money a, Money b) { return Money(a.value_ - b.value_); }
  constexpr Money& operator+=(Money other) { return *this = *this + other; }
  constexpr Money& operator-=(Money other) { return *this = *this - other; }

 private:
  constexpr explicit Money(std::int64_t value) : value_(value) {}
  std::int64_t value_{0};
};

// The largest amount that a message may name, and that an order or a converted line may reach:
// ten digits before the point (domain.md §8).
inline constexpr Money kAmountMax = Money::kopecks(999'999'999'999);

// Parts per million: 1 % is 10 000.
class Rate {
 public:
  constexpr Rate() = default;
  [[nodiscard]] static constexpr Rate ppm(std::uint32_t value) { return Rate(value); }
  [[nodiscard]] constexpr std::uint32_t in_ppm() const { return value_; }
  constexpr auto operator<=>(const Rate&) const = default;

 private:
  constexpr explicit Rate(std::uint32_t value) : value_(value) {}
  std::uint32_t value_{0};
};

// Roubles for one unit of a foreign currency, in ten-thousandths.
class ExchangeRate {
 public:
  constexpr ExchangeRate() = default;
  [[nodiscard]] static constexpr ExchangeRate ten_thousandths(std::uint64_t value) {
    return ExchangeRate(value);
  }
  [[nodiscard]] constexpr std::uint64_t in_ten_thousandths() const { return value_; }
  constexpr auto operator<=>(const ExchangeRate&) const = default;

 private:
  constexpr explicit ExchangeRate(std::uint64_t value) : value_(value) {}
  std::uint64_t value_{0};
};

// numerator / denominator, rounded half away from zero (domain.md §8).
// REQUIRES: denominator > 0
[[nodiscard]] base::Int128 divide_rounded(base::Int128 numerator, std::int64_t denominator);

// amount × rate, rounded half away from zero.
// REQUIRES: |amount| <= kAmountMax
[[nodiscard]] Money share(Money amount, Rate rate);

// Minor units of a foreign currency in kopecks. Nothing: above kAmountMax.
[[nodiscard]] std::optional<Money> convert(Money foreign, ExchangeRate rate);

// "4050.00"; "-0.05".
[[nodiscard]] std::string to_text(Money money);
// `\d{1,10}\.\d\d`, nothing else.
[[nodiscard]] std::optional<Money> parse_money(std::string_view text);
// The same with an optional sign.
[[nodiscard]] std::optional<Money> parse_signed_money(std::string_view text);
// `\d{1,3}(\.\d{1,4})?` percent.
[[nodiscard]] std::optional<Rate> parse_percent(std::string_view text);
// "8.5", the shortest form.
[[nodiscard]] std::string to_text(Rate rate);
// `\d{1,6}\.\d{4}`, not zero.
[[nodiscard]] std::optional<ExchangeRate> parse_exchange_rate(std::string_view text);
[[nodiscard]] std::string to_text(ExchangeRate rate);

}  // namespace kopilka::model
