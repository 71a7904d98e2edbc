#include "projections/statistics/statistics.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "tests/unit/projections/statistics/small_union.h"

namespace kopilka::projections::statistics {
namespace {

using model::CardForm;
using model::Money;
using model::OfficerRole;
using model::TerminationReason;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

class StatisticsTest : public testing::Test, protected SmallUnion {};

model::LookupHash card_number(std::uint8_t digit) {
  model::LookupHash hash;
  hash.value.fill(digit);
  return hash;
}

TEST_F(StatisticsTest, do_not_know_an_organisation_that_was_never_registered) {
  EXPECT_EQ(
      Reader(folded(), nullptr).report(OrganizationId{9}, day("2019-01-01")).value().has_value(),
      false);
}

TEST_F(StatisticsTest, are_zero_for_an_organisation_without_members) {
  Numbers nothing;
  nothing.organizations = 1;
  EXPECT_EQ(numbers(kNorthSchool, "2019-01-01"), nothing);
  EXPECT_THAT(report(kNorthSchool, "2019-01-01").holders, IsEmpty());
}

TEST_F(StatisticsTest, have_a_line_for_every_organisation_below) {
  const auto lines = report(kCentre, "2019-01-01").lines;
  std::vector<std::uint64_t> ids;
  for (const auto& line : lines)
    ids.push_back(line.organization.value());
  EXPECT_THAT(ids, ElementsAre(1, 10, 20, 101, 102, 201));
  EXPECT_EQ(lines[0].above, std::nullopt);
  EXPECT_EQ(lines[3].above, 1U);
  EXPECT_EQ(lines[5].above, 2U);
  EXPECT_EQ(lines[5].parent, kSouth);
  EXPECT_EQ(lines[0].numbers.organizations, 6U);
  EXPECT_EQ(lines[1].numbers.organizations, 3U);
}

TEST_F(StatisticsTest, count_members_by_category) {
  admit(kAnna, kNorthSchool, "2018-01-15");
  admit(kBoris, kNorthCollege, "2018-01-15");
  admit(MemberId{43}, kSouthSchool, "2018-01-15");
  tell(model::MemberCategoryChanged{kBoris, MemberCategory::student, day("2019-02-01")});
  const auto counted = numbers(kNorth, "2019-03-01");
  EXPECT_THAT(counted.by_category, ElementsAre(1, 1, 0, 0));
  EXPECT_EQ(counted.total, 2U);
  EXPECT_THAT(numbers(kNorth, "2019-01-31").by_category, ElementsAre(2, 0, 0, 0));
  EXPECT_EQ(numbers(kCentre, "2019-03-01").total, 3U);
  EXPECT_EQ(counted.joined, 0U);
}

TEST_F(StatisticsTest, count_by_sex_and_age_on_the_day) {
  auto anna = admission(kAnna, kNorthSchool, "2018-01-15");
  anna.sex = model::Sex::f;
  anna.birth_month = model::month_number(day("1984-03-31"));
  tell(anna);
  admit(kBoris, kNorthSchool, "2018-01-15");
  const auto cell = [&](std::string_view on, KnownSex sex, AgeBand age) {
    return numbers(kCentre, on)
        .by_sex_age.at(0)
        .at(static_cast<std::size_t>(sex))
        .at(static_cast<std::size_t>(age));
  };
  EXPECT_EQ(cell("2019-02-28", KnownSex::f, AgeBand::from_18), 1U);
  EXPECT_EQ(cell("2019-03-01", KnownSex::f, AgeBand::from_18), 0U);
  EXPECT_EQ(cell("2019-03-01", KnownSex::f, AgeBand::from_35), 1U);
  EXPECT_EQ(cell("2019-03-01", KnownSex::unknown, AgeBand::unknown), 1U);
}

TEST_F(StatisticsTest, keep_what_an_admission_again_says_nothing_new_of) {
  auto anna = admission(kAnna, kNorthSchool, "2018-01-15");
  anna.sex = model::Sex::f;
  anna.pedagogue = true;
  tell(anna);
  terminate(kAnna, "2018-05-31");
  admit(kAnna, kSouthSchool, "2018-09-01");
  const auto south = numbers(kSouth, "2019-01-01");
  EXPECT_EQ(south.by_sex_age.at(0).at(0).at(static_cast<std::size_t>(AgeBand::unknown)), 1U);
  EXPECT_EQ(south.pedagogues, 0U);
  EXPECT_EQ(numbers(kNorth, "2018-02-01").pedagogues, 0U) << "as of the latest admission";
}

TEST_F(StatisticsTest, count_tenure_from_where_each_membership_has_it) {
  auto anna = admission(kAnna, kNorthSchool, "2018-01-15");
  anna.tenure_from = day("2000-09-01");
  tell(anna);
  terminate(kAnna, "2018-05-31");
  admit(kAnna, kNorthSchool, "2018-09-01");
  EXPECT_THAT(numbers(kNorth, "2018-05-31").by_tenure, ElementsAre(0, 0, 0, 1));
  EXPECT_THAT(numbers(kNorth, "2018-09-01").by_tenure, ElementsAre(1, 0, 0, 0));
  EXPECT_THAT(numbers(kNorth, "2019-09-01").by_tenure, ElementsAre(0, 0, 1, 0));
}

TEST_F(StatisticsTest, count_the_suspended_among_the_members) {
  admit(kAnna, kNorthSchool, "2018-01-15");
  tell(model::MembershipSuspended{kAnna, day("2019-03-01"), std::nullopt});
  tell(model::MembershipReinstated{kAnna, day("2019-05-01"), std::nullopt});
  EXPECT_EQ(numbers(kNorth, "2019-02-28").suspended, 0U);
  EXPECT_EQ(numbers(kNorth, "2019-03-01").suspended, 1U);
  EXPECT_EQ(numbers(kNorth, "2019-03-01").total, 1U);
  EXPECT_EQ(numbers(kNorth, "2019-05-01").suspended, 0U);
}

TEST_F(StatisticsTest, count_who_joined_and_left_since_the_first_of_january) {
  admit(kAnna, kNorthSchool, "2018-12-31");
  admit(kBoris, kNorthSchool, "2019-01-01");
  admit(MemberId{43}, kNorthSchool, "2019-03-02");
  terminate(kAnna, "2019-03-01", TerminationReason::graduated);
  EXPECT_EQ(numbers(kNorth, "2019-03-01").joined, 1U);
  EXPECT_EQ(numbers(kNorth, "2019-03-02").joined, 2U);
  EXPECT_EQ(numbers(kNorth, "2019-02-28").left(), 0U);
  EXPECT_EQ(numbers(kNorth, "2019-03-01").left(), 1U);
  EXPECT_THAT(numbers(kNorth, "2019-03-01").left_by_reason, ElementsAre(0, 0, 0, 1, 0, 0, 0));
  EXPECT_EQ(numbers(kNorth, "2019-03-01").total, 2U);
  EXPECT_EQ(numbers(kNorth, "2020-01-01").left(), 0U);
}

TEST_F(StatisticsTest, count_transfers_where_they_cross_the_border_of_the_subtree) {
  admit(kAnna, kNorthSchool, "2018-01-15");
  transfer(kAnna, kNorthSchool, kNorthCollege, "2019-02-01");
  transfer(kAnna, kNorthCollege, kSouthSchool, "2019-03-01");
  const auto moves = [&](OrganizationId organization) {
    const auto counted = numbers(organization, "2019-12-31");
    EXPECT_EQ(counted.joined + counted.left(), 0U);
    return std::pair(counted.transferred_in, counted.transferred_out);
  };
  EXPECT_THAT(moves(kNorthSchool), Pair(0, 1));
  EXPECT_THAT(moves(kNorthCollege), Pair(1, 1));
  EXPECT_THAT(moves(kNorth), Pair(0, 1));
  EXPECT_THAT(moves(kSouth), Pair(1, 0));
  EXPECT_THAT(moves(kCentre), Pair(0, 0));
  EXPECT_EQ(numbers(kSouth, "2019-02-28").transferred_in, 0U);
  const auto lines = report(kCentre, "2019-12-31").lines;
  EXPECT_EQ(lines[1].numbers.transferred_out, 1U) << "each line has its own border";
  EXPECT_EQ(lines[4].numbers.transferred_in, 1U);
}

TEST_F(StatisticsTest, count_no_transfer_that_an_end_came_before) {
  admit(kAnna, kNorthSchool, "2018-01-15");
  transfer(kAnna, kNorthSchool, kSouthSchool, "2019-06-01");
  EXPECT_EQ(numbers(kSouth, "2019-12-31").transferred_in, 1U);
  terminate(kAnna, "2019-03-31");
  EXPECT_EQ(numbers(kSouth, "2019-12-31").transferred_in, 0U);
  EXPECT_EQ(numbers(kNorth, "2019-12-31").transferred_out, 0U);
  EXPECT_EQ(numbers(kNorth, "2019-12-31").left(), 1U);
}

TEST_F(StatisticsTest, count_a_return_the_next_day_as_left_and_joined) {
  admit(kAnna, kNorthSchool, "2018-01-15");
  terminate(kAnna, "2019-02-28");
  admit(kAnna, kSouthSchool, "2019-03-01");
  const auto south = numbers(kSouth, "2019-12-31");
  EXPECT_EQ(south.joined, 1U);
  EXPECT_EQ(south.rejoined, 1U);
  EXPECT_EQ(south.transferred_in, 0U);
  const auto north = numbers(kNorth, "2019-12-31");
  EXPECT_EQ(north.left(), 1U);
  EXPECT_EQ(north.transferred_out, 0U);
  EXPECT_EQ(numbers(kCentre, "2019-02-28").total, 1U);
  EXPECT_EQ(numbers(kCentre, "2019-03-01").total, 1U);
}

TEST_F(StatisticsTest, count_each_fact_once_in_every_subtree_around_it) {
  admit(kAnna, kNorthSchool, "2019-01-15");
  transfer(kAnna, kNorthSchool, kNorthCollege, "2019-02-01");
  transfer(kAnna, kNorthCollege, kNorthSchool, "2019-03-01");
  terminate(kAnna, "2019-04-30");
  for (const auto organization : {kCentre, kNorth, kNorthSchool}) {
    EXPECT_EQ(numbers(organization, "2019-12-31").joined, 1U);
    EXPECT_EQ(numbers(organization, "2019-12-31").left(), 1U);
  }
}

TEST_F(StatisticsTest, count_cards_in_force_by_form) {
  admit(kAnna, kNorthSchool, "2018-01-15");
  tell(model::CardIssued{kAnna, card_number(1), CardForm::virtual_card, std::nullopt},
       "2019-02-01");
  tell(model::CardIssued{kAnna, card_number(1), CardForm::plastic, day("2019-06-30")},
       "2019-03-01");
  tell(model::CardIssued{kAnna, card_number(2), CardForm::plastic, std::nullopt}, "2019-04-01");
  EXPECT_THAT(numbers(kNorth, "2019-01-31").by_card, ElementsAre(0, 0));
  EXPECT_THAT(numbers(kNorth, "2019-02-01").by_card, ElementsAre(1, 0));
  EXPECT_THAT(numbers(kNorth, "2019-04-01").by_card, ElementsAre(1, 1)) << "a member counts once";
  tell(model::CardBlocked{kAnna, card_number(2), std::nullopt}, "2019-05-01");
  EXPECT_THAT(numbers(kNorth, "2019-06-30").by_card, ElementsAre(1, 1));
  EXPECT_THAT(numbers(kNorth, "2019-07-01").by_card, ElementsAre(1, 0)) << "expired and blocked";
  tell(model::CardBlocked{kAnna, card_number(1), std::nullopt}, "2019-08-01");
  EXPECT_THAT(numbers(kNorth, "2019-07-31").by_card, ElementsAre(1, 0));
  EXPECT_THAT(numbers(kNorth, "2019-08-01").by_card, ElementsAre(0, 0));
}

TEST_F(StatisticsTest, count_no_form_that_is_issued_under_a_blocked_number) {
  admit(kAnna, kNorthSchool, "2018-01-15");
  tell(model::CardIssued{kAnna, card_number(1), CardForm::virtual_card, std::nullopt},
       "2019-02-01");
  tell(model::CardBlocked{kAnna, card_number(1), std::nullopt}, "2019-03-01");
  tell(model::CardIssued{kAnna, card_number(1), CardForm::plastic, std::nullopt}, "2019-04-01");
  EXPECT_THAT(numbers(kNorth, "2019-04-01").by_card, ElementsAre(0, 0));
}

TEST_F(StatisticsTest, forget_the_admissions_that_an_earlier_one_came_before) {
  admit(kAnna, kNorthSchool, "2019-03-01");
  admit(kAnna, kSouthSchool, "2019-03-01");
  EXPECT_EQ(numbers(kCentre, "2019-12-31").joined, 1U);
  EXPECT_EQ(numbers(kSouth, "2019-12-31").total, 1U);
}

TEST_F(StatisticsTest, count_accounts_from_the_day_that_they_were_opened) {
  admit(kAnna, kNorthSchool, "2018-01-15");
  tell(model::AccountOpened{kAnna}, "2019-02-01");
  EXPECT_EQ(numbers(kNorth, "2019-01-31").accounts, 0U);
  EXPECT_EQ(numbers(kNorth, "2019-02-01").accounts, 1U);
}

TEST_F(StatisticsTest, count_purchases_where_the_buyer_belonged_and_buyers_where_they_belong) {
  admit(kAnna, kNorthSchool, "2018-01-15");
  buy(kAnna, kNorthSchool, "2018-05-01");
  buy(kAnna, kNorthSchool, "2019-03-10");
  buy(kAnna, kNorthSchool, "2019-02-10");
  buy(kAnna, kNorthSchool, "2019-01-05", model::PurchaseStatus::declined);
  transfer(kAnna, kNorthSchool, kSouthSchool, "2019-04-01");
  EXPECT_EQ(numbers(kNorth, "2019-02-09").active_buyers, 0U);
  EXPECT_EQ(numbers(kNorth, "2019-02-10").active_buyers, 1U);
  EXPECT_EQ(numbers(kNorth, "2019-02-10").purchases, 2U);
  EXPECT_EQ(numbers(kNorth, "2019-02-10").purchases_in_year, 1U);
  const auto north = numbers(kNorth, "2019-12-31");
  EXPECT_EQ(north.purchases_in_year, 2U);
  EXPECT_EQ(north.active_buyers, 0U);
  EXPECT_EQ(numbers(kSouth, "2019-12-31").active_buyers, 1U);
  EXPECT_EQ(numbers(kSouth, "2019-12-31").purchases, 0U);
  EXPECT_EQ(numbers(kCentre, "2019-12-31").active_buyers, 1U);
  EXPECT_EQ(numbers(kCentre, "2020-12-31").active_buyers, 0U);
}

TEST_F(StatisticsTest, count_dues_of_the_year_by_the_day_of_payment) {
  admit(kAnna, kNorthSchool, "2018-01-15");
  const auto pay = [&](std::string_view period, std::string_view on, std::int64_t kopecks) {
    model::DuesPaid event;
    event.member = kAnna;
    event.organization = kNorthSchool;
    event.period = *model::parse_month(period);
    event.amount = Money::kopecks(kopecks);
    event.paid_on = day(on);
    tell(event);
  };
  pay("2018-12", "2018-12-31", 100);
  pay("2019-01", "2019-02-05", 200);
  pay("2018-11", "2019-02-05", 30);
  EXPECT_EQ(numbers(kNorth, "2018-12-31").dues, Money::kopecks(100));
  EXPECT_EQ(numbers(kNorth, "2019-02-04").dues, Money{});
  EXPECT_EQ(numbers(kNorth, "2019-02-05").dues, Money::kopecks(230));
  EXPECT_EQ(numbers(kNorth, "2019-02-05").dues_payments, 2U);
}

TEST_F(StatisticsTest, compare_members_with_the_headcounts_that_were_reported) {
  admit(kAnna, kNorthSchool, "2018-01-15");
  admit(kBoris, kNorthCollege, "2018-01-15");
  tell(model::MemberCategoryChanged{kAnna, MemberCategory::temporarily_not_working,
                                    day("2018-02-01")});
  const auto report_of = [&](OrganizationId id, std::string_view as_of, std::uint32_t employees) {
    tell(model::HeadcountReported{id, day(as_of), employees, 2, 5});
  };
  report_of(kNorthSchool, "2018-12-01", 40);
  report_of(kNorthSchool, "2019-02-01", 30);
  report_of(kNorth, "2019-02-01", 3);
  EXPECT_EQ(numbers(kNorth, "2018-11-30").headcount_reports, 0U);
  EXPECT_EQ(numbers(kNorth, "2019-01-31").employees, 40U);
  const auto counted = numbers(kNorth, "2019-02-01");
  EXPECT_EQ(counted.headcount_reports, 2U);
  EXPECT_EQ(counted.employees, 33U);
  EXPECT_EQ(counted.headcount_pedagogues, 4U);
  EXPECT_EQ(counted.headcount_students, 10U);
  EXPECT_EQ(counted.covered_members, 1U) << "the college has not reported";
  EXPECT_EQ(counted.covered_workers, 1U);
  EXPECT_EQ(counted.covered_students, 0U);
}

TEST_F(StatisticsTest, count_officers_by_role_on_the_day) {
  admit(kAnna, kNorthSchool, "2018-01-15");
  tell(model::OfficerElected{kNorthSchool, kAnna, OfficerRole::chair, day("2019-02-01"),
                             day("2019-12-31"), false});
  tell(model::OfficerElected{kNorth, kAnna, OfficerRole::audit, day("2019-02-01"), std::nullopt,
                             false});
  EXPECT_THAT(numbers(kNorth, "2019-01-31").officers, Each(0U));
  EXPECT_THAT(numbers(kNorth, "2019-02-01").officers, ElementsAre(1, 0, 0, 1, 0));
  tell(model::OfficerTermEnded{kNorthSchool, kAnna, OfficerRole::chair, day("2019-06-01")});
  tell(model::OfficerTermEnded{kNorth, kAnna, OfficerRole::audit, day("2019-02-01")});
  EXPECT_THAT(numbers(kNorth, "2019-05-31").officers, ElementsAre(1, 0, 0, 0, 0));
  EXPECT_THAT(numbers(kNorth, "2019-06-01").officers, Each(0U));
}

TEST_F(StatisticsTest, put_the_cashback_of_everybody_on_record_where_they_are) {
  admit(kAnna, kNorthSchool, "2018-01-15");
  admit(kBoris, kNorthCollege, "2019-03-01");
  terminate(kAnna, "2019-01-31");
  auto counted = report(kCentre, "2019-02-15");
  ASSERT_EQ(counted.holders.size(), 2U) << "one is gone, one is yet to come";
  EXPECT_EQ(counted.holders[0].member, kBoris);
  std::vector<statements::Totals> totals(2);
  totals[0].funds.frozen = Money::kopecks(5);
  totals[1].funds.frozen = Money::kopecks(70);
  totals[1].withdrawn = Money::kopecks(3);
  count_cashback(counted, totals);
  EXPECT_EQ(counted.lines[0].numbers.cashback.funds.frozen, Money::kopecks(75));
  EXPECT_EQ(counted.lines[1].numbers.cashback.funds.frozen, Money::kopecks(75));
  EXPECT_EQ(counted.lines[3].numbers.cashback.funds.frozen, Money::kopecks(70));
  EXPECT_EQ(counted.lines[3].numbers.cashback.withdrawn, Money::kopecks(3));
  EXPECT_EQ(counted.lines[2].numbers.cashback, statements::Totals{});
}

TEST_F(StatisticsTest, hold_somebody_who_returned_to_a_former_organisation_once) {
  admit(kAnna, kNorthSchool, "2018-01-15");
  transfer(kAnna, kNorthSchool, kNorthCollege, "2019-02-01");
  transfer(kAnna, kNorthCollege, kNorthSchool, "2019-03-01");
  EXPECT_EQ(report(kCentre, "2019-04-01").holders.size(), 1U);
  EXPECT_EQ(numbers(kCentre, "2019-04-01").total, 1U);
}

TEST_F(StatisticsTest, refuse_to_speak_of_a_member_whom_the_log_never_admitted) {
  const auto folded = fold(model::MembershipSuspended{kAnna, day("2019-03-01"), std::nullopt});
  ASSERT_FALSE(folded.has_value());
  EXPECT_EQ(folded.error().kind, base::ErrorKind::corrupt);
  EXPECT_THAT(folded.error().message, HasSubstr("MembershipSuspended of member 42"));
}

}  // namespace
}  // namespace kopilka::projections::statistics
