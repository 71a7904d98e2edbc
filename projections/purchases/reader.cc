#include "projections/purchases/reader.h"

#include <utility>

#include "engine/state/reads.h"
#include "projections/purchases/purchases.h"
#include "projections/purchases/rows.h"

namespace kopilka::projections::purchases {
namespace {

using state::Scan;

std::uint64_t id_of(const PurchaseKey& key) {
  return key.purchase.value();
}
std::uint64_t id_of(const ParkedKey& key) {
  return key.parked.value();
}

// The first key that the range may have.
base::Bytes first_key(char tag, model::PartnerId partner, const Range& range) {
  state::KeyWriter writer(tag);
  writer.put(partner);
  const auto& after = range.after;
  if (after && (!range.from || after->on >= *range.from)) {
    writer.put(after->on);
    writer.put(after->id + 1);
  } else if (range.from) {
    writer.put(*range.from);
  }
  return writer.take();
}

// Calls `take(key, row)` for the rows of a range, in the order of their keys.
template <class Table>
base::Result<void> for_each_in(const Table& table, ports::StateStore* store,
                               model::PartnerId partner, const Range& range, auto&& take) {
  if (range.limit == 0) return {};
  state::KeyWriter prefix(table.tag());
  prefix.put(partner);
  std::size_t taken = 0;
  return state::scan_rows(
      table, store, {prefix.take(), first_key(table.tag(), partner, range)},
      [&](const auto& key) { return key.partner == partner; },
      [&](const auto& key, const auto& row) {
        if (range.to && key.on > *range.to) return Scan::stop;
        if (range.as_known && id_of(key) > range.as_known->value()) return Scan::go_on;
        take(key, row);
        return ++taken < range.limit ? Scan::go_on : Scan::stop;
      });
}

}  // namespace

base::Result<std::vector<Entry>> Reader::purchases(model::PartnerId partner,
                                                   const Range& range) const {
  std::vector<Entry> found;
  KOPILKA_TRY(for_each_in(model_->orders, store_, partner, range,
                          [&](const PurchaseKey& key, const Order& order) {
                            found.push_back({key.on, key.purchase, order.ordered});
                          }));
  return found;
}

base::Result<std::vector<ParkedEntry>> Reader::parked(model::PartnerId partner,
                                                      const Range& range) const {
  std::vector<ParkedEntry> found;
  KOPILKA_TRY(for_each_in(
      model_->parked, store_, partner, range,
      [&](const ParkedKey& key, const ParkedMark&) { found.push_back({key.on, key.parked}); }));
  return found;
}

}  // namespace kopilka::projections::purchases
