#include "projections/statistics/bands.h"

#include <gtest/gtest.h>

#include "tests/support/times.h"

namespace kopilka::projections::statistics {
namespace {

using support::day;

AgeBand of_born(std::string_view birth_date, std::string_view on) {
  return age_band(model::month_number(day(birth_date)), day(on));
}
TenureBand since(std::string_view tenure_from, std::string_view on) {
  return tenure_band(day(tenure_from), day(on));
}

TEST(AgeBands, begin_with_the_month_of_a_birthday) {
  EXPECT_EQ(of_born("2000-05-17", "2014-04-30"), AgeBand::under_14);
  EXPECT_EQ(of_born("2000-05-17", "2014-05-01"), AgeBand::from_14);
  EXPECT_EQ(of_born("2000-05-17", "2018-04-30"), AgeBand::from_14);
  EXPECT_EQ(of_born("2000-05-17", "2018-05-01"), AgeBand::from_18);
  EXPECT_EQ(of_born("2000-05-17", "2035-04-30"), AgeBand::from_18);
  EXPECT_EQ(of_born("2000-05-17", "2035-05-01"), AgeBand::from_35);
  EXPECT_EQ(of_born("2000-05-17", "2055-04-30"), AgeBand::from_35);
  EXPECT_EQ(of_born("2000-05-17", "2055-05-01"), AgeBand::from_55);
}

TEST(AgeBands, know_nothing_of_who_told_no_birth_date) {
  EXPECT_EQ(age_band(std::nullopt, day("2019-01-01")), AgeBand::unknown);
}

TEST(AgeBands, have_the_youngest_for_who_is_not_born_yet) {
  EXPECT_EQ(of_born("2030-01-01", "2019-01-01"), AgeBand::under_14);
}

// The dates of the worked example about aid (W6).
TEST(TenureBands, end_on_the_same_number_or_the_last_day_of_the_month) {
  EXPECT_EQ(since("2019-08-31", "2020-02-28"), TenureBand::under_6_months);
  EXPECT_EQ(since("2019-08-31", "2020-02-29"), TenureBand::from_6_months);
  EXPECT_EQ(since("2019-08-31", "2020-08-30"), TenureBand::from_6_months);
  EXPECT_EQ(since("2019-08-31", "2020-08-31"), TenureBand::from_1_year);
  EXPECT_EQ(since("2019-08-31", "2024-08-31"), TenureBand::from_1_year);
  EXPECT_EQ(since("2019-08-31", "2024-09-01"), TenureBand::over_5_years);
}

TEST(TenureBands, begin_with_the_first_day) {
  EXPECT_EQ(since("2019-08-31", "2019-08-31"), TenureBand::under_6_months);
}

TEST(Bands, are_named_as_reports_name_them) {
  EXPECT_EQ(model::name_of(AgeBand::from_14), "14-17");
  EXPECT_EQ(model::name_of(AgeBand::from_55), "55+");
  EXPECT_EQ(model::name_of(TenureBand::from_6_months), "6_to_12_months");
}

}  // namespace
}  // namespace kopilka::projections::statistics
