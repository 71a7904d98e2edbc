#include "projections/withdrawals/withdrawals.h"

#include <string>
#include <variant>

namespace kopilka::projections::withdrawals {
namespace {

using model::WithdrawalState;

struct Fold {
  Withdrawals& to;
  model::Seq seq;
  model::Instant recorded_at;

  base::Result<void> operator()(const model::WithdrawalRequested& e) const {
    const model::WithdrawalId id{seq.value()};
    const Place place{WithdrawalState::requested, e.due_at};
    to.places.create(id) = place;
    to.orders.create(key_of(place, id)) = {e.member,      e.method,  e.amount,
                                           e.request_key, e.ext_ref, recorded_at};
    return {};
  }
  base::Result<void> operator()(const model::WithdrawalCancelled& e) const {
    return turn(e, WithdrawalState::cancelled);
  }
  base::Result<void> operator()(const model::WithdrawalSent& e) const {
    return turn(e, WithdrawalState::sent);
  }
  base::Result<void> operator()(const model::WithdrawalOutcomeUnknown& e) const {
    return turn(e, WithdrawalState::unknown);
  }
  base::Result<void> operator()(const model::WithdrawalSettled& e) const {
    return turn(e, WithdrawalState::settled);
  }
  base::Result<void> operator()(const model::WithdrawalRejected& e) const {
    return turn(e, WithdrawalState::rejected);
  }
  base::Result<void> operator()(const model::WithdrawalSettledAfterRejection& e) const {
    return turn(e, WithdrawalState::settled);
  }
  base::Result<void> operator()(const model::WithdrawalReturned& e) const {
    return turn(e, WithdrawalState::returned);
  }
  template <class E>
  base::Result<void> operator()(const E&) const {
    return {};
  }

  // Whether the turn is legal is not judged here: the latest event says where it stands.
  template <class E>
  base::Result<void> turn(const E& e, WithdrawalState state) const {
    const auto* place = to.places.find(e.withdrawal);
    if (place == nullptr) return never_requested(e);
    const auto before = key_of(*place, e.withdrawal);
    const auto* order = to.orders.find(before);
    if (order == nullptr) return never_requested(e);
    const Order kept = *order;
    to.orders.erase(before);
    auto& now = to.places.edit(e.withdrawal);
    now.state = state;
    to.orders.edit(key_of(now, e.withdrawal)) = kept;
    return {};
  }

  template <class E>
  static base::Result<void> never_requested(const E& e) {
    return base::fail(base::ErrorKind::corrupt, std::string(E::kName) + " of withdrawal " +
                                                    std::to_string(e.withdrawal.value()) +
                                                    ", which the log never requested");
  }
};

}  // namespace

base::Result<void> Withdrawals::fold(const model::DatedEvent& dated, model::Seq seq,
                                     model::Instant recorded_at) {
  return std::visit(Fold{*this, seq, recorded_at}, dated.event);
}

}  // namespace kopilka::projections::withdrawals
