#include <string_view>

#include "engine/registry/queries.h"
#include "tests/unit/engine/registry/world.h"

namespace kopilka::registry {
namespace {

model::AdmitMember admitting(std::string_view on, model::OrganizationId organization = kPrimary) {
  return {.member = kMember,
          .organization = organization,
          .category = MemberCategory::working,
          .admitted_on = day(on)};
}

model::TransferMember transferring(std::string_view on, model::OrganizationId to = kOtherPrimary) {
  return {.member = kMember, .to_organization = to, .effective_on = day(on)};
}

model::ChangeMemberCategory changing(std::string_view on,
                                     MemberCategory category = MemberCategory::student) {
  return {.member = kMember, .category = category, .effective_on = day(on)};
}

// No command closes an organisation in this release; the rule guards stores that have one.
Story with_closed(Story story, model::OrganizationId organization) {
  story.world().tables.organizations.edit(organization).closed = true;
  return story;
}

TEST(AdmitMember, records_all_that_is_said_from_midnight_of_the_day) {
  union_at(noon(kToday))
      .when(model::AdmitMember{.member = kMember,
                               .organization = kPrimary,
                               .category = MemberCategory::student,
                               .admitted_on = day("2019-02-01"),
                               .tenure_from = day("2015-09-01"),
                               .sex = model::Sex::f,
                               .pedagogue = true,
                               .name_hash = hash_of('n'),
                               .birth_month = 1990 * 12 + 4,
                               .personal = model::Sealed{"sealed"}})
      .then(effective(midnight("2019-02-01"),
                      model::MemberAdmitted{.member = kMember,
                                            .organization = kPrimary,
                                            .category = MemberCategory::student,
                                            .admitted_on = day("2019-02-01"),
                                            .tenure_from = day("2015-09-01"),
                                            .sex = model::Sex::f,
                                            .birth_month = 1990 * 12 + 4,
                                            .pedagogue = true,
                                            .name_hash = hash_of('n'),
                                            .personal = model::Sealed{"sealed"}}));
}

TEST(AdmitMember, counts_tenure_from_the_admission_unless_told_otherwise) {
  auto story = union_at(noon(kToday));
  story.after(admitting("2019-02-01"));
  EXPECT_EQ(member_of(story).tenure_from, day("2019-02-01"));
}

TEST(AdmitMember, keeps_personal_data_apart_from_the_member) {
  auto story = union_at(noon(kToday));
  auto command = admitting("2019-02-01");
  command.personal = model::Sealed{"sealed"};
  story.after(command);
  const Personal* personal = story.world().tables.personal.find(kMember);
  ASSERT_NE(personal, nullptr);
  EXPECT_EQ(personal->sealed, model::Sealed{"sealed"});
}

TEST(AdmitMember, keeps_no_personal_data_when_there_are_none) {
  auto story = union_at(noon(kToday));
  story.after(admitting("2019-02-01"));
  EXPECT_EQ(story.world().tables.personal.find(kMember), nullptr);
}

TEST(AdmitMember, refuses_an_unknown_organization_first) {
  members_at(noon(kToday))
      .when(admitting("2019-02-01", kUnknownOrganization))
      .then(Refusal::organization_not_found);
}

TEST(AdmitMember, refuses_an_active_member_before_the_organization_matters) {
  with_closed(members_at(noon(kToday)), kPrimary)
      .when(admitting("2019-02-01"))
      .then(Refusal::already_exists);
}

TEST(AdmitMember, refuses_a_suspended_member) {
  members_at(noon(kToday))
      .given(suspended("2019-02-01"))
      .when(admitting("2019-02-10"))
      .then(Refusal::already_exists);
}

TEST(AdmitMember, refuses_an_active_member_whatever_the_date) {
  members_at(noon(kToday)).when(admitting("2018-01-01")).then(Refusal::already_exists);
}

TEST(AdmitMember, refuses_a_closed_organization_before_its_kind) {
  with_closed(union_at(noon(kToday)), kPrimary)
      .when(admitting("2019-02-01"))
      .then(Refusal::organization_closed);
  with_closed(union_at(noon(kToday)), kRegion)
      .when(admitting("2019-02-01", kRegion))
      .then(Refusal::organization_closed);
}

TEST(AdmitMember, refuses_any_but_a_primary_organization_before_the_tenure) {
  for (const auto organization : {kCentral, kRegion, kTerritory}) {
    auto command = admitting("2019-02-01", organization);
    command.tenure_from = day("2019-02-02");
    union_at(noon(kToday)).when(command).then(Refusal::not_primary);
  }
}

TEST(AdmitMember, refuses_a_tenure_that_begins_after_the_admission) {
  auto command = admitting("2019-02-01");
  command.tenure_from = day("2019-02-02");
  union_at(noon(kToday)).when(command).then(Refusal::tenure_after_admission);
  command.tenure_from = day("2019-02-01");
  EXPECT_TRUE(union_at(noon(kToday)).when(command).decision());
}

TEST(AdmitMember, readmits_from_the_day_after_the_last_day) {
  members_at(noon(kToday))
      .given(terminated("2019-02-10"))
      .when(admitting("2019-02-10"))
      .then(Refusal::date_before_admission);
  EXPECT_TRUE(members_at(noon(kToday))
                  .given(terminated("2019-02-10"))
                  .when(admitting("2019-02-11"))
                  .decision());
}

TEST(AdmitMember, refuses_a_late_tenure_before_an_early_date) {
  auto command = admitting("2019-02-10");
  command.tenure_from = day("2019-02-11");
  members_at(noon(kToday))
      .given(terminated("2019-02-10"))
      .when(command)
      .then(Refusal::tenure_after_admission);
}

TEST(AdmitMember, begins_anew_with_organization_category_and_tenure) {
  auto story = members_at(noon(kToday));
  story
      .given(transferred(kPrimary, kOtherPrimary, "2019-06-01"),
             became(MemberCategory::student, "2019-06-01"), terminated("2019-02-10"))
      .after(admitting("2019-03-01"));
  const Member& member = member_of(story);
  EXPECT_EQ(member.tenure_from, day("2019-03-01"));
  EXPECT_EQ(organization_on(member, day("2019-06-01")), kPrimary);
  EXPECT_EQ(category_on(member, day("2019-06-01")), MemberCategory::working);
}

TEST(AdmitMember, keeps_what_a_readmission_does_not_say_about_the_person) {
  auto first = admitted(kMember, "2019-01-01");
  first.sex = model::Sex::m;
  first.birth_month = 1980 * 12;
  first.personal = model::Sealed{"sealed"};
  auto story = union_at(noon(kToday));
  story.given(first, terminated("2019-02-10")).after(admitting("2019-03-01"));
  const Member& member = member_of(story);
  EXPECT_EQ(member.sex, model::Sex::m);
  EXPECT_EQ(member.birth_month, 1980 * 12);
  EXPECT_EQ(member.name_hash, hash_of('n'));
  EXPECT_NE(story.world().tables.personal.find(kMember), nullptr);
}

TEST(AdmitMember, learns_what_a_readmission_says_about_the_person) {
  auto command = admitting("2019-03-01");
  command.name_hash = hash_of('m');
  auto story = members_at(noon(kToday));
  story.given(terminated("2019-02-10")).after(command);
  EXPECT_EQ(member_of(story).name_hash, hash_of('m'));
}

TEST(TransferMember, records_where_from_and_where_to_from_midnight_of_the_day) {
  members_at(noon(kToday))
      .when(transferring("2019-02-01"))
      .then(effective(midnight("2019-02-01"), transferred(kPrimary, kOtherPrimary, "2019-02-01")));
}

TEST(TransferMember, names_the_organization_that_the_member_is_in_on_the_day) {
  members_at(noon(kToday))
      .given(transferred(kPrimary, kOtherPrimary, "2019-02-01"))
      .when(transferring("2019-02-15", kPrimary))
      .then(transferred(kOtherPrimary, kPrimary, "2019-02-15"));
}

TEST(TransferMember, before_a_later_transfer_changes_the_time_until_it) {
  const model::OrganizationId third{12};
  auto story = members_at(noon(kToday));
  story
      .given(registered(third, OrganizationKind::primary, kRegion),
             transferred(kPrimary, kOtherPrimary, "2019-02-15"))
      .when(transferring("2019-02-01", third))
      .then(transferred(kPrimary, third, "2019-02-01"));
  const Member& member = member_of(story);
  EXPECT_EQ(organization_on(member, day("2019-01-31")), kPrimary);
  EXPECT_EQ(organization_on(member, day("2019-02-01")), third);
  EXPECT_EQ(organization_on(member, day("2019-02-14")), third);
  EXPECT_EQ(organization_on(member, day("2019-02-15")), kOtherPrimary);
}

TEST(TransferMember, refuses_an_unknown_member_before_an_unknown_organization) {
  auto command = transferring("2019-02-01", kUnknownOrganization);
  members_at(noon(kToday)).when(command).then(Refusal::organization_not_found);
  command.member = kUnknownMember;
  members_at(noon(kToday)).when(command).then(Refusal::member_not_found);
}

TEST(TransferMember, refuses_who_is_not_active_on_the_day) {
  members_at(noon(kToday))
      .given(suspended("2019-02-01"), reinstated("2019-02-10"))
      .when(transferring("2019-02-01"))
      .then(Refusal::not_active);
  members_at(noon(kToday))
      .given(terminated("2019-02-10"))
      .when(transferring("2019-02-11"))
      .then(Refusal::not_active);
}

TEST(TransferMember, takes_who_is_active_on_the_day_whatever_came_later) {
  EXPECT_TRUE(members_at(noon(kToday))
                  .given(suspended("2019-02-02"), reinstated("2019-02-10"))
                  .when(transferring("2019-02-01"))
                  .decision());
  EXPECT_TRUE(members_at(noon(kToday))
                  .given(suspended("2019-02-02"), reinstated("2019-02-10"))
                  .when(transferring("2019-02-10"))
                  .decision());
  EXPECT_TRUE(members_at(noon(kToday))
                  .given(terminated("2019-02-10"))
                  .when(transferring("2019-02-10"))
                  .decision());
}

TEST(TransferMember, refuses_a_day_before_the_admission_before_the_kind_matters) {
  members_at(noon(kToday))
      .when(transferring("2018-12-31", kRegion))
      .then(Refusal::date_before_admission);
}

TEST(TransferMember, takes_the_day_of_admission) {
  EXPECT_TRUE(members_at(noon(kToday)).when(transferring("2019-01-01")).decision());
}

TEST(TransferMember, refuses_a_day_of_a_former_membership) {
  members_at(noon(kToday))
      .given(terminated("2019-02-10"), admitted(kMember, "2019-02-20"))
      .when(transferring("2019-02-05"))
      .then(Refusal::date_before_admission);
}

TEST(TransferMember, refuses_a_day_between_two_memberships) {
  members_at(noon(kToday))
      .given(terminated("2019-02-10"), admitted(kMember, "2019-02-20"))
      .when(transferring("2019-02-15"))
      .then(Refusal::not_active);
}

TEST(TransferMember, refuses_a_closed_organization_before_its_kind) {
  with_closed(members_at(noon(kToday)), kRegion)
      .when(transferring("2019-02-01", kRegion))
      .then(Refusal::organization_closed);
}

TEST(TransferMember, refuses_any_but_a_primary_organization) {
  for (const auto organization : {kCentral, kRegion, kTerritory})
    members_at(noon(kToday))
        .when(transferring("2019-02-01", organization))
        .then(Refusal::not_primary);
}

TEST(TransferMember, refuses_the_organization_of_that_day) {
  members_at(noon(kToday))
      .when(transferring("2019-02-01", kPrimary))
      .then(Refusal::same_organization);
  members_at(noon(kToday))
      .given(transferred(kPrimary, kOtherPrimary, "2019-02-01"))
      .when(transferring("2019-02-01", kOtherPrimary))
      .then(Refusal::same_organization);
  EXPECT_TRUE(members_at(noon(kToday))
                  .given(transferred(kPrimary, kOtherPrimary, "2019-02-01"))
                  .when(transferring("2019-01-31", kOtherPrimary))
                  .decision());
}

TEST(ChangeMemberCategory, records_the_category_from_midnight_of_the_day) {
  auto story = members_at(noon(kToday));
  story.when(changing("2019-02-01"))
      .then(effective(midnight("2019-02-01"), became(MemberCategory::student, "2019-02-01")));
  const Member& member = member_of(story);
  EXPECT_EQ(category_on(member, day("2019-01-31")), MemberCategory::working);
  EXPECT_EQ(category_on(member, day("2019-02-01")), MemberCategory::student);
}

TEST(ChangeMemberCategory, refuses_an_unknown_member) {
  auto command = changing("2019-02-01");
  command.member = kUnknownMember;
  members_at(noon(kToday)).when(command).then(Refusal::member_not_found);
}

TEST(ChangeMemberCategory, refuses_who_is_not_active_on_the_day) {
  members_at(noon(kToday))
      .given(suspended("2019-02-01"))
      .when(changing("2019-02-01"))
      .then(Refusal::not_active);
  members_at(noon(kToday))
      .given(terminated("2019-01-31"))
      .when(changing("2019-02-01"))
      .then(Refusal::not_active);
  EXPECT_TRUE(members_at(noon(kToday))
                  .given(terminated("2019-02-01"))
                  .when(changing("2019-02-01"))
                  .decision());
}

TEST(ChangeMemberCategory, refuses_a_day_before_the_admission_even_with_the_same_category) {
  members_at(noon(kToday))
      .when(changing("2018-12-31", MemberCategory::working))
      .then(Refusal::date_before_admission);
}

TEST(ChangeMemberCategory, refuses_the_category_of_that_day) {
  members_at(noon(kToday))
      .when(changing("2019-02-01", MemberCategory::working))
      .then(Refusal::same_category);
  EXPECT_TRUE(members_at(noon(kToday))
                  .given(became(MemberCategory::student, "2019-02-02"))
                  .when(changing("2019-02-01"))
                  .decision());
}

}  // namespace
}  // namespace kopilka::registry
