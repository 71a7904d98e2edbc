#include <optional>
#include <string_view>
#include <vector>

#include "engine/registry/queries.h"
#include "tests/unit/engine/registry/world.h"

namespace kopilka::registry {
namespace {

using model::OfficerRole;

struct Office {
  OfficerRole role{};
  model::OrganizationId organization = kPrimary;
};
constexpr Office kChair{.role = OfficerRole::chair};
constexpr Office kDeputy{.role = OfficerRole::deputy};

model::ElectOfficer elect(model::MemberId member, Office office, std::string_view from,
                          std::optional<std::string_view> to = {}) {
  return {.organization = office.organization,
          .member = member,
          .role = office.role,
          .from = day(from),
          .to = to ? std::optional(day(*to)) : std::nullopt};
}

model::EndOfficerTerm end_term(model::MemberId member, Office office, std::string_view on) {
  return {.organization = office.organization,
          .member = member,
          .role = office.role,
          .effective_on = day(on)};
}

std::vector<OfficerTerm> terms_of(Story& story, model::OrganizationId organization = kPrimary) {
  const auto* row = story.world().tables.officers.find(organization);
  return row != nullptr ? row->terms : std::vector<OfficerTerm>{};
}

OfficerTerm term(model::MemberId member, OfficerRole role, std::string_view from,
                 std::optional<std::string_view> to = {}) {
  return {.member = member,
          .role = role,
          .from = day(from),
          .to = to ? std::optional(day(*to)) : std::nullopt};
}

TEST(ElectOfficer, records_the_term_from_the_midnight_of_its_first_day) {
  auto command = elect(kMember, kChair, "2019-02-01", "2024-01-31");
  command.full_time = true;
  members_at(noon(kToday))
      .when(command)
      .then(effective(midnight("2019-02-01"), model::OfficerElected{.organization = kPrimary,
                                                                    .member = kMember,
                                                                    .role = OfficerRole::chair,
                                                                    .from = day("2019-02-01"),
                                                                    .to = day("2024-01-31"),
                                                                    .full_time = true}));
}

TEST(ElectOfficer, takes_any_kind_of_organization_wherever_the_member_is_registered) {
  auto story = members_at(noon(kToday));
  story.after(elect(kMember, {OfficerRole::chair, kRegion}, "2019-02-01"))
      .after(elect(kMember, {OfficerRole::chair, kOtherPrimary}, "2019-02-01"));
  EXPECT_EQ(terms_of(story, kRegion),
            (std::vector{term(kMember, OfficerRole::chair, "2019-02-01")}));
}

TEST(ElectOfficer, refuses_what_is_unknown) {
  members_at(noon(kToday))
      .when(elect(kUnknownMember, {OfficerRole::chair, kUnknownOrganization}, "2019-02-01"))
      .then(Refusal::organization_not_found);
  members_at(noon(kToday))
      .when(elect(kUnknownMember, kChair, "2019-02-01"))
      .then(Refusal::member_not_found);
}

TEST(ElectOfficer, asks_for_an_active_member_on_the_first_day) {
  members_at(noon(kToday))
      .given(suspended("2019-02-01"))
      .when(elect(kMember, kChair, "2019-02-01"))
      .then(Refusal::not_active);
  members_at(noon(kToday))
      .given(terminated("2019-02-01"))
      .when(elect(kMember, kChair, "2019-02-02"))
      .then(Refusal::not_active);
  members_at(noon(kToday))
      .when(elect(kMember, kChair, "2018-12-31"))
      .then(Refusal::date_before_admission);
  EXPECT_TRUE(members_at(noon(kToday))
                  .given(terminated("2019-02-01"))
                  .when(elect(kMember, kChair, "2019-02-01"))
                  .decision())
      << "the last day counts";
}

TEST(ElectOfficer, refuses_a_closed_organization) {
  auto story = members_at(noon(kToday));
  story.world().tables.organizations.edit(kPrimary).closed = true;
  story.when(elect(kMember, kChair, "2019-02-01")).then(Refusal::organization_closed);
  story.given(suspended("2019-01-20"))
      .when(elect(kMember, kChair, "2019-02-01"))
      .then(Refusal::not_active);
}

TEST(ElectOfficer, knows_one_chair_on_any_day) {
  const auto after = [](std::string_view from, std::optional<std::string_view> to) {
    auto story = members_at(noon(kToday));
    story.after(elect(kMember, kChair, "2019-02-01", "2019-02-10"));
    return story.when(elect(kOtherMember, kChair, from, to)).decision();
  };
  EXPECT_TRUE(after("2019-01-20", "2019-01-31"));
  EXPECT_EQ(after("2019-01-20", "2019-02-01").error(), Refusal::office_taken);
  EXPECT_EQ(after("2019-01-20", std::nullopt).error(), Refusal::office_taken);
  EXPECT_EQ(after("2019-02-03", "2019-02-04").error(), Refusal::office_taken);
  EXPECT_EQ(after("2019-02-10", std::nullopt).error(), Refusal::office_taken);
  EXPECT_TRUE(after("2019-02-11", std::nullopt));
}

TEST(ElectOfficer, waits_for_the_end_of_an_open_term) {
  auto story = members_at(noon(kToday));
  story.after(elect(kMember, kChair, "2019-02-01"));
  story.when(elect(kOtherMember, kChair, "2030-01-01")).then(Refusal::office_taken);
  story.when(elect(kMember, kChair, "2030-01-01")).then(Refusal::office_taken);
  EXPECT_TRUE(story.when(elect(kOtherMember, kChair, "2019-01-01", "2019-01-31")).decision());
}

TEST(ElectOfficer, knows_a_chair_in_each_organization) {
  auto story = members_at(noon(kToday));
  story.after(elect(kMember, kChair, "2019-02-01"));
  EXPECT_TRUE(
      story.when(elect(kOtherMember, {OfficerRole::chair, kTerritory}, "2019-02-01")).decision());
}

TEST(ElectOfficer, lets_several_share_other_offices_but_nobody_twice) {
  auto story = members_at(noon(kToday));
  story.after(elect(kMember, kDeputy, "2019-02-01"))
      .after(elect(kOtherMember, kDeputy, "2019-02-01"))
      .after(elect(kMember, {OfficerRole::presidium}, "2019-02-01"))
      .after(elect(kMember, kChair, "2019-02-01"));
  story.when(elect(kMember, kDeputy, "2019-03-01")).then(Refusal::office_taken);
}

TEST(EndOfficerTerm, records_the_first_day_without_the_office) {
  auto story = members_at(noon(kToday));
  story.after(elect(kMember, kChair, "2019-02-01"));
  story.when(end_term(kMember, kChair, "2019-02-15"))
      .then(effective(midnight("2019-02-15"),
                      model::OfficerTermEnded{.organization = kPrimary,
                                              .member = kMember,
                                              .role = OfficerRole::chair,
                                              .effective_on = day("2019-02-15")}));
  EXPECT_EQ(terms_of(story),
            (std::vector{term(kMember, OfficerRole::chair, "2019-02-01", "2019-02-14")}));
  EXPECT_TRUE(story.when(elect(kOtherMember, kChair, "2019-02-15")).decision());
}

TEST(EndOfficerTerm, refuses_what_is_unknown) {
  members_at(noon(kToday))
      .when(end_term(kUnknownMember, {OfficerRole::chair, kUnknownOrganization}, "2019-02-01"))
      .then(Refusal::organization_not_found);
  members_at(noon(kToday))
      .when(end_term(kUnknownMember, kChair, "2019-02-01"))
      .then(Refusal::member_not_found);
}

TEST(EndOfficerTerm, refuses_where_the_member_does_not_hold_the_office_that_day) {
  auto story = members_at(noon(kToday));
  story.when(end_term(kMember, kChair, "2019-02-01")).then(Refusal::not_active);
  story.after(elect(kMember, kChair, "2019-02-01", "2019-02-28"));
  story.when(end_term(kMember, kChair, "2019-01-31")).then(Refusal::not_active);
  story.when(end_term(kMember, kChair, "2019-03-01")).then(Refusal::not_active);
  story.when(end_term(kMember, kDeputy, "2019-02-10")).then(Refusal::not_active);
  story.when(end_term(kOtherMember, kChair, "2019-02-10")).then(Refusal::not_active);
  story.when(end_term(kMember, {OfficerRole::chair, kOtherPrimary}, "2019-02-10"))
      .then(Refusal::not_active);
  EXPECT_TRUE(story.when(end_term(kMember, kChair, "2019-02-28")).decision());
}

TEST(EndOfficerTerm, on_its_first_day_undoes_the_election) {
  auto story = members_at(noon(kToday));
  story.after(elect(kMember, kChair, "2019-05-01")).after(end_term(kMember, kChair, "2019-05-01"));
  EXPECT_TRUE(terms_of(story).empty());
  EXPECT_TRUE(story.when(elect(kOtherMember, kChair, "2019-05-01")).decision());
}

TEST(EndOfficerTerm, ends_only_the_term_of_that_day) {
  auto story = members_at(noon(kToday));
  story.after(elect(kMember, kChair, "2019-02-01", "2019-02-28"))
      .after(elect(kMember, kChair, "2019-03-01"))
      .after(end_term(kMember, kChair, "2019-03-10"));
  EXPECT_EQ(terms_of(story),
            (std::vector{term(kMember, OfficerRole::chair, "2019-02-01", "2019-02-28"),
                         term(kMember, OfficerRole::chair, "2019-03-01", "2019-03-09")}));
}

TEST(Officers, keep_their_terms_when_their_membership_changes) {
  auto story = members_at(noon(kToday));
  story.after(elect(kMember, kChair, "2019-02-01")).given(terminated("2019-02-10"));
  story.when(elect(kOtherMember, kChair, "2019-02-11")).then(Refusal::office_taken);
  story.after(end_term(kMember, kChair, "2019-02-11"));
  EXPECT_TRUE(story.when(elect(kOtherMember, kChair, "2019-02-11")).decision());
}

TEST(Officers, stand_by_office_then_by_their_first_day) {
  auto story = members_at(noon(kToday));
  story.after(elect(kOtherMember, kDeputy, "2019-02-01"))
      .after(elect(kMember, kChair, "2019-03-01"))
      .after(elect(kMember, kDeputy, "2019-02-01"))
      .after(elect(kOtherMember, kChair, "2019-01-01", "2019-02-28"));
  EXPECT_EQ(terms_of(story),
            (std::vector{term(kOtherMember, OfficerRole::chair, "2019-01-01", "2019-02-28"),
                         term(kMember, OfficerRole::chair, "2019-03-01"),
                         term(kMember, OfficerRole::deputy, "2019-02-01"),
                         term(kOtherMember, OfficerRole::deputy, "2019-02-01")}));
}

TEST(OfficerTerm, holds_on_both_of_its_days) {
  const auto closed = term(kMember, OfficerRole::chair, "2019-02-01", "2019-02-02");
  EXPECT_FALSE(holds_on(closed, day("2019-01-31")));
  EXPECT_TRUE(holds_on(closed, day("2019-02-01")));
  EXPECT_TRUE(holds_on(closed, day("2019-02-02")));
  EXPECT_FALSE(holds_on(closed, day("2019-02-03")));
  EXPECT_TRUE(holds_on(term(kMember, OfficerRole::chair, "2019-02-01"), day("2199-12-31")));
}

}  // namespace
}  // namespace kopilka::registry
