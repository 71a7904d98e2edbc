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

// What happened to days, clicks and purchases (domain.md §4, ledger). Each event carries every
// amount and standing that its postings need, so that postings are a function of the event alone
// and a reader folds it without looking anything up. `kType` is stored: never renumber or reuse.
namespace kopilka::model {

struct BusinessDayOpened {
  static constexpr std::uint16_t kType = 50;
  static constexpr std::string_view kName = "BusinessDayOpened";
  Date date;
  bool working{false};
  static void fields(auto&& self, auto&& field) {
    field(0, "date", self.date);
    field(1, "working", self.working);
  }
};

struct ClickRegistered {
  static constexpr std::uint16_t kType = 51;
  static constexpr std::string_view kName = "ClickRegistered";
  std::string click_id;
  MemberId member;
  PartnerId partner;
  Channel channel{};
  static void fields(auto&& self, auto&& field) {
    field(0, "click_id", self.click_id);
    field(1, "member", self.member);
    field(2, "partner", self.partner);
    field(3, "channel", self.channel);
  }
};

// One line of an order with what it earned under its tariff.
struct EarnedLine {
  std::uint32_t line{0};
  Money amount;                       // minor units of the order's currency
  std::optional<std::string> tariff;  // as the message named it
  std::optional<Money> base;          // kopecks, when converted from a foreign currency
  std::optional<Rate> rate;           // absent: a fixed tariff, or nothing earned
  Money cashback;                     // before caps
  Money commission;
  bool operator==(const EarnedLine&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "line", self.line);
    field(1, "amount", self.amount);
    field(2, "tariff", self.tariff);
    field(3, "base", self.base);
    field(4, "rate", self.rate);
    field(5, "cashback", self.cashback);
    field(6, "commission", self.commission);
  }
};

// The purchase's id is the seq of this event.
struct PurchaseRecorded {
  static constexpr std::uint16_t kType = 52;
  static constexpr std::string_view kName = "PurchaseRecorded";
  PartnerId partner;
  std::string action_id;
  std::optional<std::string> order_id;
  MemberId member;
  OrganizationId organization;  // where the member was on the purchase's day
  MemberCategory category{};
  Channel channel{};
  PurchaseStatus status{};
  Instant status_at;
  Instant purchase_at;
  std::optional<std::string> click_id;
  std::optional<LookupHash> card;
  std::optional<std::string> currency;  // absent: RUB
  std::optional<ExchangeRate> fx_rate;
  std::vector<EarnedLine> lines;
  Money base;  // kopecks; with cashback and commission 0 when first reported declined
  Money cashback;
  Money commission;
  std::optional<Money> capped_from;
  TermsId terms;
  std::uint16_t freeze_days{0};
  Date release_on;
  bool release_needs_approval{false};  // by terms, or recorded when its release day had come
  std::optional<ParkedId> parked;      // the parked message that this attributes
  static void fields(auto&& self, auto&& field) {
    field(0, "partner", self.partner);
    field(1, "action_id", self.action_id);
    field(2, "order_id", self.order_id);
    field(3, "member", self.member);
    field(4, "organization", self.organization);
    field(5, "category", self.category);
    field(6, "channel", self.channel);
    field(7, "status", self.status);
    field(8, "status_at", self.status_at);
    field(9, "purchase_at", self.purchase_at);
    field(10, "click_id", self.click_id);
    field(11, "card", self.card);
    field(12, "currency", self.currency);
    field(13, "fx_rate", self.fx_rate);
    field(14, "lines", self.lines);
    field(15, "base", self.base);
    field(16, "cashback", self.cashback);
    field(17, "commission", self.commission);
    field(18, "capped_from", self.capped_from);
    field(19, "terms", self.terms);
    field(20, "freeze_days", self.freeze_days);
    field(21, "release_on", self.release_on);
    field(22, "release_needs_approval", self.release_needs_approval);
    field(23, "parked", self.parked);
  }
};

// A message that could not be attributed. It holds no money. The parking's id is the seq of the
// first such event of the action (or of the first after it expired).
struct PurchaseUnattributed {
  static constexpr std::uint16_t kType = 53;
  static constexpr std::string_view kName = "PurchaseUnattributed";
  PartnerId partner;
  std::string action_id;
  std::optional<std::string> order_id;
  ParkedWhy why{};
  PurchaseStatus status{};
  Instant status_at;
  Instant purchase_at;
  std::optional<std::string> click_id;
  std::optional<LookupHash> card;
  std::optional<std::string> currency;
  std::optional<ExchangeRate> fx_rate;
  std::vector<EarnedLine> lines;   // amounts and tariffs only: nothing was earned
  std::optional<ParkedId> parked;  // absent: this event begins the parking
  static void fields(auto&& self, auto&& field) {
    field(0, "partner", self.partner);
    field(1, "action_id", self.action_id);
    field(2, "order_id", self.order_id);
    field(3, "why", self.why);
    field(4, "status", self.status);
    field(5, "status_at", self.status_at);
    field(6, "purchase_at", self.purchase_at);
    field(7, "click_id", self.click_id);
    field(8, "card", self.card);
    field(9, "currency", self.currency);
    field(10, "fx_rate", self.fx_rate);
    field(11, "lines", self.lines);
    field(12, "parked", self.parked);
  }
};

struct PurchaseExpired {
  static constexpr std::uint16_t kType = 54;
  static constexpr std::string_view kName = "PurchaseExpired";
  PartnerId partner;
  std::string action_id;
  ParkedId parked;
  static void fields(auto&& self, auto&& field) {
    field(0, "partner", self.partner);
    field(1, "action_id", self.action_id);
    field(2, "parked", self.parked);
  }
};

