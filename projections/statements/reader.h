#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/ledger/rows.h"
#include "engine/model/ids.h"
#include "engine/model/money.h"
#include "engine/model/time.h"
#include "engine/ports/state_store.h"
#include "projections/statements/rows.h"

namespace kopilka::projections::statements {

struct Statements;

// A line of a member's statement.
struct StatementEntry {
  model::Seq position;
  model::Instant recorded_at;
  model::Instant effective_at;
  std::string_view event;  // its name; stands for ever
  std::optional<model::PurchaseId> purchase;
  std::optional<model::WithdrawalId> withdrawal;
  ledger::Funds change;
  ledger::Funds balance;  // what the entries up to this one add up to
};

// An event that named a purchase, a parked message or a withdrawal.
struct HistoryEntry {
  model::Seq position;
  model::Instant recorded_at;
  model::Instant effective_at;
  std::string_view event;  // its name; stands for ever
};

// Which movements count (domain.md §3). Both may be given.
struct Clocks {
  std::optional<model::Instant> as_of;  // those effective at or before
  std::optional<model::Seq> as_known;   // those that the log held up to there
};

struct EntryRange {
  model::Seq after;  // entries that follow this position; 0: all
  std::size_t limit{std::numeric_limits<std::size_t>::max()};
  Clocks clocks;
};

// Queries of the statements, over what is loaded and, unless null, what is stored. Valid as long as
// both; used on the thread that folds. Errors are the store's.
class Reader {
 public:
  Reader(const Statements& model, ports::StateStore* store) : model_(&model), store_(store) {}

  // In the order of the log. Balances restart from zero under `as_of`: a restatement, which may
  // show what was never true at any recorded moment. Empty: no movements, or no such member. Linear
  // in what is returned, and in the entries between that `as_of` leaves out.
  [[nodiscard]] base::Result<std::vector<StatementEntry>> entries(model::MemberId member,
                                                                  const EntryRange& range) const;

  // What the member's movements add up to; nothing: no such member as far as is known. With a clock
  // given, logarithmic in the member's entries.
  [[nodiscard]] base::Result<std::optional<ledger::Funds>> funds(model::MemberId member,
                                                                 const Clocks& clocks) const;

  // Of each of many members, in their order; zeros for whom nothing is known. Each costs what
  // `funds` does.
  [[nodiscard]] base::Result<std::vector<Totals>> totals(std::span<const model::MemberId> members,
                                                         const Clocks& clocks) const;

  // Every event that named the thing, up to `as_known`, in the order of the log.
  [[nodiscard]] base::Result<std::vector<HistoryEntry>> purchase_history(
      model::PurchaseId purchase, std::optional<model::Seq> as_known = {}) const;
  [[nodiscard]] base::Result<std::vector<HistoryEntry>> withdrawal_history(
      model::WithdrawalId withdrawal, std::optional<model::Seq> as_known = {}) const;
  // Of the messages that could not be attributed; ends where the purchase's own history begins.
  [[nodiscard]] base::Result<std::vector<HistoryEntry>> parked_history(
      model::PartnerId partner, const std::string& action_id,
      std::optional<model::Seq> as_known = {}) const;

 private:
  const Statements* model_;
  ports::StateStore* store_;
};

}  // namespace kopilka::projections::statements
