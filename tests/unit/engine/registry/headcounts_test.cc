#include "tests/unit/engine/registry/world.h"

namespace kopilka::registry {
namespace {

model::ReportHeadcount report(std::string_view as_of, Headcount people,
                              model::OrganizationId organization = kPrimary) {
  return {.organization = organization,
          .as_of = day(as_of),
          .employees = people.employees,
          .pedagogues = people.pedagogues,
          .students = people.students};
}

History<Headcount> reports_of(Story& story, model::OrganizationId organization) {
  const auto* row = story.world().tables.headcounts.find(organization);
  return row != nullptr ? row->reports : History<Headcount>{};
}

TEST(ReportHeadcount, records_what_was_reported_from_the_midnight_of_its_date) {
  union_at(noon(kToday))
      .when(report("2019-01-01", {.employees = 120, .pedagogues = 80, .students = 900}))
      .then(effective(midnight("2019-01-01"), model::HeadcountReported{.organization = kPrimary,
                                                                       .as_of = day("2019-01-01"),
                                                                       .employees = 120,
                                                                       .pedagogues = 80,
                                                                       .students = 900}));
}

TEST(ReportHeadcount, takes_any_kind_of_organization_and_a_date_to_come) {
  EXPECT_TRUE(
      union_at(noon(kToday)).when(report("2019-09-01", {.employees = 9}, kCentral)).decision());
}

TEST(ReportHeadcount, refuses_an_unknown_organization) {
  union_at(noon(kToday))
      .when(report("2019-01-01", {.employees = 1}, kUnknownOrganization))
      .then(Refusal::organization_not_found);
}

TEST(Headcounts, are_kept_by_the_date_that_they_are_of) {
  auto story = union_at(noon(kToday));
  story.after(report("2019-01-01", {.employees = 120}))
      .after(report("2018-01-01", {.employees = 110}))
      .after(report("2019-01-01", {.employees = 7}, kOtherPrimary));
  EXPECT_EQ(reports_of(story, kPrimary),
            (History<Headcount>{{day("2018-01-01"), {.employees = 110}},
                                {day("2019-01-01"), {.employees = 120}}}));
  EXPECT_EQ(reports_of(story, kOtherPrimary),
            (History<Headcount>{{day("2019-01-01"), {.employees = 7}}}));
  EXPECT_EQ(reports_of(story, kCentral), History<Headcount>{});
}

TEST(Headcounts, of_one_date_are_the_latest_recorded) {
  auto story = union_at(noon(kToday));
  story.after(report("2019-01-01", {.employees = 120, .pedagogues = 80, .students = 900}))
      .after(report("2019-01-01", {.employees = 121, .pedagogues = 0, .students = 901}));
  EXPECT_EQ(reports_of(story, kPrimary),
            (History<Headcount>{
                {day("2019-01-01"), {.employees = 121, .pedagogues = 0, .students = 901}}}));
}

}  // namespace
}  // namespace kopilka::registry