// What a purchase's money stands at before an event: the amounts that move with it and the
// accounts that they leave (domain.md §6: receivable_account, margin_account).
struct Standing {
  Money cashback;
  Money commission;
  Receivable receivable{};
  Margin margin{};
  bool operator==(const Standing&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "cashback", self.cashback);
    field(1, "commission", self.commission);
    field(2, "receivable", self.receivable);
    field(3, "margin", self.margin);
  }
};

struct PurchaseApproved {
  static constexpr std::uint16_t kType = 55;
  static constexpr std::string_view kName = "PurchaseApproved";
  PurchaseId purchase;
  PartnerId partner;
  MemberId member;
  Instant status_at;
  Standing standing;
  static void fields(auto&& self, auto&& field) {
    field(0, "purchase", self.purchase);
    field(1, "partner", self.partner);
    field(2, "member", self.member);
    field(3, "status_at", self.status_at);
    field(4, "standing", self.standing);
  }
};

struct PurchaseReheld {
  static constexpr std::uint16_t kType = 56;
  static constexpr std::string_view kName = "PurchaseReheld";
  PurchaseId purchase;
  PartnerId partner;
  MemberId member;
  PurchaseStatus status{};  // pending or new
  Instant status_at;
  Standing standing;
  static void fields(auto&& self, auto&& field) {
    field(0, "purchase", self.purchase);
    field(1, "partner", self.partner);
    field(2, "member", self.member);
    field(3, "status", self.status);
    field(4, "status_at", self.status_at);
    field(5, "standing", self.standing);
  }
};

struct PurchaseReaffirmed {
  static constexpr std::uint16_t kType = 57;
  static constexpr std::string_view kName = "PurchaseReaffirmed";
  PurchaseId purchase;
  PartnerId partner;
  MemberId member;
  PurchaseStatus status{};
  Instant status_at;
  static void fields(auto&& self, auto&& field) {
    field(0, "purchase", self.purchase);
    field(1, "partner", self.partner);
    field(2, "member", self.member);
    field(3, "status", self.status);
    field(4, "status_at", self.status_at);
  }
};

// Other sums under the purchase's own terms. `standing` is what stood before.
struct PurchaseAdjusted {
  static constexpr std::uint16_t kType = 58;
  static constexpr std::string_view kName = "PurchaseAdjusted";
  PurchaseId purchase;
  PartnerId partner;
  MemberId member;
  std::uint32_t revision{0};  // 1 for the first change of sums
  PurchaseStatus status{};
  Instant status_at;
  std::vector<EarnedLine> lines;
  Money base;
  Money cashback;
  Money commission;
  std::optional<Money> capped_from;
  Standing standing;
  static void fields(auto&& self, auto&& field) {
    field(0, "purchase", self.purchase);
    field(1, "partner", self.partner);
    field(2, "member", self.member);
    field(3, "revision", self.revision);
    field(4, "status", self.status);
    field(5, "status_at", self.status_at);
    field(6, "lines", self.lines);
    field(7, "base", self.base);
    field(8, "cashback", self.cashback);
    field(9, "commission", self.commission);
    field(10, "capped_from", self.capped_from);
    field(11, "standing", self.standing);
  }
};

// Declined before release. Afterwards: CashbackClawedBack.
struct PurchaseDeclined {
  static constexpr std::uint16_t kType = 59;
  static constexpr std::string_view kName = "PurchaseDeclined";
  PurchaseId purchase;
  PartnerId partner;
  MemberId member;
  Instant status_at;
  std::optional<std::string> reason;
  std::vector<EarnedLine> lines;  // as the message named them, when other than known; no earnings
  Standing standing;
  static void fields(auto&& self, auto&& field) {
    field(0, "purchase", self.purchase);
    field(1, "partner", self.partner);
    field(2, "member", self.member);
    field(3, "status_at", self.status_at);
    field(4, "reason", self.reason);
    field(5, "lines", self.lines);
    field(6, "standing", self.standing);
  }
};

struct FreezeExpired {
  static constexpr std::uint16_t kType = 60;
  static constexpr std::string_view kName = "FreezeExpired";
  PurchaseId purchase;
  PartnerId partner;
  MemberId member;
  Money to_available;
  Money to_debt;
  static void fields(auto&& self, auto&& field) {
    field(0, "purchase", self.purchase);
    field(1, "partner", self.partner);
    field(2, "member", self.member);
    field(3, "to_available", self.to_available);
    field(4, "to_debt", self.to_debt);
  }
};

// After release: whole (declined) or in part (smaller sums). Cashback and commission are what
// stands afterwards; `standing` is what stood before.
struct CashbackClawedBack {
  static constexpr std::uint16_t kType = 61;
  static constexpr std::string_view kName = "CashbackClawedBack";
  PurchaseId purchase;
  PartnerId partner;
  MemberId member;
  std::uint32_t revision{0};
  PurchaseStatus status{};
  Instant status_at;
  std::optional<std::string> reason;
  std::vector<EarnedLine> lines;  // when other than known; no earnings when declined
  Money base;
  Money cashback;
  Money commission;
  std::optional<Money> capped_from;
  Money from_available;
  Money to_debt;
  Standing standing;
  static void fields(auto&& self, auto&& field) {
    field(0, "purchase", self.purchase);
    field(1, "partner", self.partner);
    field(2, "member", self.member);
    field(3, "revision", self.revision);
    field(4, "status", self.status);
    field(5, "status_at", self.status_at);
    field(6, "reason", self.reason);
    field(7, "lines", self.lines);
    field(8, "base", self.base);
    field(9, "cashback", self.cashback);
    field(10, "commission", self.commission);
    field(11, "capped_from", self.capped_from);
    field(12, "from_available", self.from_available);
    field(13, "to_debt", self.to_debt);
    field(14, "standing", self.standing);
  }
};

}  // namespace kopilka::model
