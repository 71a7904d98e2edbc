#include "projections/rosters/rosters.h"

#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "engine/state/stored.h"
#include "tests/support/times.h"

namespace kopilka::projections::rosters {
namespace {

using model::MemberCategory;
using model::MemberId;
using model::OrganizationId;
using model::OrganizationKind;
using support::day;
using testing::ElementsAre;
using testing::IsEmpty;

// The union: a centre, two regions, a school in each, and a second school in the first.
constexpr OrganizationId kCentre{1};
constexpr OrganizationId kNorth{10};
constexpr OrganizationId kSouth{20};
constexpr OrganizationId kNorthSchool{101};
constexpr OrganizationId kNorthCollege{102};
constexpr OrganizationId kSouthSchool{201};
constexpr MemberId kAnna{42};
constexpr MemberId kBoris{41};

class RostersTest : public testing::Test {
 protected:
  RostersTest() {
    organization(kCentre, OrganizationKind::central, std::nullopt);
    organization(kNorth, OrganizationKind::regional, kCentre);
    organization(kSouth, OrganizationKind::regional, kCentre);
    organization(kNorthSchool, OrganizationKind::primary, kNorth);
    organization(kNorthCollege, OrganizationKind::primary, kNorth);
    organization(kSouthSchool, OrganizationKind::primary, kSouth);
  }

  base::Result<void> fold(const model::Event& event) {
    ++step_;
    state::begin_step(rosters_, step_);
    auto folded = rosters_.fold({{}, event}, model::Seq{step_}, {});
    state::settle(rosters_, step_);
    return folded;
  }
  void tell(const model::Event& event) { EXPECT_TRUE(fold(event)); }

  void organization(OrganizationId id, OrganizationKind kind,
                    std::optional<OrganizationId> parent) {
    model::OrganizationRegistered event;
    event.organization = id;
    event.kind = kind;
    event.parent = parent;
    tell(event);
  }
  void admit(MemberId member, OrganizationId organization, std::string_view on) {
    model::MemberAdmitted event;
    event.member = member;
    event.organization = organization;
    event.category = MemberCategory::working;
    event.admitted_on = event.tenure_from = day(on);
    tell(event);
  }
  void transfer(MemberId member, OrganizationId from, OrganizationId to, std::string_view on) {
    tell(model::MemberTransferred{member, from, to, day(on)});
  }
  void terminate(MemberId member, std::string_view last_day) {
    tell(model::MembershipTerminated{member, {}, day(last_day)});
  }

  std::vector<RosterLine> roster(OrganizationId organization, std::string_view on) {
    auto found = Reader(rosters_, nullptr).roster(organization, day(on)).value();
    EXPECT_TRUE(found.has_value());
    if (!found) return {};
    EXPECT_EQ(found->organization, organization);
    EXPECT_EQ(found->as_of, day(on));
    return std::move(found->members);
  }
  std::vector<std::uint64_t> members(OrganizationId organization, std::string_view on) {
    std::vector<std::uint64_t> ids;
    for (const auto& line : roster(organization, on))
      ids.push_back(line.member.value());
    return ids;
  }

  Rosters rosters_;

