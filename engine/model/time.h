#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kopilka::model {

// A civil day in Moscow, counted from 1970-01-01; years 1900 to 2199.
class Date {
 public:
  constexpr Date() = default;
  [[nodiscard]] static constexpr Date days(std::int32_t since_epoch) { return Date(since_epoch); }
  [[nodiscard]] constexpr std::int32_t in_days() const { return value_; }
  constexpr auto operator<=>(const Date&) const = default;
  friend constexpr Date operator+(Date date, std::int32_t days) { return Date(date.value_ + days); }
  friend constexpr Date operator-(Date date, std::int32_t days) { return Date(date.value_ - days); }

 private:
  constexpr explicit Date(std::int32_t value) : value_(value) {}
  std::int32_t value_{0};
};

// A civil month, counted from 1970-01; years 1900 to 2199.
class Month {
 public:
  constexpr Month() = default;
  [[nodiscard]] static constexpr Month months(std::int32_t since_epoch) {
    return Month(since_epoch);
  }
  [[nodiscard]] constexpr std::int32_t in_months() const { return value_; }
  constexpr auto operator<=>(const Month&) const = default;

 private:
  constexpr explicit Month(std::int32_t value) : value_(value) {}
  std::int32_t value_{0};
};

struct CivilDate {
  int year{1970};
  unsigned month{1};
  unsigned day{1};
  constexpr bool operator==(const CivilDate&) const = default;
};

// Microseconds of UTC since 1970-01-01.
class Instant {
 public:
  constexpr Instant() = default;
  [[nodiscard]] static constexpr Instant micros(std::int64_t value) { return Instant(value); }
  [[nodiscard]] constexpr std::int64_t in_micros() const { return value_; }
  constexpr auto operator<=>(const Instant&) const = default;

 private:
  constexpr explicit Instant(std::int64_t value) : value_(value) {}
  std::int64_t value_{0};
};

// A span of exact length, in microseconds.
class Span {
 public:
  [[nodiscard]] static constexpr Span micros(std::int64_t value) { return Span(value); }
  [[nodiscard]] static constexpr Span minutes(std::int64_t value) {
    return Span(value * 60'000'000);
  }
  [[nodiscard]] static constexpr Span hours(std::int64_t value) { return minutes(value * 60); }
  [[nodiscard]] constexpr std::int64_t in_micros() const { return value_; }
  constexpr auto operator<=>(const Span&) const = default;

 private:
  constexpr explicit Span(std::int64_t value) : value_(value) {}
  std::int64_t value_{0};
};

[[nodiscard]] constexpr Instant operator+(Instant at, Span span) {
  return Instant::micros(at.in_micros() + span.in_micros());
}
[[nodiscard]] constexpr Instant operator-(Instant at, Span span) {
  return Instant::micros(at.in_micros() - span.in_micros());
}

[[nodiscard]] Date from_civil(CivilDate civil);
[[nodiscard]] CivilDate to_civil(Date date);

// The business zone is Moscow, UTC+3 for ever (domain.md §9).
[[nodiscard]] Date moscow_date(Instant at);
[[nodiscard]] Instant moscow_midnight(Date date);

// year * 12 + month - 1 of a date: the month that a monthly cap counts in.
[[nodiscard]] std::int32_t month_number(Date date);

[[nodiscard]] Month month_of(Date date);
[[nodiscard]] Date first_day(Month month);
[[nodiscard]] Date last_day(Month month);

// Monday to Friday.
[[nodiscard]] bool is_weekday(Date date);

// "2019-03-01"
[[nodiscard]] std::string to_text(Date date);
[[nodiscard]] std::optional<Date> parse_date(std::string_view text);

// "2019-03"
[[nodiscard]] std::string to_text(Month month);
[[nodiscard]] std::optional<Month> parse_month(std::string_view text);

// RFC 3339 with `Z` and as many fraction digits as needed (0, 3 or 6).
[[nodiscard]] std::string to_text(Instant at);
// RFC 3339 with an offset, at most 6 fraction digits; years 1900 to 2199; no leap second.
[[nodiscard]] std::optional<Instant> parse_instant(std::string_view text);

}  // namespace kopilka::model
