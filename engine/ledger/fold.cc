#include "engine/ledger/fold.h"

#include <algorithm>
#include <variant>

#include "engine/ledger/earning.h"
#include "engine/ledger/postings.h"

namespace kopilka::ledger {
namespace {

using model::Money;

constexpr int kParkingDays = 91;

void move_member(MemberMoney& member, const Posting& posting) {
  Funds& funds = member.funds;
  switch (posting.account) {
    case Account::member_debt:
      funds.debt += posting.debit;
      break;
    case Account::member_frozen:
      funds.frozen -= posting.debit;
      break;
    case Account::member_available:
      funds.available -= posting.debit;
      break;
    case Account::member_reserved:
      funds.reserved -= posting.debit;
      break;
    case Account::payouts_in_flight:
      funds.in_flight -= posting.debit;
      break;
    default:
      break;
  }
}

void move_partner(PartnerMoney& partner, const Posting& posting) {
  switch (posting.account) {
    case Account::receivable_tracked:
      partner.tracked += posting.debit;
      break;
    case Account::receivable_approved:
      partner.approved += posting.debit;
      break;
    case Account::receivable_invoiced:
      partner.invoiced += posting.debit;
      break;
    case Account::due_to_partner:
      partner.due_to_partner -= posting.debit;
      break;
    default:
      break;
  }
}

void apply_postings(Tables& tables, const model::Event& event) {
  const auto movement = postings(event);
  if (movement.postings().empty()) return;
  Book& book = tables.books.edit(kProgramBook);
  MemberMoney* member = movement.member ? &tables.members.edit(*movement.member) : nullptr;
  PartnerMoney* partner = movement.partner ? &tables.partners.edit(*movement.partner) : nullptr;
  for (const auto& posting : movement.postings()) {
    book.balances.at(static_cast<std::size_t>(posting.account)) += posting.debit.in_kopecks();
    if (member != nullptr) move_member(*member, posting);
    if (partner != nullptr) move_partner(*partner, posting);
  }
}

// Appends to a day's list.
template <class Days, class Chunks>
void add_due(Days& days, Chunks& chunks, model::Date day, std::uint64_t id) {
  DueDay& due = days.edit(day);
  chunks.edit({day, due.count / kDueChunk}).ids.push_back(id);
  ++due.count;
}

// A day that is over needs its list no more.
template <class Days, class Chunks>
void drop_due(Days& days, Chunks& chunks, model::Date day) {
  const DueDay* due = days.find(day);
  if (due == nullptr) return;
  const std::uint32_t count = due->count;
  for (std::uint32_t first = 0; first < count; first += kDueChunk)
    chunks.erase({day, first / kDueChunk});
  days.erase(day);
}

Money held_part(const Purchase& purchase) {
  const bool held = purchase.member_side == MemberSide::released && !purchase.holds.empty();
  return held ? purchase.cashback : Money{};
}

// Changes a purchase and keeps in step what the member's row and the month's cap say of it.
void change_purchase(Tables& tables, model::PurchaseId id, auto&& change) {
  Purchase& purchase = tables.purchases.edit(id);
  const Money held_before = held_part(purchase);
  const Money cashback_before = purchase.cashback;
  const bool frozen_before = purchase.member_side == MemberSide::frozen;
  change(purchase);
  MemberMoney& member = tables.members.edit(purchase.member);
  member.held_released += held_part(purchase) - held_before;
  const Money earned = purchase.cashback - cashback_before;
  if (earned != Money{}) {
    member.earned += earned;
    const auto month = month_of(purchase.member, purchase.partner, purchase.facts.purchase_at);
    tables.months.edit(month).cashback += earned;
  }
  if (frozen_before && purchase.member_side != MemberSide::frozen)
    std::erase(member.frozen, FrozenPurchase{purchase.release_on, id});
}

void take_message(LastMessage& last, model::PurchaseStatus status, model::Instant status_at,
                  const std::vector<model::EarnedLine>& lines) {
  last.status = status;
  last.status_at = status_at;
  if (!lines.empty()) last.sums = sums_of(lines);
}

struct Fold {
  Tables& tables;
  Recorded recorded;

  void operator()(const model::BusinessDayOpened& e) const {
    BusinessDay& today = tables.days.edit(kToday);
    if (today.date) {
      drop_due(tables.release_days, tables.releases, *today.date);
      drop_due(tables.expiry_days, tables.expiries, *today.date);
    }
    today.date = e.date;
  }

  void operator()(const model::ClickRegistered& e) const {
    tables.clicks.edit({e.click_id}) = {e.member, e.partner, e.channel, recorded.at};
  }

