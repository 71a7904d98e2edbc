#include "projections/purchases/numbers.h"

#include <algorithm>

namespace kopilka::projections::purchases {

void Numbers::add(const Entry& entry, const ledger::Purchase& row) {
  ++purchases;
  switch (row.partner_side) {
    case ledger::PartnerSide::tracked:
      ++tracked;
      break;
    case ledger::PartnerSide::approved:
      ++approved;
      commission_approved += row.commission;
      break;
    case ledger::PartnerSide::declined:
      ++declined;
      break;
  }
  ordered += entry.ordered;
  base += row.base;
  cashback += row.cashback;
  released += purchases::released(row);
  commission += row.commission;
}

void Numbers::add(const ledger::Parked& row) {
  ++(row.expired ? expired : unattributed);
}

void Numbers::add(const Numbers& other) {
  purchases += other.purchases;
  tracked += other.tracked;
  approved += other.approved;
  declined += other.declined;
  unattributed += other.unattributed;
  expired += other.expired;
  ordered += other.ordered;
  base += other.base;
  cashback += other.cashback;
  released += other.released;
  commission += other.commission;
  commission_approved += other.commission_approved;
}

model::Money released(const ledger::Purchase& row) {
  return row.member_side == ledger::MemberSide::released ? row.cashback : model::Money{};
}

Numbers& numbers_of(std::vector<DayNumbers>& days, model::Date on) {
  if (!days.empty() && days.back().on == on) return days.back().numbers;
  const auto at = std::ranges::lower_bound(days, on, {}, &DayNumbers::on);
  if (at != days.end() && at->on == on) return at->numbers;
  return days.insert(at, {on, {}})->numbers;
}

}  // namespace kopilka::projections::purchases
