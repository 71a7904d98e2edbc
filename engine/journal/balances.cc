#include "engine/journal/balances.h"

#include <algorithm>

namespace kopilka::journal {

void Balances::take(const ledger::Movement& movement) {
  for (const auto& posting : movement.postings()) {
    const auto at = kopecks_.try_emplace(sub_account(movement, posting.account), 0).first;
    at->second += posting.debit.in_kopecks();
    if (at->second == 0) kopecks_.erase(at);
  }
}

std::vector<Balance> Balances::sorted() const {
  std::vector<Balance> balances;
  balances.reserve(kopecks_.size());
  for (const auto& [part, kopecks] : kopecks_)
    balances.push_back({part, kopecks});
  std::ranges::sort(balances, {}, &Balance::part);
  return balances;
}

}  // namespace kopilka::journal
