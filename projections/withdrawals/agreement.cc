#include "projections/withdrawals/agreement.h"

#include <fmt/format.h>

namespace kopilka::projections::withdrawals {
namespace {

std::string wrong(model::WithdrawalId id, const ledger::Withdrawal& row,
                  const Withdrawals& listed) {
  const auto* place = listed.places.find(id);
  if (place == nullptr) return "is not listed";
  if (place->state != row.state)
    return fmt::format("is listed as {}, but the ledger has {}", model::name_of(place->state),
                       model::name_of(row.state));
  const auto* order = listed.orders.find(key_of(*place, id));
  if (order == nullptr) return "is not listed where it belongs";
  const Order expected{row.member,      row.method,  row.amount,
                       row.request_key, row.ext_ref, row.requested_at};
  if (place->due_at != row.due_at || *order != expected)
    return "is listed with other facts than the ledger's";
  return {};
}

}  // namespace

std::vector<std::string> disagreements(const Withdrawals& listed, const ledger::Tables& known) {
  std::vector<std::string> found;
  std::size_t count = 0;
  known.withdrawals.for_each_loaded([&](model::WithdrawalId id, const ledger::Withdrawal& row) {
    ++count;
    if (const auto what = wrong(id, row, listed); !what.empty())
      found.push_back(fmt::format("withdrawal {} {}", id.value(), what));
  });
  std::size_t orders = 0;
  listed.orders.for_each_loaded([&](const OrderKey&, const Order&) { ++orders; });
  if (orders != count)
    found.push_back(fmt::format("{} withdrawals are listed, but the ledger has {}", orders, count));
  return found;
}

}  // namespace kopilka::projections::withdrawals
