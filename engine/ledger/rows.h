#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/wide.h"
#include "engine/ledger/chart.h"
#include "engine/model/enums.h"
#include "engine/model/ids.h"
#include "engine/model/money.h"
#include "engine/model/personal.h"
#include "engine/model/time.h"

// The ledger's state: what the events of the log add up to. Every row describes its fields once.
namespace kopilka::ledger {

// The rule under which a partner's re-hold stands among a purchase's holds (domain.md §6).
inline constexpr const char* kPartnerHold = "partner";

// A member's five accounts. None is ever negative (I-2), and available and debt are never both
// positive (I-3).
struct Funds {
  model::Money frozen;
  model::Money available;
  model::Money reserved;
  model::Money in_flight;
  model::Money debt;
  bool operator==(const Funds&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "frozen", self.frozen);
    field(1, "available", self.available);
    field(2, "reserved", self.reserved);
    field(3, "in_flight", self.in_flight);
    field(4, "debt", self.debt);
  }
};

struct FrozenPurchase {
  model::Date release_on;
  model::PurchaseId purchase;
  auto operator<=>(const FrozenPurchase&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "release_on", self.release_on);
    field(1, "purchase", self.purchase);
  }
};

struct MemberMoney {
  Funds funds;
  model::Money held_released;          // Σ cashback of released purchases under a hold
  model::Money earned;                 // accrued − declined − clawed back + adjusted
  model::Money paid_out;               // settled net of returns
  std::vector<FrozenPurchase> frozen;  // in the order (release_on, purchase)
  std::vector<std::string> holds;      // rules of the holds on the member
  std::array<std::optional<std::string>, 4> latest_destination;  // by method
  static void fields(auto&& self, auto&& field) {
    field(0, "funds", self.funds);
    field(1, "held_released", self.held_released);
    field(2, "earned", self.earned);
    field(3, "paid_out", self.paid_out);
    field(4, "frozen", self.frozen);
    field(5, "holds", self.holds);
    field(6, "latest_destination", self.latest_destination);
  }
};

// Of available, what a hold keeps from being withdrawn.
[[nodiscard]] inline model::Money held_amount(const MemberMoney& money) {
  return std::min(money.held_released, money.funds.available);
}

struct PartnerMoney {
  model::Money tracked;         // 1200, debits − credits
  model::Money approved;        // 1210
  model::Money invoiced;        // 1220
  model::Money due_to_partner;  // 2210, credits − debits
  static void fields(auto&& self, auto&& field) {
    field(0, "tracked", self.tracked);
    field(1, "approved", self.approved);
    field(2, "invoiced", self.invoiced);
    field(3, "due_to_partner", self.due_to_partner);
  }
};

// Debits − credits of each account of a book, in the order of the chart.
struct Book {
  std::array<base::Int128, kAccountCount> balances{};
  static void fields(auto&& self, auto&& field) { field(0, "balances", self.balances); }
};
using BookId = base::Strong<struct BookTag, std::uint64_t>;
inline constexpr BookId kProgramBook{0};

struct Click {
  model::MemberId member;
  model::PartnerId partner;
  model::Channel channel{};
  model::Instant at;
  static void fields(auto&& self, auto&& field) {
    field(0, "member", self.member);
    field(1, "partner", self.partner);
    field(2, "channel", self.channel);
    field(3, "at", self.at);
  }
};

struct ClickKey {
  std::string click_id;
  bool operator==(const ClickKey&) const = default;
  static void fields(auto&& self, auto&& field) { field(0, "click_id", self.click_id); }
};

// The partner's side and the member's side of a purchase move independently (domain.md §6).
enum class PartnerSide : std::uint8_t { tracked, approved, declined };
enum class MemberSide : std::uint8_t { frozen, released, clawed_back, cancelled };

// What a partner's message is compared with: the latest applied one. `sums` stands for the set of
// (line, amount, tariff) with an amount above 0.
struct LastMessage {
  model::PurchaseStatus status{};
  model::Instant status_at;
  base::Hash128 sums{};
  model::Seq first;        // of the events that applied it
  std::uint32_t count{0};  // of those events
  static void fields(auto&& self, auto&& field) {
    field(0, "status", self.status);
    field(1, "status_at", self.status_at);
    field(2, "sums", self.sums);
    field(3, "first", self.first);
    field(4, "count", self.count);
  }
};

// What a message may never change once recorded.
struct FixedFacts {
  model::Instant purchase_at;
  std::optional<std::string> click_id;
  std::optional<model::LookupHash> card;
  std::optional<std::string> currency;  // absent: RUB
  std::optional<model::ExchangeRate> fx_rate;
  static void fields(auto&& self, auto&& field) {
    field(0, "purchase_at", self.purchase_at);
    field(1, "click_id", self.click_id);
    field(2, "card", self.card);
    field(3, "currency", self.currency);
    field(4, "fx_rate", self.fx_rate);
  }
};

