#include <algorithm>
#include <expected>

#include "engine/ledger/decide.h"
#include "engine/ledger/release.h"
#include "engine/registry/queries.h"

// domain.md §10: from a member's request to the last word of a processor.
namespace kopilka::ledger {
namespace {

using model::Money;
using model::Refusal;
using model::WithdrawalMethod;
using model::WithdrawalState;

// R28: the least amount of each method, and the span in which it must arrive.
constexpr std::array<Money, 4> kMinimum{Money::kopecks(100), Money::kopecks(100'000),
                                        Money::kopecks(2'000), Money::kopecks(100'000)};
constexpr auto kPhoneSpan = model::Span::minutes(10);
constexpr auto kCardSpan = model::Span::hours(24);
constexpr int kAccountWorkingDays = 3;
// A published calendar may declare a whole year off; then working days are looked for no further.
constexpr int kCalendarReachDays = 400;

// 00:00 of the day after the third working day that follows the request's Moscow date.
model::Instant account_due_at(const View& view, model::Instant now) {
  auto date = model::moscow_date(now);
  int working = 0;
  for (int looked = 0; working < kAccountWorkingDays && looked < kCalendarReachDays; ++looked) {
    date = date + 1;
    if (registry::working_day(view.registry, date)) ++working;
  }
  return model::moscow_midnight(date + 1);
}

model::Instant due_at(const View& view, WithdrawalMethod method, model::Instant now) {
  switch (method) {
    case WithdrawalMethod::phone:
      return now + kPhoneSpan;
    case WithdrawalMethod::card:
    case WithdrawalMethod::wallet:
      return now + kCardSpan;
    case WithdrawalMethod::account:
      break;
  }
  return account_due_at(view, now);
}

std::string mint_ext_ref(const View& view, const Context& context) {
  std::string ref;
  std::uint32_t attempt = 0;
  do {
    ref = context.mint.ext_ref(context.next_seq, attempt++);
  } while (view.ledger.ext_refs.find({ref}) != nullptr);
  return ref;
}

// A withdrawal that a command names, and its member's money.
struct Named {
  model::WithdrawalId id;
  const Withdrawal* withdrawal;
  const MemberMoney* money;
};

std::expected<Named, Refusal> find(const View& view, const model::WithdrawalReference& which) {
  std::optional<model::WithdrawalId> id = which.withdrawal;
  if (which.member && which.request_key) {
    if (view.registry.members.find(*which.member) == nullptr)
      return std::unexpected(Refusal::member_not_found);
    const auto* link = view.ledger.requests.find({*which.member, *which.request_key});
    if (link != nullptr) id = link->withdrawal;
  } else if (which.ext_ref) {
    const auto* link = view.ledger.ext_refs.find({*which.ext_ref});
    if (link != nullptr) id = link->withdrawal;
  }
  const auto* withdrawal = id ? view.ledger.withdrawals.find(*id) : nullptr;
  if (withdrawal == nullptr) return std::unexpected(Refusal::withdrawal_not_found);
  const auto* money = view.ledger.members.find(withdrawal->member);
  if (money == nullptr) return std::unexpected(Refusal::withdrawal_not_found);  // not loaded
  return Named{*id, withdrawal, money};
}

bool is_held(const View& view, const MemberMoney& money, model::MemberId member,
             const std::string& destination_id) {
  const auto* destination = view.ledger.destinations.find({member, destination_id});
  return !money.holds.empty() || (destination != nullptr && !destination->holds.empty());
}

Events one(model::Instant at, model::Event event) {
  return {{at, std::move(event)}};
}

}  // namespace

Decision decide(const View& view, const model::AddDestination& c, const Context& context) {
  if (view.registry.members.find(c.member) == nullptr) return Refusal::member_not_found;
  const auto id =
      c.destination_id ? *c.destination_id : context.mint.destination_id(context.next_seq);
  if (view.ledger.destinations.find({c.member, id}) != nullptr) return Refusal::already_exists;
  if (!c.sealed) return Refusal::bad_destination;
  return one(context.now, model::DestinationAdded{c.member, id, c.method, c.sealed->mask,
                                                  c.sealed->value_hash, c.sealed->value});
}

Decision decide(const View& view, const model::RequestWithdrawal& c, const Context& context) {
  const auto* member = view.registry.members.find(c.member);
  if (member == nullptr) return Refusal::member_not_found;
  const auto* known = view.ledger.members.find(c.member);
  const MemberMoney money = known != nullptr ? *known : MemberMoney{};
  const auto method = static_cast<std::size_t>(c.method);
  const auto destination_id =
      c.destination_id ? c.destination_id : money.latest_destination.at(method);
  const auto* destination =
      destination_id ? view.ledger.destinations.find({c.member, *destination_id}) : nullptr;

  if (!member->account_opened_at) return Refusal::no_account;
  if (c.amount < kMinimum.at(method)) return Refusal::below_minimum;
  if (money.funds.debt > Money{}) return Refusal::member_has_debt;
  if (destination == nullptr || destination->method != c.method) return Refusal::bad_destination;
  const auto limit = context.method_amount_max.at(method);
  if (limit && c.amount > *limit) return Refusal::method_limit;
  const Money held = held_amount(money);
  const bool meets_hold = held > Money{} && c.amount > money.funds.available - held;
  if (is_held(view, money, c.member, *destination_id) || meets_hold) return Refusal::on_hold;
  if (c.amount > money.funds.available) return Refusal::insufficient_funds;

  return one(context.now, model::WithdrawalRequested{c.member, c.method, *destination_id, c.amount,
                                                     context.key, mint_ext_ref(view, context),
                                                     due_at(view, c.method, context.now)});
}

Decision decide(const View& view, const model::CancelWithdrawal& c, const Context& context) {
  const auto named = find(view, c.which);
  if (!named) return named.error();
  const auto& w = *named->withdrawal;
  if (w.state != WithdrawalState::requested) return Refusal::wrong_state;
  const auto back = credit(named->money->funds, w.amount);
  return one(context.now,
             model::WithdrawalCancelled{named->id, w.member, back.to_available, back.to_debt});
}

Decision decide(const View& view, const model::SendWithdrawal& c, const Context& context) {
  const auto named = find(view, c.which);
  if (!named) return named.error();
  const auto& w = *named->withdrawal;
  if (w.state != WithdrawalState::requested) return Refusal::wrong_state;
  if (is_held(view, *named->money, w.member, w.destination_id)) return Refusal::on_hold;
  return one(context.now, model::WithdrawalSent{named->id, w.member, w.amount, c.processor});
}

Decision decide(const View& view, const model::MarkWithdrawalUnknown& c, const Context& context) {
  const auto named = find(view, c.which);
  if (!named) return named.error();
  if (named->withdrawal->state != WithdrawalState::sent) return Refusal::wrong_state;
  return one(context.now, model::WithdrawalOutcomeUnknown{named->id, named->withdrawal->member});
}

Decision decide(const View& view, const model::SettleWithdrawal& c, const Context& context) {
  const auto named = find(view, c.which);
  if (!named) return named.error();
  const auto& w = *named->withdrawal;
  if (w.state == WithdrawalState::sent || w.state == WithdrawalState::unknown)
    return one(context.now, model::WithdrawalSettled{named->id, w.member, w.amount, c.processor_fee,
                                                     c.processor_ref});
  if (w.state != WithdrawalState::rejected) return Refusal::wrong_state;
  // The processor changed its mind: the money is gone, wherever the member has moved it.
  const auto taking = take(named->money->funds, w.amount);
  return one(context.now, model::WithdrawalSettledAfterRejection{
                              named->id, w.member, taking.from_available, taking.to_debt,
                              c.processor_fee, c.processor_ref});
}

Decision decide(const View& view, const model::RejectWithdrawal& c, const Context& context) {
  const auto named = find(view, c.which);
  if (!named) return named.error();
  const auto& w = *named->withdrawal;
  if (w.state != WithdrawalState::sent && w.state != WithdrawalState::unknown)
    return Refusal::wrong_state;
  const auto back = credit(named->money->funds, w.amount);
  return one(context.now, model::WithdrawalRejected{named->id, w.member, back.to_available,
                                                    back.to_debt, c.processor_ref, c.code});
}

Decision decide(const View& view, const model::ReturnWithdrawal& c, const Context& context) {
  const auto named = find(view, c.which);
  if (!named) return named.error();
  const auto& w = *named->withdrawal;
  if (w.state != WithdrawalState::settled) return Refusal::wrong_state;
  const auto back = credit(named->money->funds, w.amount);
  return one(context.now, model::WithdrawalReturned{named->id, w.member, back.to_available,
                                                    back.to_debt, c.processor_ref, c.code});
}

}  // namespace kopilka::ledger
