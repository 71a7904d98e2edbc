#include "projections/purchases/agreement.h"

#include <cstddef>

#include <fmt/format.h>

namespace kopilka::projections::purchases {

std::vector<std::string> disagreements(const Purchases& listed, const ledger::Tables& known) {
  std::vector<std::string> found;
  const auto miss = [&](const char* what, std::uint64_t id, model::PartnerId partner,
                        model::Date on) {
    found.push_back(fmt::format("{} {} is not listed among those of partner {} on {}", what, id,
                                partner.value(), to_text(on)));
  };
  std::size_t purchases = 0;
  known.purchases.for_each_loaded([&](model::PurchaseId id, const ledger::Purchase& row) {
    ++purchases;
    const auto on = model::moscow_date(row.facts.purchase_at);
    if (listed.orders.find({row.partner, on, id}) == nullptr)
      miss("purchase", id.value(), row.partner, on);
  });
  known.parked.for_each_loaded([&](model::ParkedId id, const ledger::Parked& row) {
    const auto on = model::moscow_date(row.facts.purchase_at);
    if (listed.parked.find({row.partner, on, id}) == nullptr)
      miss("parked message", id.value(), row.partner, on);
  });
  std::size_t orders = 0;
  listed.orders.for_each_loaded([&](const PurchaseKey&, const Order&) { ++orders; });
  if (orders != purchases)
    found.push_back(
        fmt::format("{} purchases are listed, but the ledger has {}", orders, purchases));
  return found;
}

}  // namespace kopilka::projections::purchases
