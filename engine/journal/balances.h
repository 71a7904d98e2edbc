#pragma once

#include <unordered_map>
#include <vector>

#include "engine/base/wide.h"
#include "engine/journal/accounts.h"
#include "engine/journal/writer.h"
#include "engine/ledger/postings.h"

namespace kopilka::journal {

// What movements add up to, in every part of every account. Memory for those that are not zero.
class Balances {
 public:
  void take(const ledger::Movement& movement);
  // Those that are not zero, in the order of the chart, then of ids.
  [[nodiscard]] std::vector<Balance> sorted() const;

 private:
  std::unordered_map<SubAccount, base::Int128> kopecks_;
};

}  // namespace kopilka::journal
