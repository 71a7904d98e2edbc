#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "engine/model/enums.h"

namespace kopilka::ledger {

// The chart of accounts of the book PROGRAM (domain.md §7), in its order. Stored: append only.
enum class Account : std::uint8_t {
  bank,
  receivable_tracked,
  receivable_approved,
  receivable_invoiced,
  member_debt,
  member_frozen,
  member_available,
  member_reserved,
  payouts_in_flight,
  suspense,
  due_to_partner,
  deferred_margin,
  margin,
  breakage,
  payout_fees,
  write_offs,
  goodwill,
};
inline constexpr std::size_t kAccountCount = 17;

struct AccountEntry {
  std::string_view code;
  std::string_view name;
};

inline constexpr std::array<AccountEntry, kAccountCount> kChart{{
    {"1100", "bank"},
    {"1200", "receivable, tracked"},
    {"1210", "receivable, approved"},
    {"1220", "receivable, invoiced"},
    {"1400", "member debt"},
    {"2100", "member frozen"},
    {"2110", "member available"},
    {"2120", "member reserved"},
    {"2130", "payouts in flight"},
    {"2200", "suspense"},
    {"2210", "due to partner"},
    {"2500", "deferred margin"},
    {"4100", "margin"},
    {"4200", "breakage"},
    {"5200", "payout fees"},
    {"5300", "write-offs"},
    {"5500", "goodwill"},
}};

// Where a change of a purchase's commission goes (domain.md §6). What a partner has already paid
// back is owed to the partner.
[[nodiscard]] constexpr Account receivable_account(model::Receivable receivable) {
  switch (receivable) {
    case model::Receivable::tracked:
      return Account::receivable_tracked;
    case model::Receivable::approved:
      return Account::receivable_approved;
    case model::Receivable::invoiced:
      return Account::receivable_invoiced;
    case model::Receivable::paid:
      return Account::due_to_partner;
  }
  return Account::due_to_partner;
}

[[nodiscard]] constexpr Account margin_account(model::Margin margin) {
  return margin == model::Margin::recognised ? Account::margin : Account::deferred_margin;
}

}  // namespace kopilka::ledger
