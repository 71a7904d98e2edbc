#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "engine/base/result.h"
#include "engine/model/ids.h"
#include "engine/model/money.h"
#include "engine/model/time.h"
#include "engine/ports/state_store.h"

namespace kopilka::projections::purchases {

struct Purchases;

// A purchase that was recorded.
struct Entry {
  model::Date on;  // the Moscow day of `purchase_at`
  model::PurchaseId purchase;
  model::Money ordered;  // the base as first recorded; 0 when declined from the first
  bool operator==(const Entry&) const = default;
};

// A message that was parked, for the day that it named then. It counts where the ledger still has
// it parked, and for that day.
struct ParkedEntry {
  model::Date on;
  model::ParkedId parked;
  bool operator==(const ParkedEntry&) const = default;
};

// Behind an entry, in the order of days and ids.
struct Cursor {
  model::Date on;
  std::uint64_t id{0};  // of the purchase or the parking
  bool operator==(const Cursor&) const = default;
};

struct Range {
  std::optional<model::Date> from;  // Moscow days, both ends included; absent: no end
  std::optional<model::Date> to;
  std::optional<Cursor> after;         // what follows it
  std::optional<model::Seq> as_known;  // what the log held up to there
  std::size_t limit{std::numeric_limits<std::size_t>::max()};
};

// Queries of the purchases, over what is loaded and, unless null, what is stored. Valid as long as
// both; used on the thread that folds. Errors are the store's.
class Reader {
 public:
  Reader(const Purchases& model, ports::StateStore* store) : model_(&model), store_(store) {}

  // By day, then in the order of recording. Empty: none, or no such partner. Reads those of the
  // range.
  [[nodiscard]] base::Result<std::vector<Entry>> purchases(model::PartnerId partner,
                                                           const Range& range) const;
  // The same of what was ever parked.
  [[nodiscard]] base::Result<std::vector<ParkedEntry>> parked(model::PartnerId partner,
                                                              const Range& range) const;

 private:
  const Purchases* model_;
  ports::StateStore* store_;
};

}  // namespace kopilka::projections::purchases
