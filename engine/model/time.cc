#include "engine/model/time.h"

#include <chrono>

#include <fmt/format.h>

namespace kopilka::model {
namespace {

constexpr std::int64_t kMicrosPerSecond = 1'000'000;
constexpr std::int64_t kMicrosPerDay = 86'400 * kMicrosPerSecond;
constexpr std::int64_t kMoscowOffset = 3 * 3'600 * kMicrosPerSecond;
constexpr int kYearMin = 1900;
constexpr int kYearMax = 2199;
constexpr std::int32_t kMonthsPerYear = 12;
constexpr int kEpochYear = 1970;

constexpr std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

// Takes exactly `digits` digits off the front.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take_character(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<Date> take_date(std::string_view& text) {
  const auto year = take_number(text, 4);
  if (!year || !take_character(text, '-')) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || !take_character(text, '-')) return std::nullopt;
  const auto day = take_number(text, 2);
  if (!day || *year < kYearMin || *year > kYearMax) return std::nullopt;
  const std::chrono::year_month_day civil{std::chrono::year{*year},
                                          std::chrono::month{static_cast<unsigned>(*month)},
                                          std::chrono::day{static_cast<unsigned>(*day)}};
  if (!civil.ok()) return std::nullopt;
  return from_civil({*year, static_cast<unsigned>(*month), static_cast<unsigned>(*day)});
}

// Micros of the day, fraction included.
std::optional<std::int64_t> take_time_of_day(std::string_view& text) {
  const auto hour = take_number(text, 2);
  if (!hour || *hour > 23 || !take_character(text, ':')) return std::nullopt;
  const auto minute = take_number(text, 2);
  if (!minute || *minute > 59 || !take_character(text, ':')) return std::nullopt;
  const auto second = take_number(text, 2);
  if (!second || *second > 59) return std::nullopt;
  std::int64_t micros = ((*hour * 60 + *minute) * 60 + *second) * kMicrosPerSecond;
  if (!take_character(text, '.')) return micros;
  std::int64_t unit = kMicrosPerSecond;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    unit /= 10;
    if (unit == 0) return std::nullopt;  // a seventh digit
    micros += unit * (text.front() - '0');
    text.remove_prefix(1);
  }
  return unit == kMicrosPerSecond ? std::nullopt : std::optional(micros);
}

std::optional<std::int64_t> take_offset(std::string_view& text) {
  if (take_character(text, 'Z') || take_character(text, 'z')) return 0;
  const bool west = text.starts_with('-');
  if (!west && !text.starts_with('+')) return std::nullopt;
  text.remove_prefix(1);
  const auto hours = take_number(text, 2);
  if (!hours || *hours > 23 || !take_character(text, ':')) return std::nullopt;
  const auto minutes = take_number(text, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  const std::int64_t micros = std::int64_t{*hours * 60 + *minutes} * 60 * kMicrosPerSecond;
  return west ? -micros : micros;
}

}  // namespace

Date from_civil(CivilDate civil) {
  const std::chrono::sys_days days{std::chrono::year{civil.year} / std::chrono::month{civil.month} /
                                   std::chrono::day{civil.day}};
  return Date::days(static_cast<std::int32_t>(days.time_since_epoch().count()));
}

CivilDate to_civil(Date date) {
  const std::chrono::year_month_day civil{std::chrono::sys_days{std::chrono::days{date.in_days()}}};
  return {static_cast<int>(civil.year()), static_cast<unsigned>(civil.month()),
          static_cast<unsigned>(civil.day())};
}

Date moscow_date(Instant at) {
  return Date::days(
      static_cast<std::int32_t>(floor_divide(at.in_micros() + kMoscowOffset, kMicrosPerDay)));
}

Instant moscow_midnight(Date date) {
  return Instant::micros(date.in_days() * kMicrosPerDay - kMoscowOffset);
}

std::int32_t month_number(Date date) {
  const auto civil = to_civil(date);
  return civil.year * kMonthsPerYear + static_cast<std::int32_t>(civil.month) - 1;
}

Month month_of(Date date) {
  return Month::months(month_number(date) - kEpochYear * kMonthsPerYear);
}

Date first_day(Month month) {
  const auto number = month.in_months() + kEpochYear * kMonthsPerYear;
  return from_civil(
      {number / kMonthsPerYear, static_cast<unsigned>(number % kMonthsPerYear) + 1, 1});
}

Date last_day(Month month) {
  return first_day(Month::months(month.in_months() + 1)) - 1;
}

bool is_weekday(Date date) {
  const std::chrono::weekday day{std::chrono::sys_days{std::chrono::days{date.in_days()}}};
  return day != std::chrono::Saturday && day != std::chrono::Sunday;
}

std::string to_text(Date date) {
  const auto civil = to_civil(date);
  return fmt::format("{:04}-{:02}-{:02}", civil.year, civil.month, civil.day);
}

std::optional<Date> parse_date(std::string_view text) {
  const auto date = take_date(text);
  return text.empty() ? date : std::nullopt;
}

std::string to_text(Month month) {
  const auto civil = to_civil(first_day(month));
  return fmt::format("{:04}-{:02}", civil.year, civil.month);
}

std::optional<Month> parse_month(std::string_view text) {
  const auto first = parse_date(std::string(text) + "-01");
  return first ? std::optional(month_of(*first)) : std::nullopt;
}

std::string to_text(Instant at) {
  const auto day = floor_divide(at.in_micros(), kMicrosPerDay);
  const auto of_day = at.in_micros() - day * kMicrosPerDay;
  const auto seconds = of_day / kMicrosPerSecond;
  const auto fraction = of_day % kMicrosPerSecond;
  auto text = fmt::format("{}T{:02}:{:02}:{:02}", to_text(Date::days(static_cast<int>(day))),
                          seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (fraction % 1000 != 0)
    text += fmt::format(".{:06}", fraction);
  else if (fraction != 0)
    text += fmt::format(".{:03}", fraction / 1000);
  return text + "Z";
}

std::optional<Instant> parse_instant(std::string_view text) {
  const auto date = take_date(text);
  if (!date || !(take_character(text, 'T') || take_character(text, 't'))) return std::nullopt;
  const auto of_day = take_time_of_day(text);
  if (!of_day) return std::nullopt;
  const auto offset = take_offset(text);
  if (!offset || !text.empty()) return std::nullopt;
  return Instant::micros(date->in_days() * kMicrosPerDay + *of_day - *offset);
}

}  // namespace kopilka::model
