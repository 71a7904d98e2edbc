#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "engine/model/enums.h"
#include "engine/model/ids.h"
#include "engine/model/money.h"
#include "engine/model/names.h"
#include "engine/model/refusal.h"
#include "engine/model/time.h"

// What a command is answered (interface.md §1). Results describe themselves with `fields` under the
// names that a caller reads; rows keep them, so that a retry gets the first answer. Values are
// stored: append, never renumber.
namespace kopilka::model {

enum class AnswerStatus : std::uint8_t {
  accepted,   // recorded
  duplicate,  // the same key and content, or the same delivery of a partner: nothing new
  stale,      // older than what is known; nothing recorded
  refused,    // a rule said no
  invalid,    // malformed; nothing recorded, the key not used up
};
template <>
inline constexpr std::array<std::string_view, 5> kNames<AnswerStatus>{
    "accepted", "duplicate", "stale", "refused", "invalid"};

// How a caller sees a reported purchase.
enum class PurchaseState : std::uint8_t { tracked, approved, declined, unattributed };
template <>
inline constexpr std::array<std::string_view, 4> kNames<PurchaseState>{"tracked", "approved",
                                                                       "declined", "unattributed"};

struct PurchaseResult {
  std::optional<PurchaseId> purchase;  // absent: parked, it has no id yet
  PurchaseState state{};
  std::optional<ParkedWhy> why;  // present exactly when unattributed
  std::optional<Money> cashback;
  std::optional<Date> release_on;
  bool operator==(const PurchaseResult&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "purchase_id", self.purchase);
    field(1, "state", self.state);
    field(2, "why", self.why);
    field(3, "cashback", self.cashback);
    field(4, "release_on", self.release_on);
  }
};

struct WithdrawalResult {
  WithdrawalId withdrawal;
  std::string ext_ref;
  Instant due_at;
  bool operator==(const WithdrawalResult&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "withdrawal_id", self.withdrawal);
    field(1, "ext_ref", self.ext_ref);
    field(2, "due_at", self.due_at);
  }
};

struct ClickResult {
  std::string click_id;
  bool operator==(const ClickResult&) const = default;
  static void fields(auto&& self, auto&& field) { field(0, "click_id", self.click_id); }
};

struct TermsResult {
  TermsId terms;
  bool operator==(const TermsResult&) const = default;
  static void fields(auto&& self, auto&& field) { field(0, "terms_id", self.terms); }
};

struct DestinationResult {
  std::string destination_id;
  bool operator==(const DestinationResult&) const = default;
  static void fields(auto&& self, auto&& field) { field(0, "destination_id", self.destination_id); }
};

// The index is stored: append, never reorder.
using CommandResult = std::variant<std::monostate, PurchaseResult, WithdrawalResult, ClickResult,
                                   TermsResult, DestinationResult>;

// What the first delivery of the same command, or of the same fact of a partner, was answered.
struct Original {
  AnswerStatus status{};
  std::optional<Refusal> refusal;  // present exactly when refused
  Seq first;                       // of its events, which follow one another; meaningless without
  std::uint32_t count{0};          // events
  CommandResult result;
  bool operator==(const Original&) const = default;
};

struct Answer {
  AnswerStatus status{};
  std::optional<Refusal> refusal;  // present exactly when refused
  std::optional<Invalid> invalid;  // present exactly when invalid
  std::string message;             // for people; may be empty; never holds personal data
  Seq first;                       // of the events made by the command itself; meaningless without
  std::uint32_t count{0};          // events
  CommandResult result;
  std::optional<Original> original;  // present exactly when duplicate
  bool operator==(const Answer&) const = default;
};

}  // namespace kopilka::model
