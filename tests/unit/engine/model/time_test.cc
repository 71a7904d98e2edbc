#include "engine/model/time.h"

#include <optional>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

namespace kopilka::model {
namespace {

Instant instant(std::string_view text) {
  return parse_instant(text).value();
}
Date day(std::string_view text) {
  return parse_date(text).value();
}

TEST(Date, counts_days_from_1970) {
  EXPECT_EQ(day("1970-01-01").in_days(), 0);
  EXPECT_EQ(day("1969-12-31").in_days(), -1);
  EXPECT_EQ(day("2000-03-01") - 1, day("2000-02-29"));
  EXPECT_EQ(day("1900-02-28") + 1, day("1900-03-01"));
  EXPECT_EQ(to_text(day("2019-12-31") + 1), "2020-01-01");
}

TEST(Date, is_its_civil_day_and_back_over_the_whole_range) {
  for (auto date = day("1900-01-01"); date <= day("2199-12-31"); date = date + 1)
    ASSERT_EQ(from_civil(to_civil(date)), date);
}

TEST(Month, counts_months_from_1970) {
  EXPECT_EQ(month_of(day("1970-01-31")), Month{});
  EXPECT_EQ(month_of(day("1970-02-01")).in_months(), 1);
  EXPECT_EQ(month_of(day("1969-12-31")).in_months(), -1);
  EXPECT_EQ(month_of(day("1969-12-31")), month_of(day("1969-12-01")));
  EXPECT_LT(month_of(day("2018-12-31")), month_of(day("2019-01-01")));
}

TEST(Month, has_a_first_and_a_last_day) {
  const auto bounds = [](std::string_view text) {
    const auto month = parse_month(text).value();
    return to_text(first_day(month)) + " " + to_text(last_day(month));
  };
  EXPECT_EQ(bounds("2019-02"), "2019-02-01 2019-02-28");
  EXPECT_EQ(bounds("2020-02"), "2020-02-01 2020-02-29");
  EXPECT_EQ(bounds("1969-12"), "1969-12-01 1969-12-31");
  EXPECT_EQ(bounds("2199-12"), "2199-12-01 2199-12-31");
}

TEST(Month, is_its_text_and_back_over_the_whole_range) {
  const auto end = month_of(day("2199-12-31")).in_months();
  for (auto count = month_of(day("1900-01-01")).in_months(); count <= end; ++count)
    ASSERT_EQ(parse_month(to_text(Month::months(count))), Month::months(count));
}

TEST(ParseMonth, takes_four_digits_and_two) {
  EXPECT_EQ(parse_month("2019-03"), month_of(day("2019-03-31")));
  for (const std::string_view text : {"1899-12", "2200-01", "2019-00", "2019-13", "2019-3",
                                      "2019-03-", "2019-03-01", "201903", "2019", "", "-"})
    EXPECT_EQ(parse_month(text), std::nullopt) << text;
}

TEST(ParseDate, takes_years_1900_to_2199) {
  EXPECT_TRUE(parse_date("1900-01-01"));
  EXPECT_TRUE(parse_date("2199-12-31"));
  for (const std::string_view text :
       {"1899-12-31", "2200-01-01", "2019-02-29", "2019-13-01", "2019-00-01", "2019-01-00",
        "2019-04-31", "2019-1-01", "2019-01-1", "2019/01/01", "20190101", "2019-01-01 ", "", "-",
        "2019-01-01T00:00:00Z"})
    EXPECT_EQ(parse_date(text), std::nullopt) << text;
}

TEST(ParseInstant, takes_offsets_and_up_to_six_digits) {
  EXPECT_EQ(instant("1970-01-01T00:00:00Z").in_micros(), 0);
  EXPECT_EQ(instant("1970-01-01T00:00:00.000001Z").in_micros(), 1);
  EXPECT_EQ(instant("1970-01-01T00:00:00.5Z").in_micros(), 500'000);
  EXPECT_EQ(instant("2019-03-01T12:15:00+03:00"), instant("2019-03-01T09:15:00Z"));
  EXPECT_EQ(instant("2019-03-01T00:00:00-05:30"), instant("2019-03-01T05:30:00Z"));
  EXPECT_EQ(instant("2019-03-01t09:15:00z"), instant("2019-03-01T09:15:00Z"));
}

TEST(ParseInstant, refuses_everything_else) {
  for (const std::string_view text :
       {"2019-03-01", "2019-03-01T12:15:00", "2019-03-01T12:15Z", "2019-03-01 12:15:00Z",
        "2019-03-01T24:00:00Z", "2019-03-01T12:60:00Z", "2019-03-01T12:15:60Z",
        "2019-03-01T12:15:00.Z", "2019-03-01T12:15:00.1234567Z", "2019-03-01T12:15:00+3:00",
        "2019-03-01T12:15:00+0300", "2019-03-01T12:15:00+24:00", "2019-03-01T12:15:00+03:60",
        "2019-02-30T00:00:00Z", "1899-12-31T23:59:59Z", "2200-01-01T00:00:00Z",
        "2019-03-01T12:15:00Z ", "2019-03-01T12:15:00,5Z", ""})
    EXPECT_EQ(parse_instant(text), std::nullopt) << text;
}

TEST(InstantText, has_as_many_digits_as_it_needs) {
  for (const std::string_view text :
       {"2019-03-01T09:15:00Z", "2019-03-01T09:15:00.500Z", "2019-03-01T09:15:00.000001Z",
        "1969-12-31T23:59:59.999Z", "1900-01-01T00:00:00Z", "2199-12-31T23:59:59.999999Z"})
    EXPECT_EQ(to_text(instant(text)), text);
}

TEST(MoscowDate, turns_at_21_hours_of_utc) {
  EXPECT_EQ(moscow_date(instant("2019-03-31T20:59:59.999999Z")), day("2019-03-31"));
  EXPECT_EQ(moscow_date(instant("2019-03-31T21:00:00Z")), day("2019-04-01"));
  EXPECT_EQ(moscow_date(instant("1969-12-31T20:59:59.999999Z")), day("1969-12-31"));
  EXPECT_EQ(moscow_date(instant("1969-12-31T21:00:00Z")), day("1970-01-01"));
}

TEST(MoscowMidnight, is_where_the_date_begins) {
  EXPECT_EQ(moscow_midnight(day("2019-04-01")), instant("2019-03-31T21:00:00Z"));
  for (auto date = day("1969-12-20"); date < day("1970-01-10"); date = date + 1) {
    EXPECT_EQ(moscow_date(moscow_midnight(date)), date);
    EXPECT_EQ(moscow_date(moscow_midnight(date) - Span::micros(1)), date - 1);
  }
}

TEST(MonthNumber, grows_by_one_a_month_over_the_years) {
  EXPECT_EQ(month_number(day("2019-12-31")) + 1, month_number(day("2020-01-01")));
  EXPECT_EQ(month_number(day("2019-03-01")), month_number(day("2019-03-31")));
  EXPECT_EQ(month_number(day("1970-01-01")), 1970 * 12);
}

TEST(Weekday, is_monday_to_friday) {
  EXPECT_TRUE(is_weekday(day("2019-03-01")));  // a Friday
  EXPECT_FALSE(is_weekday(day("2019-03-02")));
  EXPECT_FALSE(is_weekday(day("2019-03-03")));
  EXPECT_TRUE(is_weekday(day("2019-03-04")));
  EXPECT_FALSE(is_weekday(day("1969-12-28")));  // a Sunday
}

TEST(Span, is_exact) {
  EXPECT_EQ(Span::hours(24), Span::minutes(1440));
  EXPECT_EQ(Span::minutes(10).in_micros(), 600'000'000);
  EXPECT_EQ(instant("2019-03-01T00:00:00Z") + Span::hours(24), instant("2019-03-02T00:00:00Z"));
}

}  // namespace
}  // namespace kopilka::model