  void operator()(const model::PurchaseRecorded& e) const {
    const model::PurchaseId id{recorded.seq.value()};
    (void)tables.purchases.create(id);
    tables.actions.edit({e.partner, e.action_id}) = {id, std::nullopt};
    if (e.parked) tables.parked.erase(*e.parked);
    const bool declined = e.status == model::PurchaseStatus::declined;
    const bool approved = e.status == model::PurchaseStatus::approved;
    change_purchase(tables, id, [&](Purchase& p) {
      p.partner = e.partner;
      p.action_id = e.action_id;
      p.member = e.member;
      take_message(p.last, e.status, e.status_at, e.lines);
      p.facts = {e.purchase_at, e.click_id, e.card, e.currency, e.fx_rate};
      p.partner_side = declined   ? PartnerSide::declined
                       : approved ? PartnerSide::approved
                                  : PartnerSide::tracked;
      p.member_side = declined ? MemberSide::cancelled : MemberSide::frozen;
      p.receivable = approved ? model::Receivable::approved : model::Receivable::tracked;
      p.base = e.base;
      p.cashback = e.cashback;
      p.commission = e.commission;
      p.capped = e.capped_from.has_value();
      p.terms = e.terms;
      p.release_on = e.release_on;
      p.release_needs_approval = e.release_needs_approval;
    });
    if (!declined) freeze(e, id);
  }

  void freeze(const model::PurchaseRecorded& e, model::PurchaseId id) const {
    auto& frozen = tables.members.edit(e.member).frozen;
    const FrozenPurchase entry{e.release_on, id};
    frozen.insert(std::ranges::upper_bound(frozen, entry), entry);
    const BusinessDay* today = tables.days.find(kToday);
    const bool day_has_come = today != nullptr && today->date && *today->date >= e.release_on;
    // One that is late waits for its approval, not for a day.
    if (!day_has_come) add_due(tables.release_days, tables.releases, e.release_on, id.value());
  }

  void operator()(const model::PurchaseUnattributed& e) const {
    const auto id = e.parked.value_or(model::ParkedId{recorded.seq.value()});
    Parked& parked = e.parked ? tables.parked.edit(id) : tables.parked.create(id);
    parked.partner = e.partner;
    parked.action_id = e.action_id;
    parked.why = e.why;
    take_message(parked.last, e.status, e.status_at, e.lines);
    parked.facts = {e.purchase_at, e.click_id, e.card, e.currency, e.fx_rate};
    if (e.parked) return;
    tables.actions.edit({e.partner, e.action_id}).parked = id;
    const BusinessDay* today = tables.days.find(kToday);
    const auto first_day =
        today != nullptr && today->date ? *today->date : model::moscow_date(recorded.at);
    parked.expires_on = first_day + kParkingDays;
    add_due(tables.expiry_days, tables.expiries, parked.expires_on, id.value());
  }

  void operator()(const model::PurchaseExpired& e) const {
    tables.parked.edit(e.parked).expired = true;
  }

  void operator()(const model::PurchaseApproved& e) const {
    change_purchase(tables, e.purchase, [&](Purchase& p) {
      take_message(p.last, model::PurchaseStatus::approved, e.status_at, {});
      p.partner_side = PartnerSide::approved;
      if (p.receivable == model::Receivable::tracked) p.receivable = model::Receivable::approved;
      std::erase(p.holds, kPartnerHold);
    });
  }

  void operator()(const model::PurchaseReheld& e) const {
    change_purchase(tables, e.purchase, [&](Purchase& p) {
      take_message(p.last, e.status, e.status_at, {});
      p.partner_side = PartnerSide::tracked;
      if (p.receivable == model::Receivable::approved) p.receivable = model::Receivable::tracked;
      if (std::ranges::find(p.holds, kPartnerHold) == p.holds.end())
        p.holds.emplace_back(kPartnerHold);
    });
  }

  void operator()(const model::PurchaseReaffirmed& e) const {
    auto& last = tables.purchases.edit(e.purchase).last;
    take_message(last, e.status, e.status_at, {});
  }

  void operator()(const model::PurchaseAdjusted& e) const {
    change_purchase(tables, e.purchase, [&](Purchase& p) {
      take_message(p.last, e.status, e.status_at, e.lines);
      take_sums(p, e);
    });
  }

  template <class E>
  static void take_sums(Purchase& p, const E& e) {
    p.base = e.base;
    p.cashback = e.cashback;
    p.commission = e.commission;
    p.capped = e.capped_from.has_value();
    p.revision = e.revision;
  }

  void operator()(const model::PurchaseDeclined& e) const {
    change_purchase(tables, e.purchase, [&](Purchase& p) {
      take_message(p.last, model::PurchaseStatus::declined, e.status_at, e.lines);
      p.partner_side = PartnerSide::declined;
      p.member_side = MemberSide::cancelled;
      p.base = p.cashback = p.commission = Money{};
      p.holds.clear();  // nothing is left to hold
    });
  }

  void operator()(const model::FreezeExpired& e) const {
    change_purchase(tables, e.purchase, [](Purchase& p) { p.member_side = MemberSide::released; });
  }

