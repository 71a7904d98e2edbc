#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/enums.h"
#include "engine/model/ids.h"
#include "engine/model/money.h"
#include "engine/model/personal.h"
#include "engine/model/text_rule.h"
#include "engine/model/time.h"

// Commands about organisations, members, cards and partners. See commands.h.
namespace kopilka::model {

struct RegisterOrganization {
  static constexpr std::string_view kName = "register_organization";
  OrganizationId organization;
  OrganizationKind kind{};
  std::optional<OrganizationId> parent;
  std::string name;
  std::optional<std::string> district;
  std::optional<std::string> city;
  std::optional<std::string> inn;
  bool pilot{false};
  static void describe(auto&& self, auto&& field) {
    field.required("organization_id", self.organization);
    field.required("kind", self.kind);
    field.optional("parent_id", self.parent);
    field.required("name", self.name, kNameText);
    field.optional("district", self.district, kNameText);
    field.optional("city", self.city, kNameText);
    field.optional("inn", self.inn, kInnText);
    field.defaulted("pilot", self.pilot);
  }
};

struct AdmitMember {
  static constexpr std::string_view kName = "admit_member";
  MemberId member;
  OrganizationId organization;
  MemberCategory category{};
  Date admitted_on;
  std::optional<Date> tenure_from;
  std::optional<Sex> sex;
  std::optional<Date> birth_date;  // kept sealed; outside the vault only its month remains
  bool pedagogue{false};
  std::optional<ClearText> name;
  std::optional<ClearText> phone;
  std::optional<ClearText> email;
  std::optional<LookupHash> name_hash;      // set by sealing
  std::optional<std::int32_t> birth_month;  // set by sealing: month_number(birth_date)
  std::optional<Sealed> personal;           // set by sealing
  static void describe(auto&& self, auto&& field) {
    field.required("member_id", self.member);
    field.required("organization_id", self.organization);
    field.required("category", self.category);
    field.required("admitted_on", self.admitted_on);
    field.optional("tenure_from", self.tenure_from);
    field.optional("sex", self.sex);
    field.optional("birth_date", self.birth_date);
    field.defaulted("pedagogue", self.pedagogue);
    field.optional("name", self.name, kNameText);
    field.optional("phone", self.phone, kNameText);
    field.optional("email", self.email, kNameText);
  }
};

struct TransferMember {
  static constexpr std::string_view kName = "transfer_member";
  MemberId member;
  OrganizationId to_organization;
  Date effective_on;
  static void describe(auto&& self, auto&& field) {
    field.required("member_id", self.member);
    field.required("to_organization_id", self.to_organization);
    field.required("effective_on", self.effective_on);
  }
};

struct ChangeMemberCategory {
  static constexpr std::string_view kName = "change_member_category";
  MemberId member;
  MemberCategory category{};
  Date effective_on;
  static void describe(auto&& self, auto&& field) {
    field.required("member_id", self.member);
    field.required("category", self.category);
    field.required("effective_on", self.effective_on);
  }
};

struct SuspendMembership {
  static constexpr std::string_view kName = "suspend_membership";
  MemberId member;
  Date effective_on;
  std::optional<std::string> reason;
  static void describe(auto&& self, auto&& field) {
    field.required("member_id", self.member);
    field.required("effective_on", self.effective_on);
    field.optional("reason", self.reason, kReasonText);
  }
};

struct ReinstateMembership {
  static constexpr std::string_view kName = "reinstate_membership";
  MemberId member;
  Date effective_on;
  std::optional<std::string> reason;
  static void describe(auto&& self, auto&& field) { SuspendMembership::describe(self, field); }
};

struct TerminateMembership {
  static constexpr std::string_view kName = "terminate_membership";
  MemberId member;
  TerminationReason reason{};
  Date effective_on;  // the last day of membership
  static void describe(auto&& self, auto&& field) {
    field.required("member_id", self.member);
    field.required("reason", self.reason);
    field.required("effective_on", self.effective_on);
  }
};

// Both days of a term are included.
struct ElectOfficer {
  static constexpr std::string_view kName = "elect_officer";
  OrganizationId organization;
  MemberId member;
  OfficerRole role{};
  Date from;
  std::optional<Date> to;  // absent: until it is ended
  bool full_time{false};
  static void describe(auto&& self, auto&& field) {
    field.required("organization_id", self.organization);
    field.required("member_id", self.member);
    field.required("role", self.role);
    field.required("from", self.from);
    field.optional("to", self.to);
    field.defaulted("full_time", self.full_time);
  }
};

struct EndOfficerTerm {
  static constexpr std::string_view kName = "end_officer_term";
  OrganizationId organization;
  MemberId member;
  OfficerRole role{};
  Date effective_on;  // the first day without the office
  static void describe(auto&& self, auto&& field) {
    field.required("organization_id", self.organization);
    field.required("member_id", self.member);
    field.required("role", self.role);
    field.required("effective_on", self.effective_on);
  }
};

// How many people belong to an organisation's workplace, members or not. Judged together: see
// codec's check of its structure.
struct ReportHeadcount {
  static constexpr std::string_view kName = "report_headcount";
  OrganizationId organization;
  Date as_of;
  std::uint32_t employees{0};   // these three: 0 to kHeadcountMax
  std::uint32_t pedagogues{0};  // of the employees
  std::uint32_t students{0};
  static void describe(auto&& self, auto&& field) {
    field.required("organization_id", self.organization);
    field.required("as_of", self.as_of);
    field.required("employees", self.employees);
    field.required("pedagogues", self.pedagogues);
    field.required("students", self.students);
  }
};

// What a member paid for one month. `amount` is what came in; base and percent say what it was
// reckoned from, and nobody reckons it again.
struct PayDues {
  static constexpr std::string_view kName = "pay_dues";
  MemberId member;
  Month period;
  Money base;
  Rate percent;  // at most kDuesPpmMax
  Money amount;  // above zero
  Date paid_on;
  static void describe(auto&& self, auto&& field) {
    field.required("member_id", self.member);
    field.required("period", self.period);
    field.required("base", self.base);
    field.required("percent", self.percent);
    field.required("amount", self.amount);
    field.required("paid_on", self.paid_on);
  }
};

struct IssueCard {
  static constexpr std::string_view kName = "issue_card";
  MemberId member;
  ClearText number;
  CardForm form{};
  std::optional<Date> valid_to;
  LookupHash number_hash;  // set by sealing
  static void describe(auto&& self, auto&& field) {
    field.required("member_id", self.member);
    field.required("number", self.number, kCardNumberText);
    field.required("form", self.form);
    field.optional("valid_to", self.valid_to);
  }
};

struct BlockCard {
  static constexpr std::string_view kName = "block_card";
  ClearText number;
  std::optional<std::string> reason;
  LookupHash number_hash;  // set by sealing
  static void describe(auto&& self, auto&& field) {
    field.required("number", self.number, kCardNumberText);
    field.optional("reason", self.reason, kReasonText);
  }
};

struct OpenAccount {
  static constexpr std::string_view kName = "open_account";
  MemberId member;
  std::optional<ClearText> number;
  std::optional<ClearText> name;
  std::optional<LookupHash> number_hash;  // set by sealing
  std::optional<LookupHash> name_hash;    // set by sealing
  static void describe(auto&& self, auto&& field) {
    field.required("member_id", self.member);
    field.optional("number", self.number, kCardNumberText);
    field.optional("name", self.name, kNameText);
  }
};

struct RegisterPartner {
  static constexpr std::string_view kName = "register_partner";
  PartnerId partner;
  std::string name;
  std::optional<std::string> network;
  std::string currency{"RUB"};
  std::vector<std::string> categories;
  std::vector<std::string> cities;
  static void describe(auto&& self, auto&& field) {
    field.required("partner_id", self.partner);
    field.required("name", self.name, kNameText);
    field.optional("network", self.network, kNameText);
    field.defaulted("currency", self.currency, kCurrencyText);
    field.texts("categories", self.categories, kCodeTextAny, kCategoriesMax);
    field.texts("cities", self.cities, kNameText, kCategoriesMax);
  }
  static constexpr TextRule kCodeTextAny{1, 64, Alphabet::any};
};

// What a tariff pays: a part of the price, or a fixed sum once per action (R35).
struct Tariff {
  std::string code;
  std::optional<Rate> percent;
  std::optional<Money> fixed;
  std::optional<Rate> commission_percent;
  std::optional<Money> commission_fixed;
  bool operator==(const Tariff&) const = default;
  static void describe(auto&& self, auto&& field) {
    field.required("code", self.code, kCodeText);
    field.optional("percent", self.percent);
    field.optional("fixed", self.fixed);
    field.optional("commission_percent", self.commission_percent);
    field.optional("commission_fixed", self.commission_fixed);
  }
  static void fields(auto&& self, auto&& field) {
    field(0, "code", self.code);
    field(1, "percent", self.percent);
    field(2, "fixed", self.fixed);
    field(3, "commission_percent", self.commission_percent);
    field(4, "commission_fixed", self.commission_fixed);
  }
};

struct PublishTerms {
  static constexpr std::string_view kName = "publish_terms";
  PartnerId partner;
  Channel channel{};
  std::vector<Tariff> tariffs;
  std::uint32_t freeze_days{0};
  std::uint16_t window_days{30};
  std::optional<Money> cap_per_order;
  std::optional<Money> cap_per_month;
  ReleasePolicy release_policy{ReleasePolicy::auto_release};
  Date valid_from;
  std::optional<Date> valid_to;
  static void describe(auto&& self, auto&& field) {
    field.required("partner_id", self.partner);
    field.required("channel", self.channel);
    field.items("tariffs", self.tariffs, kTariffsMax);
    field.required("freeze_days", self.freeze_days);
    field.defaulted("window_days", self.window_days);
    field.optional("cap_per_order", self.cap_per_order);
    field.optional("cap_per_month", self.cap_per_month);
    field.defaulted("release_policy", self.release_policy);
    field.required("valid_from", self.valid_from);
    field.optional("valid_to", self.valid_to);
  }
};

struct SuspendPartner {
  static constexpr std::string_view kName = "suspend_partner";
  PartnerId partner;
  Date effective_on;
  std::optional<std::string> reason;
  static void describe(auto&& self, auto&& field) {
    field.required("partner_id", self.partner);
    field.required("effective_on", self.effective_on);
    field.optional("reason", self.reason, kReasonText);
  }
};

struct ResumePartner {
  static constexpr std::string_view kName = "resume_partner";
  PartnerId partner;
  Date effective_on;
  std::optional<std::string> reason;
  static void describe(auto&& self, auto&& field) { SuspendPartner::describe(self, field); }
};

}  // namespace kopilka::model