 private:
  std::uint64_t step_{0};
};

TEST_F(RostersTest, lists_a_subtree_by_member_and_nothing_beside_it) {
  admit(kAnna, kNorthSchool, "2019-01-15");
  admit(kBoris, kNorthCollege, "2019-01-16");
  admit(MemberId{43}, kSouthSchool, "2019-01-17");
  EXPECT_THAT(members(kNorth, "2019-03-01"), ElementsAre(41, 42));
  EXPECT_THAT(members(kSouth, "2019-03-01"), ElementsAre(43));
  EXPECT_THAT(members(kCentre, "2019-03-01"), ElementsAre(41, 42, 43));
  EXPECT_THAT(members(kNorthSchool, "2019-03-01"), ElementsAre(42));
}

TEST_F(RostersTest, says_where_what_and_since_when) {
  admit(kAnna, kNorthSchool, "2019-01-15");
  EXPECT_THAT(roster(kCentre, "2019-01-15"),
              ElementsAre(RosterLine{kAnna, kNorthSchool, MemberCategory::working,
                                     RosterStatus::active, day("2019-01-15")}));
  EXPECT_THAT(roster(kCentre, "2019-01-14"), IsEmpty());
}

TEST_F(RostersTest, does_not_know_an_organisation_that_was_never_registered) {
  EXPECT_EQ(Reader(rosters_, nullptr).roster(OrganizationId{9}, day("2019-01-01")).value(),
            std::nullopt);
  EXPECT_THAT(Reader(rosters_, nullptr).subtree(OrganizationId{9}).value(), IsEmpty());
}

TEST_F(RostersTest, has_an_empty_roster_for_an_organisation_without_members) {
  EXPECT_THAT(roster(kSouth, "2019-01-01"), IsEmpty());
}

TEST_F(RostersTest, gives_the_whole_subtree_of_an_organisation) {
  EXPECT_THAT(Reader(rosters_, nullptr).subtree(kNorth).value(),
              ElementsAre(kNorth, kNorthSchool, kNorthCollege));
  EXPECT_EQ(Reader(rosters_, nullptr).subtree(kCentre).value().size(), 6U);
}

TEST_F(RostersTest, counts_the_last_day_of_a_membership) {
  admit(kAnna, kNorthSchool, "2019-01-15");
  terminate(kAnna, "2019-06-30");
  EXPECT_THAT(members(kCentre, "2019-06-30"), ElementsAre(42));
  EXPECT_THAT(members(kCentre, "2019-07-01"), IsEmpty());
}

TEST_F(RostersTest, keeps_suspended_members_and_says_so) {
  admit(kAnna, kNorthSchool, "2019-01-15");
  tell(model::MembershipSuspended{kAnna, day("2019-03-01"), std::nullopt});
  tell(model::MembershipReinstated{kAnna, day("2019-05-01"), std::nullopt});
  EXPECT_EQ(roster(kCentre, "2019-02-28").at(0).status, RosterStatus::active);
  EXPECT_EQ(roster(kCentre, "2019-03-01").at(0).status, RosterStatus::suspended);
  EXPECT_EQ(roster(kCentre, "2019-04-30").at(0).status, RosterStatus::suspended);
  EXPECT_EQ(roster(kCentre, "2019-05-01").at(0).status, RosterStatus::active);
}

TEST_F(RostersTest, moves_a_member_on_the_day_of_the_transfer) {
  admit(kAnna, kNorthSchool, "2019-01-15");
  transfer(kAnna, kNorthSchool, kSouthSchool, "2019-09-01");
  EXPECT_THAT(members(kNorth, "2019-08-31"), ElementsAre(42));
  EXPECT_THAT(members(kSouth, "2019-08-31"), IsEmpty());
  EXPECT_THAT(members(kNorth, "2019-09-01"), IsEmpty());
  EXPECT_THAT(members(kSouth, "2019-09-01"), ElementsAre(42));
  EXPECT_EQ(roster(kSouth, "2019-09-01").at(0).since, day("2019-01-15"));
}

TEST_F(RostersTest, lists_who_came_back_to_a_former_organisation_once) {
  admit(kAnna, kNorthSchool, "2019-01-15");
  transfer(kAnna, kNorthSchool, kNorthCollege, "2019-02-01");
  transfer(kAnna, kNorthCollege, kNorthSchool, "2019-03-01");
  EXPECT_THAT(members(kNorth, "2019-02-10"), ElementsAre(42));
  EXPECT_THAT(members(kNorth, "2019-03-10"), ElementsAre(42));
  EXPECT_THAT(members(kNorthSchool, "2019-02-10"), IsEmpty());
}

TEST_F(RostersTest, believes_a_backdated_change_from_its_own_day_on) {
  admit(kAnna, kNorthSchool, "2019-01-15");
  tell(
      model::MemberCategoryChanged{kAnna, MemberCategory::pensioner_nonworking, day("2019-06-01")});
  tell(model::MemberCategoryChanged{kAnna, MemberCategory::student, day("2019-03-01")});
  EXPECT_EQ(roster(kCentre, "2019-02-01").at(0).category, MemberCategory::working);
  EXPECT_EQ(roster(kCentre, "2019-03-01").at(0).category, MemberCategory::student);
  EXPECT_EQ(roster(kCentre, "2019-06-01").at(0).category, MemberCategory::pensioner_nonworking);
}

TEST_F(RostersTest, counts_a_readmission_from_its_own_day) {
  admit(kAnna, kNorthSchool, "2019-01-15");
  terminate(kAnna, "2019-03-31");
  admit(kAnna, kSouthSchool, "2019-09-01");
  EXPECT_EQ(roster(kNorth, "2019-03-31").at(0).since, day("2019-01-15"));
  EXPECT_THAT(members(kCentre, "2019-05-01"), IsEmpty());
  EXPECT_THAT(members(kNorth, "2019-09-01"), IsEmpty());
  EXPECT_EQ(roster(kSouth, "2019-09-01").at(0).since, day("2019-09-01"));
}

TEST_F(RostersTest, forgets_a_transfer_that_a_readmission_came_before) {
  admit(kAnna, kNorthSchool, "2019-01-15");
  transfer(kAnna, kNorthSchool, kSouthSchool, "2019-12-01");
  terminate(kAnna, "2019-03-31");
  admit(kAnna, kNorthCollege, "2019-09-01");
  EXPECT_THAT(members(kSouth, "2019-12-01"), IsEmpty());
  EXPECT_THAT(members(kNorth, "2019-12-01"), ElementsAre(42));
  EXPECT_EQ(rosters_.places.find({kSouthSchool, kAnna}), nullptr);
}

TEST_F(RostersTest, refuses_to_speak_of_a_member_whom_the_log_never_admitted) {
  const auto folded = fold(model::MembershipSuspended{kAnna, day("2019-03-01"), std::nullopt});
  ASSERT_FALSE(folded.has_value());
  EXPECT_EQ(folded.error().kind, base::ErrorKind::corrupt);
  EXPECT_THAT(folded.error().message, testing::HasSubstr("MembershipSuspended of member 42"));
}

TEST_F(RostersTest, names_its_statuses_as_files_and_faces_do) {
  EXPECT_EQ(model::name_of(RosterStatus::active), "active");
  EXPECT_EQ(model::name_of(RosterStatus::suspended), "suspended");
}

}  // namespace
}  // namespace kopilka::projections::rosters
