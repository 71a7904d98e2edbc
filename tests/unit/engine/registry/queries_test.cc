#include "engine/registry/queries.h"

#include <optional>
#include <vector>

#include "engine/registry/limits.h"
#include "tests/unit/engine/registry/world.h"

namespace kopilka::registry {
namespace {

TEST(Membership, is_active_from_the_admission_to_the_last_day) {
  auto story = members_at(noon(kToday));
  story.given(terminated("2019-02-28"));
  EXPECT_FALSE(active_on(member_of(story), day("2018-12-31")));
  EXPECT_TRUE(active_on(member_of(story), day("2019-01-01")));
  EXPECT_TRUE(active_on(member_of(story), day("2019-02-28")));
  EXPECT_FALSE(active_on(member_of(story), day("2019-03-01")));
}

TEST(Membership, is_not_active_from_a_suspension_to_the_day_before_the_reinstatement) {
  auto story = members_at(noon(kToday));
  story.given(suspended("2019-02-01"), reinstated("2019-02-10"));
  EXPECT_TRUE(active_on(member_of(story), day("2019-01-31")));
  EXPECT_FALSE(active_on(member_of(story), day("2019-02-01")));
  EXPECT_FALSE(active_on(member_of(story), day("2019-02-09")));
  EXPECT_TRUE(active_on(member_of(story), day("2019-02-10")));
}

TEST(Membership, remembers_former_ones) {
  auto story = members_at(noon(kToday));
  story.given(terminated("2019-01-31"), admitted(kMember, "2019-02-10", kOtherPrimary));
  EXPECT_TRUE(active_on(member_of(story), day("2019-01-31")));
  EXPECT_FALSE(active_on(member_of(story), day("2019-02-01")));
  EXPECT_TRUE(active_on(member_of(story), day("2019-02-10")));
  EXPECT_EQ(organization_on(member_of(story), day("2019-01-31")), kPrimary);
  EXPECT_EQ(organization_on(member_of(story), day("2019-02-10")), kOtherPrimary);
}

TEST(Membership, that_follows_another_without_a_gap_has_none) {
  auto story = members_at(noon(kToday));
  story.given(terminated("2019-01-31"), admitted(kMember, "2019-02-01"));
  EXPECT_TRUE(active_on(member_of(story), day("2019-01-31")));
  EXPECT_TRUE(active_on(member_of(story), day("2019-02-01")));
}

TEST(Membership, has_the_first_organization_and_category_before_its_beginning) {
  auto story = members_at(noon(kToday));
  EXPECT_EQ(organization_on(member_of(story), day("2018-12-31")), kPrimary);
  EXPECT_EQ(category_on(member_of(story), day("2018-12-31")), MemberCategory::working);
}

TEST(Membership, of_a_row_without_facts_is_none) {
  const Member member;
  EXPECT_EQ(status_on(member, day(kToday)), MembershipStatus::none);
  EXPECT_EQ(latest_status(member), MembershipStatus::none);
  EXPECT_EQ(organization_on(member, day(kToday)), model::OrganizationId{});
}

Card card(std::vector<IssuedForm> forms) {
  return {.member = kMember, .forms = std::move(forms), .blocked_at = std::nullopt};
}

TEST(Card, is_blocked_at_the_very_instant_of_the_block) {
  Card blocked = card({{CardForm::plastic, std::nullopt, noon(kToday)}});
  blocked.blocked_at = noon("2019-04-01");
  const auto just_before = noon("2019-04-01") - model::Span::micros(1);
  EXPECT_EQ(card_trouble(blocked, just_before), CardTrouble::none);
  EXPECT_EQ(card_trouble(blocked, noon("2019-04-01")), CardTrouble::blocked);
  EXPECT_EQ(card_trouble(blocked, noon("2019-05-01")), CardTrouble::blocked);
}

TEST(Card, is_good_to_the_end_of_its_last_day_in_moscow) {
  const Card expiring = card({{CardForm::plastic, day("2019-04-01"), noon(kToday)}});
  EXPECT_EQ(card_trouble(expiring, instant("2019-04-01T23:59:59.999999+03:00")), CardTrouble::none);
  EXPECT_EQ(card_trouble(expiring, midnight("2019-04-02")), CardTrouble::expired);
}

TEST(Card, expires_when_its_longest_lived_form_does) {
  const Card two = card({{CardForm::plastic, day("2019-04-01"), noon(kToday)},
                         {CardForm::virtual_card, day("2019-05-01"), noon(kToday)}});
  EXPECT_EQ(card_trouble(two, noon("2019-05-01")), CardTrouble::none);
  EXPECT_EQ(card_trouble(two, noon("2019-05-02")), CardTrouble::expired);
  const Card one_for_good = card({{CardForm::plastic, day("2019-04-01"), noon(kToday)},
                                  {CardForm::virtual_card, std::nullopt, noon(kToday)}});
  EXPECT_EQ(card_trouble(one_for_good, noon("2030-01-01")), CardTrouble::none);
}

TEST(Card, is_blocked_rather_than_expired) {
  Card both = card({{CardForm::plastic, day("2019-04-01"), noon(kToday)}});
  both.blocked_at = noon("2019-03-15");
  EXPECT_EQ(card_trouble(both, noon("2019-04-02")), CardTrouble::blocked);
}

TEST(Card, serves_purchases_from_before_it_was_issued) {
  const Card young = card({{CardForm::plastic, std::nullopt, noon(kToday)}});
  EXPECT_EQ(card_trouble(young, noon("2018-01-01")), CardTrouble::none);
}

TEST(Organizations, have_a_path_up_to_the_central_one) {
  auto story = union_at(noon(kToday));
  const Tables& tables = story.world().tables;
  EXPECT_EQ(path_of(tables, kPrimary), (std::vector{kPrimary, kTerritory, kRegion, kCentral}));
  EXPECT_EQ(path_of(tables, kCentral), std::vector{kCentral});
  EXPECT_TRUE(path_of(tables, kUnknownOrganization).empty());
}

TEST(Organizations, stand_within_themselves_and_whatever_is_above) {
  auto story = union_at(noon(kToday));
  const Tables& tables = story.world().tables;
  EXPECT_TRUE(is_within(tables, kPrimary, Subtree{kPrimary}));
  EXPECT_TRUE(is_within(tables, kPrimary, Subtree{kTerritory}));
  EXPECT_TRUE(is_within(tables, kPrimary, Subtree{kCentral}));
  EXPECT_FALSE(is_within(tables, kOtherPrimary, Subtree{kTerritory}));
  EXPECT_FALSE(is_within(tables, kRegion, Subtree{kPrimary}));
  EXPECT_FALSE(is_within(tables, kUnknownOrganization, Subtree{kUnknownOrganization}));
}

TEST(Organizations, have_a_bounded_path_even_in_broken_rows) {
  auto story = union_at(noon(kToday));
  story.world().tables.organizations.edit(kCentral).parent = kPrimary;
  EXPECT_EQ(path_of(story.world().tables, kPrimary).size(), kTreeDepthMax);
}

}  // namespace
}  // namespace kopilka::registry
