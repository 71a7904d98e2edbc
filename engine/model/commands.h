#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/model/enums.h"
#include "engine/model/ids.h"
#include "engine/model/money.h"
#include "engine/model/personal.h"
#include "engine/model/time.h"

// The commands of interface.md §1 as plain facts. Each describes its own fields once, for every
// reader and writer: `required` must be named, `optional` may be absent, `defaulted` has a value
// when absent. A TextRule bounds a text. `describe` never judges: rules live in registry and
// ledger.
namespace kopilka::model {

enum class Alphabet : std::uint8_t {
  raw,         // any UTF-8: a rule judges it
  any,         // without control characters
  printable,   // ASCII
  digits,
  identifier,  // [A-Za-z0-9_-]
};

struct TextRule {
  std::size_t bytes_min{1};
  std::size_t bytes_max{1'000};
  Alphabet alphabet{Alphabet::any};
};

inline constexpr TextRule kNameText{1, 1'000, Alphabet::any};
inline constexpr TextRule kReasonText{1, 1'000, Alphabet::any};
inline constexpr TextRule kCodeText{1, 64, Alphabet::printable};
inline constexpr TextRule kActionText{1, 100, Alphabet::any};
inline constexpr TextRule kReferenceText{1, 1'000, Alphabet::any};
inline constexpr TextRule kIdentifierText{1, 64, Alphabet::identifier};
inline constexpr TextRule kCardNumberText{6, 20, Alphabet::digits};
inline constexpr TextRule kInnText{10, 12, Alphabet::digits};
inline constexpr TextRule kCurrencyText{3, 3, Alphabet::printable};
inline constexpr TextRule kKeyText{1, 128, Alphabet::printable};
inline constexpr TextRule kDestinationText{0, 1'000, Alphabet::raw};

inline constexpr std::size_t kLinesMax = 1000;
inline constexpr std::size_t kTariffsMax = 100;
inline constexpr std::size_t kCategoriesMax = 100;
inline constexpr std::size_t kCalendarDaysMax = 366;
inline constexpr std::uint16_t kWindowDaysMax = 3650;

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

struct RegisterClick {
  static constexpr std::string_view kName = "register_click";
  MemberId member;
  PartnerId partner;
  Channel channel{Channel::online};  // online or lead
  std::optional<std::string> click_id;
  static void describe(auto&& self, auto&& field) {
    field.required("member_id", self.member);
    field.required("partner_id", self.partner);
    field.defaulted("channel", self.channel);
    field.optional("click_id", self.click_id, kIdentifierText);
  }
};

struct OrderLine {
  std::uint32_t line{0};  // unique in the message
  Money amount;           // minor units of the order's currency
  std::optional<std::string> tariff;
  bool operator==(const OrderLine&) const = default;
  static void describe(auto&& self, auto&& field) {
    field.required("line", self.line);
    field.required("amount", self.amount);
    field.optional("tariff", self.tariff, kCodeText);
  }
};

struct ReportPurchase {
  static constexpr std::string_view kName = "report_purchase";
  PartnerId partner;
  std::string action_id;
  std::optional<std::string> order_id;
  PurchaseStatus status{};
  Instant status_at;
  Instant purchase_at;
  std::optional<std::string> click_id;
  std::optional<ClearText> card_number;
  std::string currency{"RUB"};
  std::optional<ExchangeRate> fx_rate;  // with a foreign currency, and only then
  std::vector<OrderLine> lines;
  std::optional<Money> delivery;  // not part of the base (C11)
  std::optional<std::string> reason;
  std::optional<LookupHash> card;  // set by sealing
  static void describe(auto&& self, auto&& field) {
    field.required("partner_id", self.partner);
    field.required("action_id", self.action_id, kActionText);
    field.optional("order_id", self.order_id, kActionText);
    field.required("status", self.status);
    field.required("status_at", self.status_at);
    field.required("purchase_at", self.purchase_at);
    field.optional("click_id", self.click_id, kIdentifierText);
    field.optional("card_number", self.card_number, kCardNumberText);
    field.defaulted("currency", self.currency, kCurrencyText);
    field.optional("fx_rate", self.fx_rate);
    field.items("lines", self.lines, kLinesMax);
    field.optional("delivery", self.delivery);
    field.optional("reason", self.reason, kReasonText);
  }
};

struct OpenBusinessDay {
  static constexpr std::string_view kName = "open_business_day";
  Date date;
  static void describe(auto&& self, auto&& field) { field.required("date", self.date); }
};

struct PublishCalendar {
  static constexpr std::string_view kName = "publish_calendar";
  std::uint16_t year{0};
  std::vector<Date> days_off;
  std::vector<Date> working_weekends;
  static void describe(auto&& self, auto&& field) {
    field.required("year", self.year);
    field.dates("days_off", self.days_off, kCalendarDaysMax);
    field.dates("working_weekends", self.working_weekends, kCalendarDaysMax);
  }
};

// A destination that passed the checks of its method; made by sealing (domain.md §10).
struct SealedDestination {
  std::string mask;  // what may be shown: "+79*****4567"
  LookupHash value_hash;
  Sealed value;  // for the processor's key only
  bool operator==(const SealedDestination&) const = default;
};

struct AddDestination {
  static constexpr std::string_view kName = "add_destination";
  MemberId member;
  WithdrawalMethod method{};
  ClearText value;
  std::optional<std::string> destination_id;
  std::optional<SealedDestination> sealed;  // set by sealing; absent: the value is malformed
  static void describe(auto&& self, auto&& field) {
    field.required("member_id", self.member);
    field.required("method", self.method);
    field.required("value", self.value, kDestinationText);
    field.optional("destination_id", self.destination_id, kIdentifierText);
  }
};

struct RequestWithdrawal {
  static constexpr std::string_view kName = "request_withdrawal";
  MemberId member;
  WithdrawalMethod method{};
  Money amount;
  std::optional<std::string> destination_id;
  static void describe(auto&& self, auto&& field) {
    field.required("member_id", self.member);
    field.required("method", self.method);
    field.required("amount", self.amount);
    field.optional("destination_id", self.destination_id, kIdentifierText);
  }
};

// Exactly one way: by id, by ext_ref, or by the key under which the member's request was made.
struct WithdrawalReference {
  std::optional<WithdrawalId> withdrawal;
  std::optional<std::string> ext_ref;
  std::optional<MemberId> member;
  std::optional<std::string> request_key;
  static void describe(auto&& self, auto&& field) {
    field.optional("withdrawal_id", self.withdrawal);
    field.optional("ext_ref", self.ext_ref, kCodeText);
    field.optional("member_id", self.member);
    field.optional("request_key", self.request_key, kKeyText);
  }
};

struct CancelWithdrawal {
  static constexpr std::string_view kName = "cancel_withdrawal";
  WithdrawalReference which;
  static void describe(auto&& self, auto&& field) {
    WithdrawalReference::describe(self.which, field);
  }
};

struct SendWithdrawal {
  static constexpr std::string_view kName = "send_withdrawal";
  WithdrawalReference which;
  std::optional<std::string> processor;
  static void describe(auto&& self, auto&& field) {
    WithdrawalReference::describe(self.which, field);
    field.optional("processor", self.processor, kReferenceText);
  }
};

struct MarkWithdrawalUnknown {
  static constexpr std::string_view kName = "mark_withdrawal_unknown";
  WithdrawalReference which;
  static void describe(auto&& self, auto&& field) {
    WithdrawalReference::describe(self.which, field);
  }
};

struct SettleWithdrawal {
  static constexpr std::string_view kName = "settle_withdrawal";
  WithdrawalReference which;
  std::optional<std::string> processor_ref;
  Money processor_fee;
  static void describe(auto&& self, auto&& field) {
    WithdrawalReference::describe(self.which, field);
    field.optional("processor_ref", self.processor_ref, kReferenceText);
    field.defaulted("processor_fee", self.processor_fee);
  }
};

struct RejectWithdrawal {
  static constexpr std::string_view kName = "reject_withdrawal";
  WithdrawalReference which;
  std::optional<std::string> processor_ref;
  std::optional<std::string> code;  // the processor's own
  static void describe(auto&& self, auto&& field) {
    WithdrawalReference::describe(self.which, field);
    field.optional("processor_ref", self.processor_ref, kReferenceText);
    field.optional("code", self.code, kReferenceText);
  }
};

struct ReturnWithdrawal {
  static constexpr std::string_view kName = "return_withdrawal";
  WithdrawalReference which;
  std::optional<std::string> processor_ref;
  std::optional<std::string> code;
  static void describe(auto&& self, auto&& field) { RejectWithdrawal::describe(self, field); }
};

// What a hold lies on. The fields present are exactly those of the scope.
struct HoldTarget {
  HoldScope scope{};
  std::optional<MemberId> member;             // scope member, destination
  std::optional<PartnerId> partner;           // scope purchase
  std::optional<std::string> action_id;       // scope purchase
  std::optional<std::string> destination_id;  // scope destination
  std::string rule;
  static void describe(auto&& self, auto&& field) {
    field.required("scope", self.scope);
    field.optional("member_id", self.member);
    field.optional("partner_id", self.partner);
    field.optional("action_id", self.action_id, kActionText);
    field.optional("destination_id", self.destination_id, kIdentifierText);
    field.required("rule", self.rule, kCodeText);
  }
};

struct PlaceHold {
  static constexpr std::string_view kName = "place_hold";
  HoldTarget target;
  static void describe(auto&& self, auto&& field) { HoldTarget::describe(self.target, field); }
};

struct LiftHold {
  static constexpr std::string_view kName = "lift_hold";
  HoldTarget target;
  static void describe(auto&& self, auto&& field) { HoldTarget::describe(self.target, field); }
};

struct AdjustBalance {
  static constexpr std::string_view kName = "adjust_balance";
  MemberId member;
  Money amount;  // signed, not zero
  std::string reason;
  std::vector<std::string> approvers;  // exactly two; that they differ is a rule
  static void describe(auto&& self, auto&& field) {
    field.required("member_id", self.member);
    field.signed_money("amount", self.amount);
    field.required("reason", self.reason, kReasonText);
    field.texts("approvers", self.approvers, kReferenceTextAny, 2);
  }
  static constexpr TextRule kReferenceTextAny{1, 100, Alphabet::any};
};

// In the order of interface.md §1. The index is not stored; names are.
using Command =
    std::variant<RegisterOrganization, AdmitMember, TransferMember, ChangeMemberCategory,
                 SuspendMembership, ReinstateMembership, TerminateMembership, IssueCard, BlockCard,
                 OpenAccount, RegisterPartner, PublishTerms, SuspendPartner, ResumePartner,
                 RegisterClick, ReportPurchase, OpenBusinessDay, PublishCalendar, AddDestination,
                 RequestWithdrawal, CancelWithdrawal, SendWithdrawal, MarkWithdrawalUnknown,
                 SettleWithdrawal, RejectWithdrawal, ReturnWithdrawal, PlaceHold, LiftHold,
                 AdjustBalance>;

[[nodiscard]] inline std::string_view name_of(const Command& command) {
  return std::visit([](const auto& c) { return c.kName; }, command);
}

}  // namespace kopilka::model
