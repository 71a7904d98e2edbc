#include "engine/ledger/postings.h"

#include <variant>

namespace kopilka::ledger {
namespace {

using model::Money;

// Accounts of one event's movement; the member's and the partner's names come from the event.
template <class E>
Movement begin(const E& event) {
  Movement movement;
  if constexpr (requires { event.member; }) movement.member = event.member;
  if constexpr (requires { event.partner; }) movement.partner = event.partner;
  return movement;
}

// Events without money.
template <class E>
Movement post(const E&) {
  return {};
}

Movement post(const model::PurchaseRecorded& e) {
  auto movement = begin(e);
  const bool approved = e.status == model::PurchaseStatus::approved;
  movement.debit(approved ? Account::receivable_approved : Account::receivable_tracked,
                 e.commission);
  movement.credit(Account::member_frozen, e.cashback);
  movement.credit(approved ? Account::margin : Account::deferred_margin, e.commission - e.cashback);
  return movement;
}

Movement post(const model::PurchaseApproved& e) {
  auto movement = begin(e);
  const auto& before = e.standing;
  if (before.receivable == model::Receivable::tracked) {
    movement.debit(Account::receivable_approved, before.commission);
    movement.credit(Account::receivable_tracked, before.commission);
  }
  movement.debit(Account::deferred_margin, before.commission - before.cashback);
  movement.credit(Account::margin, before.commission - before.cashback);
  return movement;
}

Movement post(const model::PurchaseReheld& e) {
  auto movement = begin(e);
  const auto& before = e.standing;
  if (before.receivable == model::Receivable::approved) {
    movement.debit(Account::receivable_tracked, before.commission);
    movement.credit(Account::receivable_approved, before.commission);
  }
  movement.debit(Account::margin, before.commission - before.cashback);
  movement.credit(Account::deferred_margin, before.commission - before.cashback);
  return movement;
}

Movement post(const model::PurchaseAdjusted& e) {
  auto movement = begin(e);
  const Money commission_change = e.commission - e.standing.commission;
  const Money cashback_change = e.cashback - e.standing.cashback;
  movement.debit(receivable_account(e.standing.receivable), commission_change);
  movement.credit(Account::member_frozen, cashback_change);
  movement.credit(margin_account(e.standing.margin), commission_change - cashback_change);
  return movement;
}

Movement post(const model::PurchaseDeclined& e) {
  auto movement = begin(e);
  const auto& before = e.standing;
  movement.debit(Account::member_frozen, before.cashback);
  movement.debit(margin_account(before.margin), before.commission - before.cashback);
  movement.credit(receivable_account(before.receivable), before.commission);
  return movement;
}

Movement post(const model::FreezeExpired& e) {
  auto movement = begin(e);
  movement.debit(Account::member_frozen, e.to_available + e.to_debt);
#ifndef KOPILKA_PLANT_dropped_posting
  movement.credit(Account::member_debt, e.to_debt);
#endif
  movement.credit(Account::member_available, e.to_available);
  return movement;
}

Movement post(const model::CashbackClawedBack& e) {
  auto movement = begin(e);
  const Money commission_change = e.commission - e.standing.commission;
  const Money cashback_change = e.cashback - e.standing.cashback;
  movement.debit(Account::member_available, e.from_available);
  movement.debit(Account::member_debt, e.to_debt);
  movement.credit(margin_account(e.standing.margin), commission_change - cashback_change);
  movement.debit(receivable_account(e.standing.receivable), commission_change);
  return movement;
}

Movement post(const model::WithdrawalRequested& e) {
  auto movement = begin(e);
  movement.debit(Account::member_available, e.amount);
  movement.credit(Account::member_reserved, e.amount);
  return movement;
}

// Money that comes back to a member repays debt first.
template <class E>
Movement give_back(const E& event, Account from) {
  auto movement = begin(event);
  movement.debit(from, event.to_available + event.to_debt);
  movement.credit(Account::member_debt, event.to_debt);
  movement.credit(Account::member_available, event.to_available);
  return movement;
}

Movement post(const model::WithdrawalCancelled& e) {
  return give_back(e, Account::member_reserved);
}
Movement post(const model::WithdrawalRejected& e) {
  return give_back(e, Account::payouts_in_flight);
}
Movement post(const model::WithdrawalReturned& e) {
  return give_back(e, Account::bank);
}
Movement post(const model::BalanceAdjusted& e) {
  return give_back(e, Account::goodwill);
}

Movement post(const model::WithdrawalSent& e) {
  auto movement = begin(e);
  movement.debit(Account::member_reserved, e.amount);
  movement.credit(Account::payouts_in_flight, e.amount);
  return movement;
}

Movement post(const model::WithdrawalSettled& e) {
  auto movement = begin(e);
  movement.debit(Account::payouts_in_flight, e.amount);
  movement.debit(Account::payout_fees, e.processor_fee);
  movement.credit(Account::bank, e.amount + e.processor_fee);
  return movement;
}

Movement post(const model::WithdrawalSettledAfterRejection& e) {
  auto movement = begin(e);
  movement.debit(Account::member_available, e.from_available);
  movement.debit(Account::member_debt, e.to_debt);
  movement.debit(Account::payout_fees, e.processor_fee);
  movement.credit(Account::bank, e.from_available + e.to_debt + e.processor_fee);
  return movement;
}

Movement post(const model::PartnerInvoiceIssued& e) {
  auto movement = begin(e);
  movement.debit(Account::receivable_invoiced, e.amount);
  movement.credit(Account::receivable_approved, e.amount);
  return movement;
}

Movement post(const model::PartnerPaymentReceived& e) {
  auto movement = begin(e);
  movement.debit(Account::bank, e.amount);
  movement.credit(Account::receivable_invoiced, e.amount);
  return movement;
}

}  // namespace

Movement postings(const model::Event& event) {
  return std::visit([](const auto& e) { return post(e); }, event);
}

}  // namespace kopilka::ledger
