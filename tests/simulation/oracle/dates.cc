#include "tests/simulation/oracle/dates.h"

#include <fmt/format.h>

namespace kopilka::simulation {
namespace {

bool is_leap(int year) {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int days_in_year(int year) {
  return is_leap(year) ? 366 : 365;
}

int days_in_month(int year, int month) {
  if (month == 2) {
    return is_leap(year) ? 29 : 28;
  }
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/// Exactly `count` digits at `from`, as a number; nothing when they are not all digits.
std::optional<int> digits(std::string_view text, std::size_t from, std::size_t count) {
  if (from + count > text.size()) {
    return std::nullopt;
  }
  int number = 0;
  for (std::size_t i = from; i < from + count; ++i) {
    if (text[i] < '0' || text[i] > '9') {
      return std::nullopt;
    }
    number = number * 10 + (text[i] - '0');
  }
  return number;
}

bool has(std::string_view text, std::size_t at, char wanted) {
  return at < text.size() && text[at] == wanted;
}

/// "Z" or "+03:00", as microseconds to take away from the local time.
std::optional<Instant> parse_offset(std::string_view text) {
  if (text == "Z") {
    return 0;
  }
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') {
    return std::nullopt;
  }
  const auto hours = digits(text, 1, 2);
  const auto minutes = digits(text, 4, 2);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) {
    return std::nullopt;
  }
  const Instant offset = *hours * kHour + *minutes * kMinute;
  return text[0] == '+' ? offset : -offset;
}

Instant floor_divide(Instant number, Instant by) {
  Instant quotient = number / by;
  if (number % by < 0) {
    --quotient;
  }
  return quotient;
}

}  // namespace

Day day_of(const Civil& date) {
  Day days = 0;
  for (int year = 1970; year < date.year; ++year) {
    days += days_in_year(year);
  }
  for (int year = date.year; year < 1970; ++year) {
    days -= days_in_year(year);
  }
  for (int month = 1; month < date.month; ++month) {
    days += days_in_month(date.year, month);
  }
  return days + date.day - 1;
}

Civil civil_of(Day day) {
  Civil date;
  while (day < 0) {
    --date.year;
    day += days_in_year(date.year);
  }
  while (day >= days_in_year(date.year)) {
    day -= days_in_year(date.year);
    ++date.year;
  }
  while (day >= days_in_month(date.year, date.month)) {
    day -= days_in_month(date.year, date.month);
    ++date.month;
  }
  date.day = static_cast<int>(day) + 1;
  return date;
}

std::optional<Day> parse_day(std::string_view text) {
  const auto year = digits(text, 0, 4);
  const auto month = digits(text, 5, 2);
  const auto day = digits(text, 8, 2);
  if (text.size() != 10 || !has(text, 4, '-') || !has(text, 7, '-') || !year || !month || !day) {
    return std::nullopt;
  }
  if (*year < 1 || *month < 1 || *month > 12 || *day < 1 || *day > days_in_month(*year, *month)) {
    return std::nullopt;
  }
  return day_of({*year, *month, *day});
}

std::optional<Day> parse_month(std::string_view text) {
  const auto day = parse_day(std::string(text) + "-01");
  if (!day || civil_of(*day).year < 1900 || civil_of(*day).year > 2199) {
    return std::nullopt;
  }
  return day;
}

Day last_of_month(Day day) {
  const Civil date = civil_of(day);
  return day_of({date.year, date.month, days_in_month(date.year, date.month)});
}

std::string month_text(Day day) {
  return day_text(day).substr(0, 7);
}

std::optional<Instant> parse_instant(std::string_view text) {
  if (text.size() < 20 || !has(text, 10, 'T') || !has(text, 13, ':') || !has(text, 16, ':')) {
    return std::nullopt;
  }
  const auto day = parse_day(text.substr(0, 10));
  const auto hour = digits(text, 11, 2);
  const auto minute = digits(text, 14, 2);
  const auto second = digits(text, 17, 2);
  if (!day || !hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59) {
    return std::nullopt;
  }
  std::size_t next = 19;
  Instant fraction = 0;
  if (has(text, next, '.')) {
    Instant unit = kSecond / 10;
    for (++next; next < text.size() && text[next] >= '0' && text[next] <= '9'; ++next) {
      if (unit == 0) {
        return std::nullopt;
      }
      fraction += (text[next] - '0') * unit;
      unit /= 10;
    }
    if (next == 20) {
      return std::nullopt;
    }
  }
  const auto offset = parse_offset(text.substr(next));
  if (!offset) {
    return std::nullopt;
  }
  return *day * kSpanOfDay + *hour * kHour + *minute * kMinute + *second * kSecond + fraction -
         *offset;
}

std::string day_text(Day day) {
  const Civil date = civil_of(day);
  return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

std::string instant_text(Instant instant) {
  const Day day = floor_divide(instant, kSpanOfDay);
  const Instant rest = instant - day * kSpanOfDay;
  std::string text = fmt::format("{}T{:02}:{:02}:{:02}", day_text(day), rest / kHour,
                                 rest % kHour / kMinute, rest % kMinute / kSecond);
  if (rest % kSecond != 0) {
    text += fmt::format(".{:06}", rest % kSecond);
  }
  return text + "Z";
}

Day moscow_day(Instant instant) {
  return floor_divide(instant + 3 * kHour, kSpanOfDay);
}

Instant moscow_midnight(Day day) {
  return day * kSpanOfDay - 3 * kHour;
}

bool is_weekend(Day day) {
  // 1970-01-01 was a Thursday, so day 2 was the first Saturday and day 3 the first Sunday.
  const Day since_saturday = ((day - 2) % 7 + 7) % 7;
  return since_saturday < 2;
}

}  // namespace kopilka::simulation
