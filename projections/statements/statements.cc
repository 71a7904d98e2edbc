#include "projections/statements/statements.h"

#include <concepts>
#include <optional>
#include <type_traits>
#include <variant>

#include "engine/ledger/postings.h"
#include "projections/statements/chains.h"

namespace kopilka::projections::statements {
namespace {

using ledger::Account;
using ledger::Funds;

// What a movement changes of its member's accounts: credits raise what we owe, debits a debt.
Funds change_of(const ledger::Movement& movement) {
  Funds change;
  for (const auto& posting : movement.postings()) {
    switch (posting.account) {
      case Account::member_frozen:
        change.frozen -= posting.debit;
        break;
      case Account::member_available:
        change.available -= posting.debit;
        break;
      case Account::member_reserved:
        change.reserved -= posting.debit;
        break;
      case Account::payouts_in_flight:
        change.in_flight -= posting.debit;
        break;
      case Account::member_debt:
        change.debt += posting.debit;
        break;
      default:
        break;
    }
  }
  return change;
}

template <class E>
std::optional<model::PurchaseId> purchase_of(const E& event, model::Seq seq) {
  if constexpr (std::same_as<E, model::PurchaseRecorded>)
    return model::PurchaseId{seq.value()};
  else if constexpr (requires { event.purchase; })
    return event.purchase;
  else
    return std::nullopt;
}

// A refusal changed nothing: it is no part of a withdrawal's history.
template <class E>
std::optional<model::WithdrawalId> withdrawal_of(const E& event, model::Seq seq) {
  if constexpr (std::same_as<E, model::WithdrawalRequested>)
    return model::WithdrawalId{seq.value()};
  else if constexpr (requires { event.withdrawal; } && !std::same_as<E, model::CommandRefused>)
    return event.withdrawal;
  else
    return std::nullopt;
}

template <class E>
inline constexpr bool is_parking =
    std::same_as<E, model::PurchaseUnattributed> || std::same_as<E, model::PurchaseExpired>;

struct Fold {
  Statements& to;
  const model::DatedEvent& dated;
  model::Seq seq;
  model::Instant recorded_at;

  template <class E>
  void operator()(const E& event) const {
    if constexpr (std::same_as<E, model::MemberAdmitted>) {
      if (auto* account = account_of(event.member)) note_member(*account);
    }
    mention(event);
    const auto movement = ledger::postings(dated.event);
    const auto change = change_of(movement);
    if (movement.member && change != Funds{}) enter(event, *movement.member, change);
  }

  // Null: it is not loaded; what is keyed by its counts would go to where other rows are.
  [[nodiscard]] MemberAccount* account_of(model::MemberId member) const {
    const auto misses = to.members.missing().size();
    const bool is_there = to.members.find(member) != nullptr;
    if (!is_there && to.members.missing().size() != misses) return nullptr;
    return &to.members.edit(member);
  }

  void note_member(MemberAccount& account) const {
    if (account.first_seq == model::Seq{}) account.first_seq = seq;
  }

  template <class E>
  void mention(const E& event) const {
    const Mention row{recorded_at, dated.effective_at, E::kType};
    if (const auto purchase = purchase_of(event, seq)) to.purchases.create({*purchase, seq}) = row;
    if (const auto withdrawal = withdrawal_of(event, seq))
      to.withdrawals.create({*withdrawal, seq}) = row;
    if constexpr (is_parking<E>) to.parked.create({event.partner, event.action_id, seq}) = row;
    if constexpr (requires { event.purchases; })
      for (const auto purchase : event.purchases)
        to.purchases.create({purchase, seq}) = row;
  }

  template <class E>
  void enter(const E& event, model::MemberId member, const Funds& change) const {
    auto* const account = account_of(member);
    if (account == nullptr) return;
    note_member(*account);
    const Movement movement{member, ++account->entries, seq, dated.effective_at,
                            totals_of(E::kType, change)};
    const auto chain = enter_chain(to, *account, movement);
    account->last_seq = seq;
    Totals balance;
    for (const auto& each : account->chains)
      balance.add(each.sum);
    to.entries.create({member, movement.number}) = {
        seq,
        recorded_at,
        recorded_at.in_micros() - dated.effective_at.in_micros(),
        E::kType,
        chain,
        purchase_of(event, seq),
        withdrawal_of(event, seq),
        change,
        balance.funds};
  }
};

}  // namespace

base::Result<void> Statements::fold(const model::DatedEvent& dated, model::Seq seq,
                                    model::Instant recorded_at) {
  std::visit(Fold{*this, dated, seq, recorded_at}, dated.event);
  return {};
}

}  // namespace kopilka::projections::statements