  void operator()(const model::CashbackClawedBack& e) const {
    change_purchase(tables, e.purchase, [&](Purchase& p) {
      take_message(p.last, e.status, e.status_at, e.lines);
      take_sums(p, e);
      if (e.status == model::PurchaseStatus::declined) {
        p.partner_side = PartnerSide::declined;
        p.member_side = MemberSide::clawed_back;
        p.holds.clear();
      }
    });
  }

  void operator()(const model::HoldPlaced& e) const {
    change_holds(e, [&](auto& rules) { rules.push_back(e.rule); });
  }
  void operator()(const model::HoldLifted& e) const {
    change_holds(e, [&](auto& rules) { std::erase(rules, e.rule); });
  }
  template <class E>
  void change_holds(const E& e, auto&& change) const {
    switch (e.scope) {
      case model::HoldScope::member:
        change(tables.members.edit(e.member).holds);
        break;
      case model::HoldScope::purchase:
        change_purchase(tables, e.purchase.value_or(model::PurchaseId{}),
                        [&](Purchase& p) { change(p.holds); });
        break;
      case model::HoldScope::destination:
        change(tables.destinations.edit({e.member, e.destination_id.value_or("")}).holds);
        break;
    }
  }

  void operator()(const model::DestinationAdded& e) const {
    tables.destinations.edit({e.member, e.destination_id}) = {
        e.method, e.mask, e.value_hash, e.value, {}};
    const auto method = static_cast<std::size_t>(e.method);
    tables.members.edit(e.member).latest_destination.at(method) = e.destination_id;
  }

  void operator()(const model::WithdrawalRequested& e) const {
    const model::WithdrawalId id{recorded.seq.value()};
    tables.withdrawals.edit(id) = {
        e.member,      e.method,  e.destination_id, e.amount, model::WithdrawalState::requested,
        e.request_key, e.ext_ref, recorded.at,      e.due_at};
    tables.ext_refs.edit({e.ext_ref}).withdrawal = id;
    tables.requests.edit({e.member, e.request_key}).withdrawal = id;
  }
  void operator()(const model::WithdrawalCancelled& e) const {
    turn(e, model::WithdrawalState::cancelled);
  }
  void operator()(const model::WithdrawalSent& e) const { turn(e, model::WithdrawalState::sent); }
  void operator()(const model::WithdrawalOutcomeUnknown& e) const {
    turn(e, model::WithdrawalState::unknown);
  }
  void operator()(const model::WithdrawalSettled& e) const {
    turn(e, model::WithdrawalState::settled);
    tables.members.edit(e.member).paid_out += e.amount;
  }
  void operator()(const model::WithdrawalRejected& e) const {
    turn(e, model::WithdrawalState::rejected);
  }
  void operator()(const model::WithdrawalSettledAfterRejection& e) const {
    turn(e, model::WithdrawalState::settled);
    tables.members.edit(e.member).paid_out += e.from_available + e.to_debt;
  }
  void operator()(const model::WithdrawalReturned& e) const {
    turn(e, model::WithdrawalState::returned);
    tables.members.edit(e.member).paid_out -= e.to_available + e.to_debt;
  }
  template <class E>
  void turn(const E& e, model::WithdrawalState state) const {
    tables.withdrawals.edit(e.withdrawal).state = state;
  }

  void operator()(const model::BalanceAdjusted& e) const {
    tables.members.edit(e.member).earned += e.to_available + e.to_debt;
  }

  void operator()(const model::PartnerInvoiceIssued& e) const {
    for (const auto id : e.purchases)
      tables.purchases.edit(id).receivable = model::Receivable::invoiced;
  }
  void operator()(const model::PartnerPaymentReceived& e) const {
    for (const auto id : e.purchases)
      tables.purchases.edit(id).receivable = model::Receivable::paid;
  }

  template <class E>
  void operator()(const E&) const {}
};

struct ExtentOf {
  Tables& tables;
  model::Seq first;
  std::uint32_t count;

  void note(LastMessage& last) const {
    last.first = first;
    last.count = count;
  }
  void operator()(const model::PurchaseRecorded&) const {
    note(tables.purchases.edit(model::PurchaseId{first.value()}).last);
  }
  void operator()(const model::PurchaseUnattributed& e) const {
    note(tables.parked.edit(e.parked.value_or(model::ParkedId{first.value()})).last);
  }
  template <class E>
  void operator()(const E& e) const {
    if constexpr (requires {
                    e.purchase;
                    e.status_at;
                  })
      note(tables.purchases.edit(e.purchase).last);
  }
};

}  // namespace

void fold(Tables& tables, const model::Event& event, Recorded recorded) {
  std::visit(Fold{tables, recorded}, event);
  apply_postings(tables, event);
}

void fold_message_extent(Tables& tables, const model::Event& first_event, model::Seq first,
                         std::uint32_t count) {
  std::visit(ExtentOf{tables, first, count}, first_event);
}

}  // namespace kopilka::ledger
