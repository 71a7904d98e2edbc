#include <string_view>
#include <vector>

#include "tests/unit/engine/registry/world.h"

namespace kopilka::registry {
namespace {

model::Month month(std::string_view text) {
  return model::parse_month(text).value();
}

model::PayDues pay(std::string_view period, std::string_view paid_on = "2019-02-20") {
  return {.member = kMember,
          .period = month(period),
          .base = model::Money::kopecks(30'000'00),
          .percent = model::Rate::ppm(10'000),
          .amount = model::Money::kopecks(300'00),
          .paid_on = day(paid_on)};
}

std::vector<std::string> periods_of(Story& story) {
  std::vector<std::string> periods;
  if (const auto* row = story.world().tables.dues.find(kMember))
    for (const auto& payment : row->payments)
      periods.push_back(to_text(payment.period));
  return periods;
}

model::OrganizationId organization_of(Story& story) {
  return story.world().tables.dues.find(kMember)->payments.back().organization;
}

TEST(PayDues, records_what_was_paid_from_the_midnight_of_that_day) {
  members_at(noon(kToday))
      .when(pay("2019-01"))
      .then(effective(midnight("2019-02-20"),
                      model::DuesPaid{.member = kMember,
                                      .organization = kPrimary,
                                      .period = month("2019-01"),
                                      .base = model::Money::kopecks(30'000'00),
                                      .rate = model::Rate::ppm(10'000),
                                      .amount = model::Money::kopecks(300'00),
                                      .paid_on = day("2019-02-20")}));
}

TEST(PayDues, reckons_nothing_again) {
  auto command = pay("2019-01");
  command.amount = model::Money::kopecks(299'99);
  EXPECT_TRUE(members_at(noon(kToday)).when(command).decision());
}

TEST(PayDues, refuses_an_unknown_member) {
  auto command = pay("2019-01");
  command.member = kUnknownMember;
  members_at(noon(kToday)).when(command).then(Refusal::member_not_found);
}

TEST(PayDues, refuses_what_will_be_paid_after_today) {
  members_at(noon(kToday)).when(pay("2019-01", "2019-03-02")).then(Refusal::day_not_reached);
  EXPECT_TRUE(members_at(noon(kToday)).when(pay("2019-01", kToday)).decision());
  members_at(instant("2019-03-01T20:59:59Z"))
      .when(pay("2019-01", "2019-03-02"))
      .then(Refusal::day_not_reached);
  EXPECT_TRUE(
      members_at(instant("2019-03-01T21:00:00Z")).when(pay("2019-01", "2019-03-02")).decision())
      << "it is the next day in Moscow";
}

TEST(PayDues, takes_a_period_once) {
  auto story = members_at(noon(kToday));
  story.after(pay("2019-01"));
  story.when(pay("2019-01", "2019-02-21")).then(Refusal::already_paid);
  EXPECT_TRUE(story.when(pay("2019-02")).decision());
  auto other = pay("2019-01");
  other.member = kOtherMember;
  EXPECT_TRUE(story.when(other).decision()) << "once a member";
}

TEST(PayDues, takes_periods_in_any_order_and_those_to_come) {
  auto story = members_at(noon(kToday));
  story.after(pay("2019-12")).after(pay("2019-01")).after(pay("2019-03"));
  EXPECT_EQ(periods_of(story), (std::vector<std::string>{"2019-01", "2019-03", "2019-12"}));
}

TEST(PayDues, needs_one_day_on_the_register_in_the_period) {
  const auto paying = [](Story story, std::string_view period) {
    return story.when(pay(period)).decision();
  };
  const auto admitted_late = [] {
    return union_at(noon(kToday)).given(admitted(kMember, "2019-01-31"));
  };
  EXPECT_TRUE(paying(admitted_late(), "2019-01"));
  EXPECT_EQ(paying(admitted_late(), "2018-12").error(), Refusal::date_before_admission);
  const auto ended = [](std::string_view last_day) {
    return members_at(noon(kToday)).given(terminated(last_day));
  };
  EXPECT_TRUE(paying(ended("2019-02-01"), "2019-02"));
  EXPECT_EQ(paying(ended("2019-01-31"), "2019-02").error(), Refusal::not_active);
  EXPECT_TRUE(paying(ended("2019-01-10"), "2019-01")) << "paid after the last day";
  EXPECT_EQ(paying(ended("2019-01-10"), "2018-12").error(), Refusal::date_before_admission);
  const auto back = [&] { return ended("2019-01-10").given(admitted(kMember, "2019-03-31")); };
  EXPECT_EQ(paying(back(), "2019-02").error(), Refusal::not_active);
  EXPECT_TRUE(paying(back(), "2019-03"));
}

TEST(PayDues, takes_them_from_the_suspended_too) {
  const auto story = [] { return members_at(noon(kToday)).given(suspended("2019-01-15")); };
  EXPECT_TRUE(story().when(pay("2019-01")).decision());
  EXPECT_TRUE(story().when(pay("2019-02")).decision());
}

TEST(PayDues, names_the_organization_of_the_last_day_of_the_period) {
  auto story = members_at(noon(kToday));
  story.given(transferred(kPrimary, kOtherPrimary, "2019-02-28"));
  story.after(pay("2019-01"));
  EXPECT_EQ(organization_of(story), kPrimary) << "though it was paid from another";
  story.after(pay("2019-02"));
  EXPECT_EQ(organization_of(story), kOtherPrimary);
}

}  // namespace
}  // namespace kopilka::registry
