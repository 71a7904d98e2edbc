#include "projections/withdrawals/reader.h"

#include <algorithm>
#include <array>

#include "engine/state/reads.h"
#include "engine/state/stored.h"
#include "projections/withdrawals/rows.h"
#include "projections/withdrawals/withdrawals.h"

namespace kopilka::projections::withdrawals {
namespace {

using model::WithdrawalState;
using state::Scan;

constexpr std::array kOpen{WithdrawalState::requested, WithdrawalState::sent,
                           WithdrawalState::unknown};

bool is_open(WithdrawalState state) {
  return std::ranges::find(kOpen, state) != kOpen.end();
}

Listed listed(const OrderKey& key, const Order& order) {
  return {key.withdrawal,    order.member,  order.method,       order.amount,        key.state,
          order.request_key, order.ext_ref, order.requested_at, key.due_at.instant()};
}

// The states in which what was asked for can be.
std::vector<WithdrawalState> states_of(const Filter& filter) {
  if (filter.state && filter.overdue_at && !is_open(*filter.state)) return {};
  if (filter.state) return {*filter.state};
  return {kOpen.begin(), kOpen.end()};
}

}  // namespace

bool is_overdue(WithdrawalState state, model::Instant due_at, model::Instant now) {
  return is_open(state) && due_at < now;
}

base::Result<std::vector<Listed>> Reader::list(const Filter& filter) const {
  const auto& table = model_->orders;
  std::vector<Listed> found;
  const auto take = [&](const OrderKey& key, const Order& order) {
    found.push_back(listed(key, order));
  };
  if (!filter.state && !filter.overdue_at) {
    KOPILKA_TRY(state::for_each_row(table, store_, take));
  } else {
    for (const auto wanted : states_of(filter)) {
      state::KeyWriter prefix(table.tag());
      prefix.put(wanted);
      KOPILKA_TRY(state::scan_rows(
          table, store_, {prefix.take(), {}},
          [&](const OrderKey& key) { return key.state == wanted; },
          [&](const OrderKey& key, const Order& order) {
            // In the order in which they fall due.
            if (filter.overdue_at && key.due_at.instant() >= *filter.overdue_at) return Scan::stop;
            take(key, order);
            return Scan::go_on;
          }));
    }
  }
  std::ranges::sort(found, {}, &Listed::id);
  return found;
}

}  // namespace kopilka::projections::withdrawals
