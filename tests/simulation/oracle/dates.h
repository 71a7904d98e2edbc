#pragma once

// Civil days and instants of the oracle, counted the slow way: year by year, month by month.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kopilka::simulation {

/// Days since 1970-01-01. A bare date in a command is a Moscow date.
using Day = std::int64_t;
/// Microseconds of UTC since 1970-01-01T00:00Z.
using Instant = std::int64_t;

inline constexpr Instant kSecond = 1'000'000;
inline constexpr Instant kMinute = 60 * kSecond;
inline constexpr Instant kHour = 60 * kMinute;
inline constexpr Instant kSpanOfDay = 24 * kHour;

struct Civil {
  int year = 1970;
  int month = 1;
  int day = 1;
};

Day day_of(const Civil& date);
Civil civil_of(Day day);

/// "2019-03-01"; nothing when the text is no date of the years 1 to 9999.
std::optional<Day> parse_day(std::string_view text);
/// "2019-03": the first day of that month; nothing when it is no month of the years 1900 to 2199.
std::optional<Day> parse_month(std::string_view text);
/// The last day of the month in which that day lies.
Day last_of_month(Day day);
/// RFC 3339 with an offset and at most six digits of a second; nothing when it is not.
std::optional<Instant> parse_instant(std::string_view text);

std::string day_text(Day day);
/// "2019-03"
std::string month_text(Day day);
/// UTC with a Z, with as many groups of a second's fraction as needed (none or six digits).
std::string instant_text(Instant instant);

/// The date that a wall in Moscow (UTC+3, always) shows.
Day moscow_day(Instant instant);
/// 00:00 in Moscow of that day.
Instant moscow_midnight(Day day);
/// Saturday or Sunday.
bool is_weekend(Day day);

}  // namespace kopilka::simulation
