#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/ledger/rows.h"
#include "engine/model/ids.h"
#include "engine/model/time.h"

// What the statements keep: one row a thing. A change of these rows is a new version of the model.
namespace kopilka::projections::statements {

// Account by account.
[[nodiscard]] inline ledger::Funds sum(const ledger::Funds& one, const ledger::Funds& other) {
  return {one.frozen + other.frozen, one.available + other.available, one.reserved + other.reserved,
          one.in_flight + other.in_flight, one.debt + other.debt};
}

// A member who was admitted; what every entry so far adds up to.
struct MemberAccount {
  ledger::Funds funds;
  std::uint64_t entries{0};
  model::Seq first_seq;  // of the event that made the member known
  static void fields(auto&& self, auto&& field) {
    field(0, "funds", self.funds);
    field(1, "entries", self.entries);
    field(2, "first_seq", self.first_seq);
  }
};

struct EntryKey {
  model::MemberId member;
  model::Seq seq;
  bool operator==(const EntryKey&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "member", self.member);
    field(1, "seq", self.seq);
  }
};

// An event that moved something of a member's five accounts, and what they stood at after it.
struct Entry {
  model::Instant recorded_at;
  model::Instant effective_at;
  std::uint16_t type{0};  // kType of the event
  std::optional<model::PurchaseId> purchase;
  std::optional<model::WithdrawalId> withdrawal;
  ledger::Funds change;
  ledger::Funds balance;  // in the order of the log
  static void fields(auto&& self, auto&& field) {
    field(0, "recorded_at", self.recorded_at);
    field(1, "effective_at", self.effective_at);
    field(2, "type", self.type);
    field(3, "purchase", self.purchase);
    field(4, "withdrawal", self.withdrawal);
    field(5, "change", self.change);
    field(6, "balance", self.balance);
  }
};

struct PurchaseEventKey {
  model::PurchaseId purchase;
  model::Seq seq;
  bool operator==(const PurchaseEventKey&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "purchase", self.purchase);
    field(1, "seq", self.seq);
  }
};

struct WithdrawalEventKey {
  model::WithdrawalId withdrawal;
  model::Seq seq;
  bool operator==(const WithdrawalEventKey&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "withdrawal", self.withdrawal);
    field(1, "seq", self.seq);
  }
};

// A parked message has no purchase yet: it goes by its partner's name for it.
struct ParkedEventKey {
  model::PartnerId partner;
  std::string action_id;
  model::Seq seq;
  bool operator==(const ParkedEventKey&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "partner", self.partner);
    field(1, "action_id", self.action_id);
    field(2, "seq", self.seq);
  }
};

// That an event named a thing.
struct Mention {
  model::Instant recorded_at;
  model::Instant effective_at;
  std::uint16_t type{0};  // kType of the event
  static void fields(auto&& self, auto&& field) {
    field(0, "recorded_at", self.recorded_at);
    field(1, "effective_at", self.effective_at);
    field(2, "type", self.type);
  }
};

}  // namespace kopilka::projections::statements
