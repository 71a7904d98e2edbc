#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/strong.h"
#include "engine/model/enums.h"
#include "engine/model/events_registry.h"
#include "engine/model/ids.h"
#include "engine/model/money.h"
#include "engine/model/personal.h"
#include "engine/model/time.h"
#include "engine/registry/history.h"

// What the register knows at its position in the log: one row a thing. `fields` numbers the fields
// for the row codec. Rows are changed by `fold` alone.
namespace kopilka::registry {

struct Organization {
  model::OrganizationKind kind{};
  std::optional<model::OrganizationId> parent;  // absent: a central one
  std::string name;
  std::optional<std::string> district;
  std::optional<std::string> city;
  std::optional<std::string> inn;
  bool pilot{false};
  bool closed{false};  // takes no members any more
  bool operator==(const Organization&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "kind", self.kind);
    field(1, "parent", self.parent);
    field(2, "name", self.name);
    field(3, "district", self.district);
    field(4, "city", self.city);
    field(5, "inn", self.inn);
    field(6, "pilot", self.pilot);
    field(7, "closed", self.closed);
  }
};

// How many people an organisation has reported, members or not.
struct Headcount {
  std::uint32_t employees{0};
  std::uint32_t pedagogues{0};  // of the employees
  std::uint32_t students{0};
  bool operator==(const Headcount&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "employees", self.employees);
    field(1, "pedagogues", self.pedagogues);
    field(2, "students", self.students);
  }
};

// An organisation's reports. Apart from the organisation, whose row many decisions read.
struct Headcounts {
  History<Headcount> reports;  // by the date that they are of; the latest recorded of a date
  bool operator==(const Headcounts&) const = default;
  static void fields(auto&& self, auto&& field) { field(0, "reports", self.reports); }
};

// A term of office. Both days are included.
struct OfficerTerm {
  model::MemberId member;
  model::OfficerRole role{};
  model::Date from;
  std::optional<model::Date> to;  // absent: until it is ended
  bool full_time{false};
  bool operator==(const OfficerTerm&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "member", self.member);
    field(1, "role", self.role);
    field(2, "from", self.from);
    field(3, "to", self.to);
    field(4, "full_time", self.full_time);
  }
};

// Who was elected in an organisation, whoever is a member still (R7). No two terms of a chair meet,
// nor two of one member in one role.
struct Officers {
  std::vector<OfficerTerm> terms;  // ascending by (role, from, member)
  bool operator==(const Officers&) const = default;
  static void fields(auto&& self, auto&& field) { field(0, "terms", self.terms); }
};

// domain.md §6. Stored: append, never renumber.
enum class MembershipStatus : std::uint8_t { none, active, suspended, terminated };

// A person on the register (I-15). The histories reach over former memberships too.
struct Member {
  History<MembershipStatus> statuses;  // a termination stands at the day after its last day
  History<model::OrganizationId> organizations;
  History<model::MemberCategory> categories;
  model::Date admitted_on;  // of the latest admission, as are the next
  model::Date tenure_from;
  std::optional<model::Sex> sex;
  std::optional<std::int32_t> birth_month;  // month_number of the date of birth
  bool pedagogue{false};
  std::optional<model::LookupHash> name_hash;
  std::optional<model::Instant> account_opened_at;  // absent: no account
  std::vector<model::LookupHash> cards;             // numbers, in the order of issue
  bool operator==(const Member&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "statuses", self.statuses);
    field(1, "organizations", self.organizations);
    field(2, "categories", self.categories);
    field(3, "admitted_on", self.admitted_on);
    field(4, "tenure_from", self.tenure_from);
    field(5, "sex", self.sex);
    field(6, "birth_month", self.birth_month);
    field(7, "pedagogue", self.pedagogue);
    field(8, "name_hash", self.name_hash);
    field(9, "account_opened_at", self.account_opened_at);
    field(10, "cards", self.cards);
  }
};

// A member's personal data, sealed. Apart from the member, whose row many decisions read.
struct Personal {
  model::Sealed sealed;
  bool operator==(const Personal&) const = default;
  static void fields(auto&& self, auto&& field) { field(0, "sealed", self.sealed); }
};

// What a member paid for one month.
struct DuesPayment {
  model::Month period;
  model::OrganizationId organization;  // the member's on the last day of the period
  model::Money base;
  model::Rate rate;
  model::Money amount;
  model::Date paid_on;
  bool operator==(const DuesPayment&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "period", self.period);
    field(1, "organization", self.organization);
    field(2, "base", self.base);
    field(3, "rate", self.rate);
    field(4, "amount", self.amount);
    field(5, "paid_on", self.paid_on);
  }
};

// A member's dues. Apart from the member, whose row many decisions read.
struct Dues {
  std::vector<DuesPayment> payments;  // ascending by period, none twice
  bool operator==(const Dues&) const = default;
  static void fields(auto&& self, auto&& field) { field(0, "payments", self.payments); }
};

struct IssuedForm {
  model::CardForm form{};
  std::optional<model::Date> valid_to;  // the last day; absent: does not expire
  model::Instant issued_at;
  bool operator==(const IssuedForm&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "form", self.form);
    field(1, "valid_to", self.valid_to);
    field(2, "issued_at", self.issued_at);
  }
};

// A card number; its forms share one fate (R12).
struct Card {
  model::MemberId member;
  std::vector<IssuedForm> forms;             // at most one of each form
  std::optional<model::Instant> blocked_at;  // for good
  bool operator==(const Card&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "member", self.member);
    field(1, "forms", self.forms);
    field(2, "blocked_at", self.blocked_at);
  }
};

// Not working with us from `from` to the day before `resumed_on`.
struct Suspension {
  model::Date from;
  std::optional<model::Date> resumed_on;  // absent: still suspended
  bool operator==(const Suspension&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "from", self.from);
    field(1, "resumed_on", self.resumed_on);
  }
};

// What tells which terms are in force on a day, without reading them.
struct TermsRef {
  model::TermsId id;
  model::Channel channel{};
  model::Date valid_from;
  std::optional<model::Date> valid_to;  // the last day; absent: until the next begin
  bool operator==(const TermsRef&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "id", self.id);
    field(1, "channel", self.channel);
    field(2, "valid_from", self.valid_from);
    field(3, "valid_to", self.valid_to);
  }
};

struct Partner {
  std::string name;
  std::optional<std::string> network;
  std::string currency;
  std::vector<std::string> categories;
  std::vector<std::string> cities;
  std::vector<Suspension> suspensions;  // in log order; only the last may be open
  std::vector<TermsRef> terms;          // ascending by (channel, valid_from), none twice
  bool operator==(const Partner&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "name", self.name);
    field(1, "network", self.network);
    field(2, "currency", self.currency);
    field(3, "categories", self.categories);
    field(4, "cities", self.cities);
    field(5, "suspensions", self.suspensions);
    field(6, "terms", self.terms);
  }
};

// Terms never change: their row is their event.
using Terms = model::TermsPublished;

using Year = base::Strong<struct YearTag, std::uint16_t>;

// Where a year departs from Monday to Friday. Ascending, no date twice.
struct Calendar {
  std::vector<model::Date> days_off;
  std::vector<model::Date> working_weekends;
  bool operator==(const Calendar&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "days_off", self.days_off);
    field(1, "working_weekends", self.working_weekends);
  }
};

}  // namespace kopilka::registry
