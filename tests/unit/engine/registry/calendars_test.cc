#include "engine/registry/queries.h"
#include "tests/unit/engine/registry/world.h"

namespace kopilka::registry {
namespace {

bool works(Story& story, std::string_view on) {
  return working_day(story.world().tables, day(on));
}

TEST(PublishCalendar, records_the_days_as_they_were_given) {
  Story(noon(kToday))
      .when(model::PublishCalendar{.year = 2019,
                                   .days_off = {day("2019-05-09"), day("2019-05-01")},
                                   .working_weekends = {day("2019-06-01")}})
      .then(effective(noon(kToday),
                      model::CalendarPublished{.year = 2019,
                                               .days_off = {day("2019-05-09"), day("2019-05-01")},
                                               .working_weekends = {day("2019-06-01")}}));
}

TEST(WorkingDay, is_monday_to_friday_without_a_calendar) {
  Story story(noon(kToday));
  EXPECT_TRUE(works(story, "2019-03-01"));   // Friday
  EXPECT_FALSE(works(story, "2019-03-02"));  // Saturday
  EXPECT_FALSE(works(story, "2019-03-03"));  // Sunday
  EXPECT_TRUE(works(story, "2019-03-04"));
  EXPECT_TRUE(works(story, "2019-01-01"));
}

TEST(WorkingDay, follows_the_calendar_of_its_year) {
  Story story(noon(kToday));
  story.after(model::PublishCalendar{.year = 2019,
                                     .days_off = {day("2019-05-09"), day("2019-05-01")},
                                     .working_weekends = {day("2019-06-01")}});
  EXPECT_FALSE(works(story, "2019-05-01"));
  EXPECT_TRUE(works(story, "2019-05-02"));
  EXPECT_FALSE(works(story, "2019-05-09"));
  EXPECT_TRUE(works(story, "2019-06-01"));
  EXPECT_FALSE(works(story, "2019-06-02"));
  EXPECT_TRUE(works(story, "2020-05-01"));
}

TEST(WorkingDay, is_a_working_weekend_that_is_also_off) {
  Story story(noon(kToday));
  story.after(model::PublishCalendar{
      .year = 2019, .days_off = {day("2019-06-01")}, .working_weekends = {day("2019-06-01")}});
  EXPECT_TRUE(works(story, "2019-06-01"));
}

TEST(WorkingDay, forgets_a_calendar_that_was_published_anew) {
  Story story(noon(kToday));
  story
      .after(model::PublishCalendar{
          .year = 2019, .days_off = {day("2019-05-01")}, .working_weekends = {}})
      .after(model::PublishCalendar{
          .year = 2019, .days_off = {day("2019-05-09")}, .working_weekends = {}});
  EXPECT_TRUE(works(story, "2019-05-01"));
  EXPECT_FALSE(works(story, "2019-05-09"));
}

TEST(WorkingDay, knows_only_the_dates_of_the_calendars_own_year) {
  Story story(noon(kToday));
  story.after(model::PublishCalendar{
      .year = 2019, .days_off = {day("2020-01-02")}, .working_weekends = {}});
  EXPECT_TRUE(works(story, "2020-01-02"));
}

}  // namespace
}  // namespace kopilka::registry
