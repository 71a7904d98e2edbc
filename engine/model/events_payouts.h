#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/model/enums.h"
#include "engine/model/ids.h"
#include "engine/model/money.h"
#include "engine/model/personal.h"
#include "engine/model/time.h"

// What happened to holds, withdrawals, balances and partners' invoices (domain.md §4, ledger). See
// events_purchases.h.
namespace kopilka::model {

struct HoldPlaced {
  static constexpr std::uint16_t kType = 62;
  static constexpr std::string_view kName = "HoldPlaced";
  HoldScope scope{};
  MemberId member;
  std::optional<PurchaseId> purchase;
  std::optional<std::string> destination_id;
  std::string rule;
  static void fields(auto&& self, auto&& field) {
    field(0, "scope", self.scope);
    field(1, "member", self.member);
    field(2, "purchase", self.purchase);
    field(3, "destination_id", self.destination_id);
    field(4, "rule", self.rule);
  }
};

struct HoldLifted {
  static constexpr std::uint16_t kType = 63;
  static constexpr std::string_view kName = "HoldLifted";
  HoldScope scope{};
  MemberId member;
  std::optional<PurchaseId> purchase;
  std::optional<std::string> destination_id;
  std::string rule;
  static void fields(auto&& self, auto&& field) { HoldPlaced::fields(self, field); }
};

struct DestinationAdded {
  static constexpr std::uint16_t kType = 64;
  static constexpr std::string_view kName = "DestinationAdded";
  MemberId member;
  std::string destination_id;
  WithdrawalMethod method{};
  std::string mask;
  LookupHash value_hash;
  Sealed value;
  static void fields(auto&& self, auto&& field) {
    field(0, "member", self.member);
    field(1, "destination_id", self.destination_id);
    field(2, "method", self.method);
    field(3, "mask", self.mask);
    field(4, "value_hash", self.value_hash);
    field(5, "value", self.value);
  }
};

// The withdrawal's id is the seq of this event. The fee is 0 (R28).
struct WithdrawalRequested {
  static constexpr std::uint16_t kType = 65;
  static constexpr std::string_view kName = "WithdrawalRequested";
  MemberId member;
  WithdrawalMethod method{};
  std::string destination_id;
  Money amount;
  std::string request_key;
  std::string ext_ref;
  Instant due_at;
  static void fields(auto&& self, auto&& field) {
    field(0, "member", self.member);
    field(1, "method", self.method);
    field(2, "destination_id", self.destination_id);
    field(3, "amount", self.amount);
    field(4, "request_key", self.request_key);
    field(5, "ext_ref", self.ext_ref);
    field(6, "due_at", self.due_at);
  }
};

struct WithdrawalCancelled {
  static constexpr std::uint16_t kType = 66;
  static constexpr std::string_view kName = "WithdrawalCancelled";
  WithdrawalId withdrawal;
  MemberId member;
  Money to_available;
  Money to_debt;
  static void fields(auto&& self, auto&& field) {
    field(0, "withdrawal", self.withdrawal);
    field(1, "member", self.member);
    field(2, "to_available", self.to_available);
    field(3, "to_debt", self.to_debt);
  }
};

struct WithdrawalSent {
  static constexpr std::uint16_t kType = 67;
  static constexpr std::string_view kName = "WithdrawalSent";
  WithdrawalId withdrawal;
  MemberId member;
  Money amount;
  std::optional<std::string> processor;
  static void fields(auto&& self, auto&& field) {
    field(0, "withdrawal", self.withdrawal);
    field(1, "member", self.member);
    field(2, "amount", self.amount);
    field(3, "processor", self.processor);
  }
};

struct WithdrawalOutcomeUnknown {
  static constexpr std::uint16_t kType = 68;
  static constexpr std::string_view kName = "WithdrawalOutcomeUnknown";
  WithdrawalId withdrawal;
  MemberId member;
  static void fields(auto&& self, auto&& field) {
    field(0, "withdrawal", self.withdrawal);
    field(1, "member", self.member);
  }
};

struct WithdrawalSettled {
  static constexpr std::uint16_t kType = 69;
  static constexpr std::string_view kName = "WithdrawalSettled";
  WithdrawalId withdrawal;
  MemberId member;
  Money amount;
  Money processor_fee;
  std::optional<std::string> processor_ref;
  static void fields(auto&& self, auto&& field) {
    field(0, "withdrawal", self.withdrawal);
    field(1, "member", self.member);
    field(2, "amount", self.amount);
    field(3, "processor_fee", self.processor_fee);
    field(4, "processor_ref", self.processor_ref);
  }
};

struct WithdrawalRejected {
  static constexpr std::uint16_t kType = 70;
  static constexpr std::string_view kName = "WithdrawalRejected";
  WithdrawalId withdrawal;
  MemberId member;
  Money to_available;
  Money to_debt;
  std::optional<std::string> processor_ref;
  std::optional<std::string> code;
  static void fields(auto&& self, auto&& field) {
    field(0, "withdrawal", self.withdrawal);
    field(1, "member", self.member);
    field(2, "to_available", self.to_available);
    field(3, "to_debt", self.to_debt);
    field(4, "processor_ref", self.processor_ref);
    field(5, "code", self.code);
  }
};

struct WithdrawalSettledAfterRejection {
  static constexpr std::uint16_t kType = 71;
  static constexpr std::string_view kName = "WithdrawalSettledAfterRejection";
  WithdrawalId withdrawal;
  MemberId member;
  Money from_available;
  Money to_debt;
  Money processor_fee;
  std::optional<std::string> processor_ref;
  static void fields(auto&& self, auto&& field) {
    field(0, "withdrawal", self.withdrawal);
    field(1, "member", self.member);
    field(2, "from_available", self.from_available);
    field(3, "to_debt", self.to_debt);
    field(4, "processor_fee", self.processor_fee);
    field(5, "processor_ref", self.processor_ref);
  }
};

struct WithdrawalReturned {
  static constexpr std::uint16_t kType = 72;
  static constexpr std::string_view kName = "WithdrawalReturned";
  WithdrawalId withdrawal;
  MemberId member;
  Money to_available;
  Money to_debt;
  std::optional<std::string> processor_ref;
  std::optional<std::string> code;
  static void fields(auto&& self, auto&& field) { WithdrawalRejected::fields(self, field); }
};

struct BalanceAdjusted {
  static constexpr std::uint16_t kType = 73;
  static constexpr std::string_view kName = "BalanceAdjusted";
  MemberId member;
  Money to_available;  // negative: taken from it
  Money to_debt;       // repaid; never with a negative adjustment
  std::string reason;
  std::vector<std::string> approvers;
  static void fields(auto&& self, auto&& field) {
    field(0, "member", self.member);
    field(1, "to_available", self.to_available);
    field(2, "to_debt", self.to_debt);
    field(3, "reason", self.reason);
    field(4, "approvers", self.approvers);
  }
};

struct PartnerInvoiceIssued {
  static constexpr std::uint16_t kType = 74;
  static constexpr std::string_view kName = "PartnerInvoiceIssued";
  PartnerId partner;
  std::vector<PurchaseId> purchases;
  Money amount;
  static void fields(auto&& self, auto&& field) {
    field(0, "partner", self.partner);
    field(1, "purchases", self.purchases);
    field(2, "amount", self.amount);
  }
};

struct PartnerPaymentReceived {
  static constexpr std::uint16_t kType = 75;
  static constexpr std::string_view kName = "PartnerPaymentReceived";
  PartnerId partner;
  std::vector<PurchaseId> purchases;
  Money amount;
  static void fields(auto&& self, auto&& field) { PartnerInvoiceIssued::fields(self, field); }
};

}  // namespace kopilka::model
