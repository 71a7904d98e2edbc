#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/wide.h"
#include "engine/journal/accounts.h"
#include "engine/ledger/chart.h"
#include "engine/ledger/postings.h"
#include "engine/model/batch.h"
#include "engine/model/ids.h"
#include "engine/model/time.h"

namespace kopilka::journal {

// Of every format, in what it says of itself.
inline constexpr std::string_view kBookName = "PROGRAM";
inline constexpr std::string_view kCurrency = "RUB";

// Where text goes, in order.
class Sink {
 public:
  virtual ~Sink() = default;
  // All of it, or an error that says what was refused and where.
  [[nodiscard]] virtual base::Result<void> write(std::string_view text) = 0;
};

// What an account or a part of it stands at: debits − credits.
struct Balance {
  SubAccount part;
  base::Int128 kopecks{0};
};

// The books before a period that does not begin with the log.
struct Opening {
  model::Seq position;         // the last event before the period
  model::Instant recorded_at;  // of it
  model::Date date;            // the period's first day
  // Every part that is not zero, in the order of the chart, then of ids. They sum up to zero, so
  // they are a transaction without any account of equity.
  std::vector<Balance> balances;
};

// One event. Refers to what the caller holds.
struct RecordedEvent {
  model::Seq seq;
  const model::Entry& entry;  // whose event it is
  const model::DatedEvent& dated;
  const ledger::Movement& movement;  // what it moved
};

// The books after the last event.
struct Ending {
  model::Seq position;         // the last event of the period; none in it: the last before it
  model::Instant recorded_at;  // of it
  std::array<base::Int128, ledger::kAccountCount> balances{};  // with what the period began with
};

// Tells the journal in one format: begin, open at most once, take each event in order, end. After
// an error nothing more may be called, and what was written is of no use. Memory is bounded by the
// number of members and partners, not of events. One thread.
class Writer {
 public:
  virtual ~Writer() = default;
  [[nodiscard]] virtual base::Result<void> begin(const model::StoreId& store) = 0;
  // REQUIRES: balances that are not empty and sum up to zero
  [[nodiscard]] virtual base::Result<void> open(const Opening& opening) = 0;
  [[nodiscard]] virtual base::Result<void> take(const RecordedEvent& recorded) = 0;
  // Everything is written when it returns.
  [[nodiscard]] virtual base::Result<void> end(const Ending& ending) = 0;
};

}  // namespace kopilka::journal
