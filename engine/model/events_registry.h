#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/model/commands_registry.h"
#include "engine/model/enums.h"
#include "engine/model/ids.h"
#include "engine/model/personal.h"
#include "engine/model/time.h"

// What happened to organisations, members, cards and partners (domain.md §4). `kType` is stored:
// never renumber or reuse. `fields` numbers the fields as schemas/events.fbs does.
namespace kopilka::model {

struct OrganizationRegistered {
  static constexpr std::uint16_t kType = 1;
  static constexpr std::string_view kName = "OrganizationRegistered";
  OrganizationId organization;
  OrganizationKind kind{};
  std::optional<OrganizationId> parent;
  std::string name;
  std::optional<std::string> district;
  std::optional<std::string> city;
  std::optional<std::string> inn;
  bool pilot{false};
  static void fields(auto&& self, auto&& field) {
    field(0, "organization", self.organization);
    field(1, "kind", self.kind);
    field(2, "parent", self.parent);
    field(3, "name", self.name);
    field(4, "district", self.district);
    field(5, "city", self.city);
    field(6, "inn", self.inn);
    field(7, "pilot", self.pilot);
  }
};

struct MemberAdmitted {
  static constexpr std::uint16_t kType = 4;
  static constexpr std::string_view kName = "MemberAdmitted";
  MemberId member;
  OrganizationId organization;
  MemberCategory category{};
  Date admitted_on;
  Date tenure_from;
  std::optional<Sex> sex;
  std::optional<std::int32_t> birth_month;  // month_number of the date of birth
  bool pedagogue{false};
  std::optional<LookupHash> name_hash;
  std::optional<Sealed> personal;
  static void fields(auto&& self, auto&& field) {
    field(0, "member", self.member);
    field(1, "organization", self.organization);
    field(2, "category", self.category);
    field(3, "admitted_on", self.admitted_on);
    field(4, "tenure_from", self.tenure_from);
    field(5, "sex", self.sex);
    field(6, "birth_month", self.birth_month);
    field(7, "pedagogue", self.pedagogue);
    field(8, "name_hash", self.name_hash);
    field(9, "personal", self.personal);
  }
};

struct MemberCategoryChanged {
  static constexpr std::uint16_t kType = 5;
  static constexpr std::string_view kName = "MemberCategoryChanged";
  MemberId member;
  MemberCategory category{};
  Date effective_on;
  static void fields(auto&& self, auto&& field) {
    field(0, "member", self.member);
    field(1, "category", self.category);
    field(2, "effective_on", self.effective_on);
  }
};

struct MemberTransferred {
  static constexpr std::uint16_t kType = 6;
  static constexpr std::string_view kName = "MemberTransferred";
  MemberId member;
  OrganizationId from;
  OrganizationId to;
  Date effective_on;
  static void fields(auto&& self, auto&& field) {
    field(0, "member", self.member);
    field(1, "from", self.from);
    field(2, "to", self.to);
    field(3, "effective_on", self.effective_on);
  }
};

struct MembershipSuspended {
  static constexpr std::uint16_t kType = 7;
  static constexpr std::string_view kName = "MembershipSuspended";
  MemberId member;
  Date effective_on;
  std::optional<std::string> reason;
  static void fields(auto&& self, auto&& field) {
    field(0, "member", self.member);
    field(1, "effective_on", self.effective_on);
    field(2, "reason", self.reason);
  }
};

struct MembershipReinstated {
  static constexpr std::uint16_t kType = 8;
  static constexpr std::string_view kName = "MembershipReinstated";
  MemberId member;
  Date effective_on;
  std::optional<std::string> reason;
  static void fields(auto&& self, auto&& field) { MembershipSuspended::fields(self, field); }
};

struct MembershipTerminated {
  static constexpr std::uint16_t kType = 9;
  static constexpr std::string_view kName = "MembershipTerminated";
  MemberId member;
  TerminationReason reason{};
  Date last_day;  // still counts as membership
  static void fields(auto&& self, auto&& field) {
    field(0, "member", self.member);
    field(1, "reason", self.reason);
    field(2, "last_day", self.last_day);
  }
};

struct CardIssued {
  static constexpr std::uint16_t kType = 10;
  static constexpr std::string_view kName = "CardIssued";
  MemberId member;
  LookupHash number;
  CardForm form{};
  std::optional<Date> valid_to;
  static void fields(auto&& self, auto&& field) {
    field(0, "member", self.member);
    field(1, "number", self.number);
    field(2, "form", self.form);
    field(3, "valid_to", self.valid_to);
  }
};

struct CardBlocked {
  static constexpr std::uint16_t kType = 11;
  static constexpr std::string_view kName = "CardBlocked";
  MemberId member;
  LookupHash number;
  std::optional<std::string> reason;
  static void fields(auto&& self, auto&& field) {
    field(0, "member", self.member);
    field(1, "number", self.number);
    field(2, "reason", self.reason);
  }
};

struct AccountOpened {
  static constexpr std::uint16_t kType = 12;
  static constexpr std::string_view kName = "AccountOpened";
  MemberId member;
  static void fields(auto&& self, auto&& field) { field(0, "member", self.member); }
};

struct PartnerRegistered {
  static constexpr std::uint16_t kType = 13;
  static constexpr std::string_view kName = "PartnerRegistered";
  PartnerId partner;
  std::string name;
  std::optional<std::string> network;
  std::string currency;
  std::vector<std::string> categories;
  std::vector<std::string> cities;
  static void fields(auto&& self, auto&& field) {
    field(0, "partner", self.partner);
    field(1, "name", self.name);
    field(2, "network", self.network);
    field(3, "currency", self.currency);
    field(4, "categories", self.categories);
    field(5, "cities", self.cities);
  }
};

// The terms' id is the seq of this event.
struct TermsPublished {
  static constexpr std::uint16_t kType = 14;
  static constexpr std::string_view kName = "TermsPublished";
  PartnerId partner;
  Channel channel{};
  std::vector<Tariff> tariffs;
  std::uint16_t freeze_days{0};
  std::uint16_t window_days{0};
  std::optional<Money> cap_per_order;
  std::optional<Money> cap_per_month;
  ReleasePolicy release_policy{};
  Date valid_from;
  std::optional<Date> valid_to;
  static void fields(auto&& self, auto&& field) {
    field(0, "partner", self.partner);
    field(1, "channel", self.channel);
    field(2, "tariffs", self.tariffs);
    field(3, "freeze_days", self.freeze_days);
    field(4, "window_days", self.window_days);
    field(5, "cap_per_order", self.cap_per_order);
    field(6, "cap_per_month", self.cap_per_month);
    field(7, "release_policy", self.release_policy);
    field(8, "valid_from", self.valid_from);
    field(9, "valid_to", self.valid_to);
  }
};

struct PartnerSuspended {
  static constexpr std::uint16_t kType = 15;
  static constexpr std::string_view kName = "PartnerSuspended";
  PartnerId partner;
  Date effective_on;
  std::optional<std::string> reason;
  static void fields(auto&& self, auto&& field) {
    field(0, "partner", self.partner);
    field(1, "effective_on", self.effective_on);
    field(2, "reason", self.reason);
  }
};

struct PartnerResumed {
  static constexpr std::uint16_t kType = 16;
  static constexpr std::string_view kName = "PartnerResumed";
  PartnerId partner;
  Date effective_on;
  std::optional<std::string> reason;
  static void fields(auto&& self, auto&& field) { PartnerSuspended::fields(self, field); }
};

struct CalendarPublished {
  static constexpr std::uint16_t kType = 17;
  static constexpr std::string_view kName = "CalendarPublished";
  std::uint16_t year{0};
  std::vector<Date> days_off;
  std::vector<Date> working_weekends;
  static void fields(auto&& self, auto&& field) {
    field(0, "year", self.year);
    field(1, "days_off", self.days_off);
    field(2, "working_weekends", self.working_weekends);
  }
};

// Of two reports for one date the one recorded later counts.
struct HeadcountReported {
  static constexpr std::uint16_t kType = 18;
  static constexpr std::string_view kName = "HeadcountReported";
  OrganizationId organization;
  Date as_of;
  std::uint32_t employees{0};
  std::uint32_t pedagogues{0};  // of the employees
  std::uint32_t students{0};
  static void fields(auto&& self, auto&& field) {
    field(0, "organization", self.organization);
    field(1, "as_of", self.as_of);
    field(2, "employees", self.employees);
    field(3, "pedagogues", self.pedagogues);
    field(4, "students", self.students);
  }
};

// From `from` to `to`, both included.
struct OfficerElected {
  static constexpr std::uint16_t kType = 19;
  static constexpr std::string_view kName = "OfficerElected";
  OrganizationId organization;
  MemberId member;
  OfficerRole role{};
  Date from;
  std::optional<Date> to;  // absent: until it is ended
  bool full_time{false};
  static void fields(auto&& self, auto&& field) {
    field(0, "organization", self.organization);
    field(1, "member", self.member);
    field(2, "role", self.role);
    field(3, "from", self.from);
    field(4, "to", self.to);
    field(5, "full_time", self.full_time);
  }
};

// The member's term in that office which holds on the day is over before it.
struct OfficerTermEnded {
  static constexpr std::uint16_t kType = 20;
  static constexpr std::string_view kName = "OfficerTermEnded";
  OrganizationId organization;
  MemberId member;
  OfficerRole role{};
  Date effective_on;  // the first day without the office
  static void fields(auto&& self, auto&& field) {
    field(0, "organization", self.organization);
    field(1, "member", self.member);
    field(2, "role", self.role);
    field(3, "effective_on", self.effective_on);
  }
};

// Once per member and period.
struct DuesPaid {
  static constexpr std::uint16_t kType = 21;
  static constexpr std::string_view kName = "DuesPaid";
  MemberId member;
  OrganizationId organization;  // the member's on the last day of the period
  Month period;
  Money base;
  Rate rate;
  Money amount;
  Date paid_on;
  static void fields(auto&& self, auto&& field) {
    field(0, "member", self.member);
    field(1, "organization", self.organization);
    field(2, "period", self.period);
    field(3, "base", self.base);
    field(4, "rate", self.rate);
    field(5, "amount", self.amount);
    field(6, "paid_on", self.paid_on);
  }
};

}  // namespace kopilka::model
