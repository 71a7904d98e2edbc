#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/base/bytes.h"
#include "engine/base/strong.h"
#include "engine/ledger/tables.h"
#include "engine/model/answer.h"
#include "engine/model/batch.h"
#include "engine/registry/tables.h"
#include "engine/state/table.h"

namespace kopilka::shard {

// The version of all rows below. Another one means: rebuild from the log.
inline constexpr std::uint32_t kStateVersion = 2;
inline constexpr std::string_view kStateName = "shard";

// What was answered under a key, so that a retry gets the same (domain.md §4).
struct KeyKey {
  std::string principal;
  std::string key;
  bool operator==(const KeyKey&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "principal", self.principal);
    field(1, "key", self.key);
  }
};
struct KnownKey {
  model::Mac mac;
  model::Date day;       // the business day on which it was used
  bool for_life{false};  // withdrawals and adjustments
  model::Original answer;
  static void fields(auto&& self, auto&& field) {
    field(0, "mac", self.mac);
    field(1, "day", self.day);
    field(2, "for_life", self.for_life);
    field(3, "status", self.answer.status);
    field(4, "refusal", self.answer.refusal);
    field(5, "first", self.answer.first);
    field(6, "count", self.answer.count);
    field(7, "result", self.answer.result);
  }
};

// Keys that are not kept for life, by the seq of the first event that was recorded under them, so
// that old ones are found without looking for them.
struct QueuedKey {
  KeyKey key;
  model::Date day;  // of its row; a row of a later day is another use
  static void fields(auto&& self, auto&& field) {
    field(0, "key", self.key);
    field(1, "day", self.day);
  }
};
// How far keys are forgotten; one row.
using KeyCursorId = base::Strong<struct KeyCursorTag, std::uint64_t>;
inline constexpr KeyCursorId kKeyCursor{0};
struct KeyCursor {
  std::uint64_t next{1};              // the seq from which on they stay
  std::optional<model::Date> oldest;  // when that one was used, as far as it is known
  static void fields(auto&& self, auto&& field) {
    field(0, "next", self.next);
    field(1, "oldest", self.oldest);
  }
};

// A key is forgotten 400 business days after its use, in slices of the log: one when a day opens
// and one whenever so many more events were recorded. A slice reaches further than what an entry
// adds.
inline constexpr std::uint64_t kSeqsPerSlice = 2'000;
inline constexpr std::uint64_t kSeqsBetweenSlices = 500;
// Keys of so many of the latest events stay, however old. A file that leaps over years may be cut
// short after its batches were recorded and before they were answered; its lines are asked for
// again then. Two batches of 1 MiB hold fewer events.
inline constexpr std::uint64_t kSeqsKeptMin = 65'536;

// How far a source has been read.
struct SourceKey {
  std::string source;
  bool operator==(const SourceKey&) const = default;
  static void fields(auto&& self, auto&& field) { field(0, "source", self.source); }
};
struct SourceProgress {
  std::uint64_t position{0};
  base::Hash256 digest{};
  static void fields(auto&& self, auto&& field) {
    field(0, "position", self.position);
    field(1, "digest", self.digest);
  }
};

// Everything that deciding needs to know: a function of the log up to its head.
struct State {
  registry::Tables registry;
  ledger::Tables ledger;
  state::Table<KeyKey, KnownKey> keys{'0'};
  state::Table<SourceKey, SourceProgress> sources{'1'};
  state::Table<model::Seq, QueuedKey> queued_keys{'2'};
  state::Table<KeyCursorId, KeyCursor> key_cursor{'3'};

  void for_each_table(auto&& visit) { visit_all(*this, visit); }
  void for_each_table(auto&& visit) const { visit_all(*this, visit); }

  [[nodiscard]] ledger::View view() const { return {registry, ledger}; }

 private:
  static void visit_all(auto& self, auto&& visit) {
    self.registry.for_each_table(visit);
    self.ledger.for_each_table(visit);
    visit(self.keys);
    visit(self.sources);
    visit(self.queued_keys);
    visit(self.key_cursor);
  }
};

// Folds what one command or one turn of time recorded. `first` is its first event's seq.
void fold(State& state, const model::Entry& entry, model::Seq first);
void fold(State& state, const model::SourcePosition& source);

// A key is answered for 400 business days, or for life; its row may stay a little longer.
[[nodiscard]] bool is_remembered(const KnownKey& known, std::optional<model::Date> business_day);

}  // namespace kopilka::shard
