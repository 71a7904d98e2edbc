#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/ledger/rows.h"
#include "engine/model/ids.h"
#include "engine/model/money.h"
#include "engine/model/time.h"

// What the statements keep: one row a thing. A change of these rows is a new version of the model.
namespace kopilka::projections::statements {

// Account by account.
[[nodiscard]] inline ledger::Funds sum(const ledger::Funds& one, const ledger::Funds& other) {
  return {one.frozen + other.frozen, one.available + other.available, one.reserved + other.reserved,
          one.in_flight + other.in_flight, one.debt + other.debt};
}

// What a member's movements add up to.
struct Totals {
  ledger::Funds funds;
  model::Money withdrawn;  // settled, net of what came back
  void add(const Totals& other) {
    funds = sum(funds, other.funds);
    withdrawn += other.withdrawn;
  }
  bool operator==(const Totals&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "funds", self.funds);
    field(1, "withdrawn", self.withdrawn);
  }
};

// Entries of a member are numbered from 1 in the order of the log; 0: none.
using EntryNumber = std::uint32_t;

// Most of what becomes known later was also true later. So a member's entries are dealt into a few
// chains, each in order on both clocks: an entry goes into the first chain whose last one is not
// effective after it. What fits into none of them goes into a last chain, in the order of the log
// only, and into a tree by effective_at of which every state is kept (DatedNode).
inline constexpr std::size_t kOrderedChains = 3;

// The sums of a chain up to some of its entries are kept as fences: before an entry that comes this
// many numbers or more after the last fence's. So from a fence on, what belongs to the chain before
// its next fence lies within this many numbers.
inline constexpr EntryNumber kFenceEvery = 16;

struct Chain {
  model::Instant last;    // effective_at of its last entry
  Totals sum;             // of all its entries
  EntryNumber fenced{0};  // where its last fence stands
  std::uint32_t fences{0};
  static void fields(auto&& self, auto&& field) {
    field(0, "last", self.last);
    field(1, "sum", self.sum);
    field(2, "fenced", self.fenced);
    field(3, "fences", self.fences);
  }
};

// A member who was admitted, or has an entry.
struct MemberAccount {
  EntryNumber entries{0};
  model::Seq first_seq;       // of the event that made the member known
  model::Seq last_seq;        // of the last entry
  EntryNumber dated{0};       // the last entry that no ordered chain took
  std::vector<Chain> chains;  // those that have entries; one after the ordered is the last
  static void fields(auto&& self, auto&& field) {
    field(0, "entries", self.entries);
    field(1, "first_seq", self.first_seq);
    field(2, "last_seq", self.last_seq);
    field(3, "dated", self.dated);
    field(4, "chains", self.chains);
  }
};

struct EntryKey {
  model::MemberId member;
  EntryNumber number{0};
  bool operator==(const EntryKey&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "member", self.member);
    field(1, "number", self.number);
  }
};

// An event that moved something of a member's five accounts, and what they stood at after it.
struct Entry {
  model::Seq seq;
  model::Instant recorded_at;
  std::int64_t late_by{0};  // microseconds from effective_at to recorded_at
  std::uint16_t type{0};    // kType of the event
  std::uint8_t chain{0};    // which of its member's took it
  std::optional<model::PurchaseId> purchase;
  std::optional<model::WithdrawalId> withdrawal;
  ledger::Funds change;
  ledger::Funds balance;  // in the order of the log
  [[nodiscard]] model::Instant effective_at() const {
    return recorded_at - model::Span::micros(late_by);
  }
  static void fields(auto&& self, auto&& field) {
    field(0, "seq", self.seq);
    field(1, "recorded_at", self.recorded_at);
    field(2, "late_by", self.late_by);
    field(3, "type", self.type);
    field(4, "chain", self.chain);
    field(5, "purchase", self.purchase);
    field(6, "withdrawal", self.withdrawal);
    field(7, "change", self.change);
    field(8, "balance", self.balance);
  }
};

// The fences of a chain, and above them the first of each node below but the first: a tree that
// only ever grows at its end.
inline constexpr std::uint32_t kFencesPerNode = 16;

struct FenceKey {
  model::MemberId member;
  std::uint8_t chain{0};
  std::uint8_t level{0};  // 0: the fences themselves
  std::uint32_t node{0};  // of its level, from 0
  bool operator==(const FenceKey&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "member", self.member);
    field(1, "chain", self.chain);
    field(2, "level", self.level);
    field(3, "node", self.node);
  }
};

struct Fence {
  EntryNumber number{0};  // the entry that it stands before
  model::Seq seq;         // of that entry, as
  model::Instant effective_at;
  Totals before;  // of the chain's entries before it
  static void fields(auto&& self, auto&& field) {
    field(0, "number", self.number);
    field(1, "seq", self.seq);
    field(2, "effective_at", self.effective_at);
    field(3, "before", self.before);
  }
};

struct FenceNode {
  std::vector<Fence> fences;  // 1 to kFencesPerNode
  static void fields(auto&& self, auto&& field) { field(0, "fences", self.fences); }
};

// A B-tree by effective_at of the entries that no ordered chain took. Nodes are never changed: each
// entry makes the path to its place anew, so the tree that an entry made is what was known then.
struct DatedKey {
  model::MemberId member;
  EntryNumber entry{0};  // that made the node
  std::uint8_t slot{0};  // 0: the root
  bool operator==(const DatedKey&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "member", self.member);
    field(1, "entry", self.entry);
    field(2, "slot", self.slot);
  }
};

inline constexpr std::size_t kDatedPerNode = 16;

struct DatedPart {
  model::Instant from;   // effective_at, the first of those below
  Totals sum;            // of all below
  EntryNumber entry{0};  // with `slot`, the node below; 0: there is none
  std::uint8_t slot{0};
  static void fields(auto&& self, auto&& field) {
    field(0, "from", self.from);
    field(1, "sum", self.sum);
    field(2, "entry", self.entry);
    field(3, "slot", self.slot);
  }
};

struct DatedNode {
  std::vector<DatedPart> parts;  // 1 to kDatedPerNode, ascending by `from`
  static void fields(auto&& self, auto&& field) { field(0, "parts", self.parts); }
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
