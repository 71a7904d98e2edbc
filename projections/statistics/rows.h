#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/model/enums.h"
#include "engine/model/ids.h"
#include "engine/model/money.h"
#include "engine/model/personal.h"
#include "engine/model/time.h"
#include "engine/registry/history.h"
#include "engine/registry/rows.h"

// What the statistics keep: one row a thing. A change of these rows is a new version of the model.
//
// Facts are kept, not counters: a fact that is recorded late changes the past as it is known now,
// on its own day and every day after it, and the past as it was known stays in the log.
namespace kopilka::projections::statistics {

struct Ending {
  model::Date last_day;  // still counts as membership
  model::TerminationReason reason{};
  bool operator==(const Ending&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "last_day", self.last_day);
    field(1, "reason", self.reason);
  }
};

// On the register without a gap: from an admission to its end.
struct Membership {
  model::Date admitted_on;
  model::Date tenure_from;
  std::optional<Ending> ended;  // absent: it goes on
  bool operator==(const Membership&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "admitted_on", self.admitted_on);
    field(1, "tenure_from", self.tenure_from);
    field(2, "ended", self.ended);
  }
};

struct IssuedCard {
  model::LookupHash number;
  model::CardForm form{};
  model::Date issued_on;
  std::optional<model::Date> valid_to;    // the last day; absent: does not expire
  std::optional<model::Date> blocked_on;  // the first day without it
  bool operator==(const IssuedCard&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "number", self.number);
    field(1, "form", self.form);
    field(2, "issued_on", self.issued_on);
    field(3, "valid_to", self.valid_to);
    field(4, "blocked_on", self.blocked_on);
  }
};

// All of a person that is counted, by day. No personal data but sex and the month of birth, which
// the log has in the clear.
struct Person {
  std::vector<Membership> memberships;                      // ascending, no admission twice
  registry::History<registry::MembershipStatus> standings;  // active or suspended
  registry::History<model::OrganizationId> organizations;
  registry::History<model::MemberCategory> categories;
  std::optional<model::Sex> sex;
  std::optional<std::int32_t> birth_month;  // model::month_number
  bool pedagogue{false};                    // by the latest admission
  std::optional<model::Date> account_opened_on;
  std::vector<IssuedCard> cards;             // in the order of issue
  std::vector<model::Date> first_purchases;  // of each year that has one; ascending
  bool operator==(const Person&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "memberships", self.memberships);
    field(1, "standings", self.standings);
    field(2, "organizations", self.organizations);
    field(3, "categories", self.categories);
    field(4, "sex", self.sex);
    field(5, "birth_month", self.birth_month);
    field(6, "pedagogue", self.pedagogue);
    field(7, "account_opened_on", self.account_opened_on);
    field(8, "cards", self.cards);
    field(9, "first_purchases", self.first_purchases);
  }
};

// The same under each organisation that the person ever belonged to, so that a subtree is read by
// ranges alone.
struct PlaceKey {
  model::OrganizationId organization;
  model::MemberId member;
  bool operator==(const PlaceKey&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "organization", self.organization);
    field(1, "member", self.member);
  }
};

// What an organisation says of itself.
struct Body {
  registry::History<registry::Headcount> headcounts;  // by the date that they are of
  std::vector<registry::OfficerTerm> officers;        // in the order of election
  static void fields(auto&& self, auto&& field) {
    field(0, "headcounts", self.headcounts);
    field(1, "officers", self.officers);
  }
};

// What was bought and paid on one day.
struct Turnover {
  model::Date on;
  std::uint64_t purchases{0};
  std::uint64_t dues_payments{0};
  model::Money dues;
  static void fields(auto&& self, auto&& field) {
    field(0, "on", self.on);
    field(1, "purchases", self.purchases);
    field(2, "dues_payments", self.dues_payments);
    field(3, "dues", self.dues);
  }
};

struct MonthKey {
  model::OrganizationId organization;
  std::uint32_t month{0};  // model::month_number
  bool operator==(const MonthKey&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "organization", self.organization);
    field(1, "month", self.month);
  }
};
struct MonthTurnover {
  std::vector<Turnover> days;  // ascending, those with something
  static void fields(auto&& self, auto&& field) { field(0, "days", self.days); }
};

// The membership that the day lies in, both ends included. Null: none. Valid as long as the row.
[[nodiscard]] const Membership* membership_on(const Person& person, model::Date date);

}  // namespace kopilka::projections::statistics
