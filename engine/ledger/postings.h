#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>

#include "engine/base/check.h"
#include "engine/ledger/chart.h"
#include "engine/model/event.h"
#include "engine/model/ids.h"
#include "engine/model/money.h"

namespace kopilka::ledger {

// One side of a movement: a debit is positive, a credit negative.
struct Posting {
  Account account{};
  model::Money debit;
  bool operator==(const Posting&) const = default;
};

// What one event moved, and whose sub-accounts: 2100–2130 and 1400 are kept per member, 12xx and
// 2210 per partner. Debits and credits balance (I-1). Sides of nothing are left out.
class Movement {
 public:
  std::optional<model::MemberId> member;
  std::optional<model::PartnerId> partner;

  void debit(Account account, model::Money amount) {
    if (amount == model::Money{}) return;
    KOPILKA_CHECK(count_ < sides_.size());
    sides_[count_++] = {account, amount};
  }
  void credit(Account account, model::Money amount) { debit(account, -amount); }
  [[nodiscard]] std::span<const Posting> postings() const { return {sides_.data(), count_}; }

 private:
  std::array<Posting, 6> sides_{};
  std::size_t count_{0};
};

// The table of domain.md §7: a function of the event alone.
[[nodiscard]] Movement postings(const model::Event& event);

}  // namespace kopilka::ledger
