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

// Commands about clicks, purchases, days, holds and withdrawals. See commands.h.
namespace kopilka::model {

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

}  // namespace kopilka::model
