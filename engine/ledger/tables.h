#pragma once

#include "engine/ledger/rows.h"
#include "engine/registry/tables.h"
#include "engine/state/table.h"

namespace kopilka::ledger {

// Every row that ledger rules read and write. Tags are lower-case letters.
struct Tables {
  state::Table<model::MemberId, MemberMoney> members{'m'};
  state::Table<model::PartnerId, PartnerMoney> partners{'n'};
  state::Table<BookId, Book> books{'b'};
  state::Table<ClickKey, Click> clicks{'c'};
  state::Table<model::PurchaseId, Purchase> purchases{'p'};
  state::Table<model::ParkedId, Parked> parked{'k'};
  state::Table<ActionKey, Action> actions{'a'};
  state::Table<MonthKey, MonthUsage> months{'u'};
  state::Table<model::Date, DueDay> release_days{'r'};
  state::Table<DueKey, DueIds> releases{'s'};
  state::Table<model::Date, DueDay> expiry_days{'x'};
  state::Table<DueKey, DueIds> expiries{'y'};
  state::Table<DestinationKey, Destination> destinations{'d'};
  state::Table<model::WithdrawalId, Withdrawal> withdrawals{'w'};
  state::Table<ExtRefKey, WithdrawalLink> ext_refs{'e'};
  state::Table<RequestKey, WithdrawalLink> requests{'q'};
  state::Table<DayId, BusinessDay> days{'t'};

  void for_each_table(auto&& visit) { visit_all(*this, visit); }
  void for_each_table(auto&& visit) const { visit_all(*this, visit); }

 private:
  static void visit_all(auto& self, auto&& visit) {
    visit(self.members);
    visit(self.partners);
    visit(self.books);
    visit(self.clicks);
    visit(self.purchases);
    visit(self.parked);
    visit(self.actions);
    visit(self.months);
    visit(self.release_days);
    visit(self.releases);
    visit(self.expiry_days);
    visit(self.expiries);
    visit(self.destinations);
    visit(self.withdrawals);
    visit(self.ext_refs);
    visit(self.requests);
    visit(self.days);
  }
};

// What a ledger rule may look at.
struct View {
  const registry::Tables& registry;
  const Tables& ledger;

  [[nodiscard]] std::optional<model::Date> business_day() const {
    const auto* row = ledger.days.find(kToday);
    return row != nullptr ? row->date : std::nullopt;
  }
};

}  // namespace kopilka::ledger
