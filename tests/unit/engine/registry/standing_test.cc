#include <optional>
#include <string_view>

#include "engine/registry/queries.h"
#include "tests/unit/engine/registry/world.h"

namespace kopilka::registry {
namespace {

model::SuspendMembership suspending(std::string_view on) {
  return {.member = kMember, .effective_on = day(on), .reason = std::nullopt};
}
model::ReinstateMembership reinstating(std::string_view on) {
  return {.member = kMember, .effective_on = day(on), .reason = std::nullopt};
}
model::TerminateMembership terminating(std::string_view last_day) {
  return {.member = kMember,
          .reason = model::TerminationReason::voluntary,
          .effective_on = day(last_day)};
}

MembershipStatus status_of(Story& story, std::string_view on) {
  return status_on(member_of(story), day(on));
}

TEST(SuspendMembership, records_the_reason_from_midnight_of_the_day) {
  auto command = suspending("2019-02-01");
  command.reason = "отпуск";
  auto event = suspended("2019-02-01");
  event.reason = "отпуск";
  members_at(noon(kToday)).when(command).then(effective(midnight("2019-02-01"), event));
}

TEST(SuspendMembership, holds_from_its_first_day) {
  auto story = members_at(noon(kToday));
  story.after(suspending("2019-02-01"));
  EXPECT_EQ(status_of(story, "2019-01-31"), MembershipStatus::active);
  EXPECT_EQ(status_of(story, "2019-02-01"), MembershipStatus::suspended);
}

TEST(SuspendMembership, takes_the_day_of_admission) {
  auto story = members_at(noon(kToday));
  story.after(suspending("2019-01-01"));
  EXPECT_EQ(status_of(story, "2018-12-31"), MembershipStatus::none);
  EXPECT_EQ(status_of(story, "2019-01-01"), MembershipStatus::suspended);
}

TEST(SuspendMembership, refuses_an_unknown_member) {
  union_at(noon(kToday)).when(suspending("2019-02-01")).then(Refusal::member_not_found);
}

TEST(SuspendMembership, refuses_who_is_suspended_on_the_day) {
  members_at(noon(kToday))
      .given(suspended("2019-02-01"))
      .when(suspending("2019-02-01"))
      .then(Refusal::not_active);
  members_at(noon(kToday))
      .given(suspended("2019-02-01"), reinstated("2019-02-10"))
      .when(suspending("2019-02-09"))
      .then(Refusal::not_active);
}

TEST(SuspendMembership, refuses_who_is_terminated_on_the_day) {
  members_at(noon(kToday))
      .given(terminated("2019-02-01"))
      .when(suspending("2019-02-02"))
      .then(Refusal::not_active);
}

TEST(SuspendMembership, refuses_a_day_before_the_admission) {
  members_at(noon(kToday)).when(suspending("2018-12-31")).then(Refusal::date_before_admission);
}

TEST(SuspendMembership, refuses_a_day_before_the_latest_change) {
  members_at(noon(kToday))
      .given(suspended("2019-02-01"), reinstated("2019-02-10"))
      .when(suspending("2019-01-15"))
      .then(Refusal::date_before_admission);
  members_at(noon(kToday))
      .given(terminated("2019-02-01"))
      .when(suspending("2019-02-01"))
      .then(Refusal::date_before_admission);
}

TEST(SuspendMembership, takes_the_day_of_the_latest_change) {
  EXPECT_TRUE(members_at(noon(kToday))
                  .given(suspended("2019-02-01"), reinstated("2019-02-10"))
                  .when(suspending("2019-02-10"))
                  .decision());
}

TEST(ReinstateMembership, records_the_reason_from_midnight_of_the_day) {
  auto command = reinstating("2019-02-10");
  command.reason = "вернулся";
  auto event = reinstated("2019-02-10");
  event.reason = "вернулся";
  members_at(noon(kToday))
      .given(suspended("2019-02-01"))
      .when(command)
      .then(effective(midnight("2019-02-10"), event));
}

TEST(ReinstateMembership, makes_active_from_its_day) {
  auto story = members_at(noon(kToday));
  story.given(suspended("2019-02-01")).after(reinstating("2019-02-10"));
  EXPECT_EQ(status_of(story, "2019-02-09"), MembershipStatus::suspended);
  EXPECT_EQ(status_of(story, "2019-02-10"), MembershipStatus::active);
}

TEST(ReinstateMembership, on_the_first_day_of_the_suspension_leaves_none_of_it) {
  auto story = members_at(noon(kToday));
  story.given(suspended("2019-02-01")).after(reinstating("2019-02-01"));
  EXPECT_EQ(status_of(story, "2019-02-01"), MembershipStatus::active);
}

TEST(ReinstateMembership, refuses_an_unknown_member) {
  union_at(noon(kToday)).when(reinstating("2019-02-01")).then(Refusal::member_not_found);
}

TEST(ReinstateMembership, refuses_who_is_terminated_on_the_day) {
  members_at(noon(kToday))
      .given(suspended("2019-01-10"), terminated("2019-02-01"))
      .when(reinstating("2019-02-02"))
      .then(Refusal::not_active);
}

TEST(ReinstateMembership, refuses_who_is_active_on_the_day) {
  members_at(noon(kToday)).when(reinstating("2019-02-01")).then(Refusal::already_active);
  members_at(noon(kToday))
      .given(suspended("2019-02-01"))
      .when(reinstating("2019-01-31"))
      .then(Refusal::already_active);
}

TEST(ReinstateMembership, refuses_a_day_before_the_admission) {
  members_at(noon(kToday)).when(reinstating("2018-12-31")).then(Refusal::date_before_admission);
}

TEST(ReinstateMembership, refuses_a_suspended_day_before_the_latest_change) {
  members_at(noon(kToday))
      .given(suspended("2019-01-10"), terminated("2019-02-01"))
      .when(reinstating("2019-02-01"))
      .then(Refusal::date_before_admission);
}

TEST(TerminateMembership, is_true_from_midnight_after_the_last_day) {
  auto command = terminating("2019-02-28");
  command.reason = model::TerminationReason::redundancy;
  auto event = terminated("2019-02-28");
  event.reason = model::TerminationReason::redundancy;
  members_at(noon(kToday)).when(command).then(effective(midnight("2019-03-01"), event));
}

TEST(TerminateMembership, counts_the_last_day) {
  auto story = members_at(noon(kToday));
  story.after(terminating("2019-02-28"));
  EXPECT_EQ(status_of(story, "2019-02-28"), MembershipStatus::active);
  EXPECT_EQ(status_of(story, "2019-03-01"), MembershipStatus::terminated);
}

TEST(TerminateMembership, takes_the_day_of_admission) {
  auto story = members_at(noon(kToday));
  story.after(terminating("2019-01-01"));
  EXPECT_EQ(status_of(story, "2019-01-01"), MembershipStatus::active);
  EXPECT_EQ(status_of(story, "2019-01-02"), MembershipStatus::terminated);
}

TEST(TerminateMembership, takes_a_suspended_member_and_ends_the_suspension) {
  auto story = members_at(noon(kToday));
  story.given(suspended("2019-02-01"))
      .after(terminating("2019-02-28"))
      .given(admitted(kMember, "2019-03-10"));
  EXPECT_EQ(status_of(story, "2019-02-28"), MembershipStatus::suspended);
  EXPECT_EQ(status_of(story, "2019-03-09"), MembershipStatus::terminated);
  EXPECT_EQ(status_of(story, "2019-03-10"), MembershipStatus::active);
}

TEST(TerminateMembership, refuses_an_unknown_member) {
  union_at(noon(kToday)).when(terminating("2019-02-01")).then(Refusal::member_not_found);
}

TEST(TerminateMembership, refuses_who_is_terminated_on_the_day) {
  members_at(noon(kToday))
      .given(terminated("2019-02-01"))
      .when(terminating("2019-02-02"))
      .then(Refusal::not_active);
}

TEST(TerminateMembership, refuses_to_move_an_end_that_is_on_record) {
  members_at(noon(kToday))
      .given(terminated("2019-02-01"))
      .when(terminating("2019-02-01"))
      .then(Refusal::date_before_admission);
}

TEST(TerminateMembership, refuses_a_day_before_the_admission) {
  members_at(noon(kToday)).when(terminating("2018-12-31")).then(Refusal::date_before_admission);
}

TEST(TerminateMembership, refuses_a_day_before_the_latest_change) {
  members_at(noon(kToday))
      .given(suspended("2019-02-01"))
      .when(terminating("2019-01-31"))
      .then(Refusal::date_before_admission);
  EXPECT_TRUE(members_at(noon(kToday))
                  .given(suspended("2019-02-01"))
                  .when(terminating("2019-02-01"))
                  .decision());
}

TEST(TerminateMembership, refuses_a_day_of_a_former_membership) {
  members_at(noon(kToday))
      .given(terminated("2019-02-01"), admitted(kMember, "2019-02-10"))
      .when(terminating("2019-01-15"))
      .then(Refusal::date_before_admission);
}

}  // namespace
}  // namespace kopilka::registry
