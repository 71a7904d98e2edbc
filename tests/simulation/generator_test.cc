// The generator is worth its lines only if they reach what can go wrong; and the oracle must keep
// its own invariants on all of them.

#include "tests/simulation/generator.h"

#include <map>
#include <set>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "tests/simulation/oracle/oracle.h"

namespace kopilka::simulation {
namespace {

/// How often each outcome was seen: statuses, codes, reasons to park, events.
using Seen = std::map<std::string, int>;

void count(const Verdict& verdict, Seen& seen) {
  ++seen[verdict.status];
  if (!verdict.code.empty()) {
    ++seen[verdict.code];
  }
  if (const auto* why = verdict.result.if_contains("why")) {
    ++seen["why " + std::string(why->as_string())];
  }
  for (const std::string& event : verdict.events) {
    ++seen[event];
  }
}

Seen play(std::uint64_t seed, int lines) {
  Generator generator(seed, Generator::Stamps::in_line);
  Oracle oracle(Oracle::Mode::import);
  Seen seen;
  for (int i = 0; i < lines; ++i) {
    const std::string line = generator.next();
    const Verdict verdict = oracle.submit(line);
    count(verdict, seen);
    if (verdict.status == "accepted") {
      const auto key = boost::json::parse(line).at("key").as_string();
      generator.learn({key.data(), key.size()}, verdict.result);
    }
    if (i % 20 == 0 || i + 1 == lines) {
      const auto broken = oracle.broken_invariants();
      EXPECT_EQ(broken, std::vector<std::string>{}) << "seed " << seed << " line " << i;
      if (!broken.empty()) {
        break;
      }
    }
  }
  for (const auto& [partner, action] : oracle.actions()) {
    ++seen["ends " + oracle.purchase(partner, action)->state];
    ++seen["ends " + oracle.purchase(partner, action)->member_state];
  }
  for (const auto& [member, key] : oracle.withdrawals()) {
    ++seen["ends " + oracle.withdrawal(member, key)->state];
  }
  return seen;
}

TEST(Generator, says_the_same_for_the_same_seed) {
  Generator one(7, Generator::Stamps::in_line);
  Generator two(7, Generator::Stamps::in_line);
  Generator other(8, Generator::Stamps::in_line);
  int differences = 0;
  for (int i = 0; i < 500; ++i) {
    const std::string line = one.next();
    EXPECT_EQ(line, two.next());
    differences += line == other.next() ? 0 : 1;
  }
  EXPECT_GT(differences, 400);
}

TEST(Generator, leaves_time_to_the_clock_when_asked) {
  Generator generator(7, Generator::Stamps::by_clock);
  Instant last = 0;
  for (int i = 0; i < 60; ++i) {
    EXPECT_EQ(generator.next().find("\"at\""), std::string::npos);
    EXPECT_GE(generator.now(), last);
    last = generator.now();
  }
}

TEST(Generator, reaches_every_outcome_that_the_oracle_knows) {
  Seen seen;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    for (const auto& [what, times] : play(seed, 2'000)) {
      seen[what] += times;
    }
  }
  const std::vector<std::string> wanted = {
      "accepted", "duplicate", "stale", "refused", "invalid",
      // codes of `invalid`
      "not_json", "line_too_long", "duplicate_name", "unknown_command", "missing_field",
      "unexpected_field", "wrong_type", "bad_value", "time_runs_backwards",
      // codes of refusals
      "key_reused", "organization_not_found", "member_not_found", "partner_not_found",
      "withdrawal_not_found", "purchase_not_found", "card_not_found", "already_exists",
      "parent_not_above", "not_primary", "tenure_after_admission", "not_active", "already_active",
      "same_organization", "same_category", "date_before_admission", "number_taken",
      "account_exists", "no_account", "name_mismatch", "rate_out_of_bounds", "freeze_out_of_bounds",
      "terms_overlap", "retroactive", "click_taken", "status_time_conflict", "immutable_field",
      "already_declined", "released_amount_up", "unknown_tariff", "already_held", "not_held",
      "day_not_reached", "day_already_open", "below_minimum", "member_has_debt", "bad_destination",
      "on_hold", "insufficient_funds", "wrong_state", "office_taken", "already_paid",
      "approvers_not_different",
      // reasons to park
      "why future", "why too_old", "why no_click", "why wrong_partner", "why window",
      "why unknown_card", "why blocked_card", "why expired_card", "why partner_suspended",
      "why no_terms", "why unknown_tariff", "why not_member",
      // events made by commands
      "OrganizationRegistered", "MemberAdmitted", "MemberCategoryChanged", "MemberTransferred",
      "MembershipSuspended", "MembershipReinstated", "MembershipTerminated", "CardIssued",
      "CardBlocked", "AccountOpened", "PartnerRegistered", "TermsPublished", "PartnerSuspended",
      "PartnerResumed", "CalendarPublished", "HeadcountReported", "OfficerElected",
      "OfficerTermEnded", "DuesPaid", "BusinessDayOpened", "ClickRegistered", "PurchaseRecorded",
      "PurchaseUnattributed", "PurchaseApproved", "PurchaseReheld", "PurchaseReaffirmed",
      "PurchaseAdjusted", "PurchaseDeclined", "FreezeExpired", "CashbackClawedBack", "HoldPlaced",
      "HoldLifted", "DestinationAdded", "WithdrawalRequested", "WithdrawalCancelled",
      "WithdrawalSent", "WithdrawalOutcomeUnknown", "WithdrawalSettled", "WithdrawalRejected",
      "WithdrawalSettledAfterRejection", "WithdrawalReturned", "BalanceAdjusted",
      // where purchases and withdrawals end
      "ends expired", "ends unattributed", "ends frozen", "ends released", "ends cancelled",
      "ends clawed_back", "ends requested", "ends sent", "ends unknown", "ends settled",
      "ends rejected", "ends returned"};
  for (const std::string& what : wanted) {
    EXPECT_GT(seen[what], 0) << what << " never happened";
  }
  std::string summary;
  for (const auto& [what, times] : seen) {
    summary += what + " " + std::to_string(times) + "\n";
  }
  RecordProperty("seen", summary);
}

}  // namespace
}  // namespace kopilka::simulation