struct Purchase {
  model::PartnerId partner;
  std::string action_id;
  model::MemberId member;
  LastMessage last;
  FixedFacts facts;
  PartnerSide partner_side{};
  MemberSide member_side{};
  model::Receivable receivable{};
  model::Money base;
  model::Money cashback;
  model::Money commission;
  bool capped{false};  // a cap has cut the cashback that stands
  std::uint32_t revision{0};
  model::TermsId terms;
  model::Date release_on;
  bool release_needs_approval{false};
  std::vector<std::string> holds;  // rules
  static void fields(auto&& self, auto&& field) {
    field(0, "partner", self.partner);
    field(1, "action_id", self.action_id);
    field(2, "member", self.member);
    field(3, "last", self.last);
    field(4, "facts", self.facts);
    field(5, "partner_side", self.partner_side);
    field(6, "member_side", self.member_side);
    field(7, "receivable", self.receivable);
    field(8, "base", self.base);
    field(9, "cashback", self.cashback);
    field(10, "commission", self.commission);
    field(11, "capped", self.capped);
    field(12, "revision", self.revision);
    field(13, "terms", self.terms);
    field(14, "release_on", self.release_on);
    field(15, "release_needs_approval", self.release_needs_approval);
    field(16, "holds", self.holds);
  }
};

struct Parked {
  model::PartnerId partner;
  std::string action_id;
  model::ParkedWhy why{};
  LastMessage last;
  FixedFacts facts;
  model::Date expires_on;  // the business day that ends the parking
  bool expired{false};
  static void fields(auto&& self, auto&& field) {
    field(0, "partner", self.partner);
    field(1, "action_id", self.action_id);
    field(2, "why", self.why);
    field(3, "last", self.last);
    field(4, "facts", self.facts);
    field(5, "expires_on", self.expires_on);
    field(6, "expired", self.expired);
  }
};

// A partner's action: the identity of a purchase, before and after it is attributed (I-7).
struct ActionKey {
  model::PartnerId partner;
  std::string action_id;
  bool operator==(const ActionKey&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "partner", self.partner);
    field(1, "action_id", self.action_id);
  }
};
struct Action {
  std::optional<model::PurchaseId> purchase;
  std::optional<model::ParkedId> parked;
  static void fields(auto&& self, auto&& field) {
    field(0, "purchase", self.purchase);
    field(1, "parked", self.parked);
  }
};

// What a member's purchases of a partner and a Moscow month stand at: the used part of a cap.
struct MonthKey {
  model::MemberId member;
  model::PartnerId partner;
  std::uint32_t month{0};
  bool operator==(const MonthKey&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "member", self.member);
    field(1, "partner", self.partner);
    field(2, "month", self.month);
  }
};
struct MonthUsage {
  model::Money cashback;
  static void fields(auto&& self, auto&& field) { field(0, "cashback", self.cashback); }
};

// What falls due on a day, in the order of its ids: a list in chunks, so that one more id does not
// rewrite the day.
inline constexpr std::uint32_t kDueChunk = 256;
struct DueKey {
  model::Date day;
  std::uint32_t chunk{0};
  bool operator==(const DueKey&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "day", self.day);
    field(1, "chunk", self.chunk);
  }
};
struct DueDay {
  std::uint32_t count{0};
  static void fields(auto&& self, auto&& field) { field(0, "count", self.count); }
};
struct DueIds {
  std::vector<std::uint64_t> ids;
  static void fields(auto&& self, auto&& field) { field(0, "ids", self.ids); }
};

struct DestinationKey {
  model::MemberId member;
  std::string destination_id;
  bool operator==(const DestinationKey&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "member", self.member);
    field(1, "destination_id", self.destination_id);
  }
};
struct Destination {
  model::WithdrawalMethod method{};
  std::string mask;
  model::LookupHash value_hash;
  model::Sealed value;
  std::vector<std::string> holds;
  static void fields(auto&& self, auto&& field) {
    field(0, "method", self.method);
    field(1, "mask", self.mask);
    field(2, "value_hash", self.value_hash);
    field(3, "value", self.value);
    field(4, "holds", self.holds);
  }
};

struct Withdrawal {
  model::MemberId member;
  model::WithdrawalMethod method{};
  std::string destination_id;
  model::Money amount;
  model::WithdrawalState state{};
  std::string request_key;
  std::string ext_ref;
  model::Instant requested_at;
  model::Instant due_at;
  static void fields(auto&& self, auto&& field) {
    field(0, "member", self.member);
    field(1, "method", self.method);
    field(2, "destination_id", self.destination_id);
    field(3, "amount", self.amount);
    field(4, "state", self.state);
    field(5, "request_key", self.request_key);
    field(6, "ext_ref", self.ext_ref);
    field(7, "requested_at", self.requested_at);
    field(8, "due_at", self.due_at);
  }
};
struct ExtRefKey {
  std::string ext_ref;
  bool operator==(const ExtRefKey&) const = default;
  static void fields(auto&& self, auto&& field) { field(0, "ext_ref", self.ext_ref); }
};
struct RequestKey {
  model::MemberId member;
  std::string key;
  bool operator==(const RequestKey&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "member", self.member);
    field(1, "key", self.key);
  }
};
struct WithdrawalLink {
  model::WithdrawalId withdrawal;
  static void fields(auto&& self, auto&& field) { field(0, "withdrawal", self.withdrawal); }
};

// The business day that is open; one row.
using DayId = base::Strong<struct DayTag, std::uint64_t>;
inline constexpr DayId kToday{0};
struct BusinessDay {
  std::optional<model::Date> date;  // absent: none was opened yet
  static void fields(auto&& self, auto&& field) { field(0, "date", self.date); }
};

}  // namespace kopilka::ledger
