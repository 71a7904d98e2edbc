#include "engine/ledger/results.h"

#include <variant>

namespace kopilka::ledger {
namespace {

model::PurchaseState state_of(PartnerSide side) {
  switch (side) {
    case PartnerSide::tracked:
      return model::PurchaseState::tracked;
    case PartnerSide::approved:
      return model::PurchaseState::approved;
    case PartnerSide::declined:
      return model::PurchaseState::declined;
  }
  return model::PurchaseState::declined;
}

model::CommandResult purchase_result(const Tables& tables, model::PurchaseId id) {
  const auto* purchase = tables.purchases.find(id);
  if (purchase == nullptr) return {};
  return result_of(id, *purchase);
}

// Only the events that begin a command's answer; the rest of its events follow from them.
struct ResultOf {
  const Tables& tables;
  model::Seq seq;

  model::CommandResult operator()(const model::PurchaseRecorded&) const {
    return purchase_result(tables, model::PurchaseId{seq.value()});
  }
  model::CommandResult operator()(const model::PurchaseUnattributed& e) const {
    return model::PurchaseResult{.state = model::PurchaseState::unattributed, .why = e.why};
  }
  model::CommandResult operator()(const model::WithdrawalRequested& e) const {
    return model::WithdrawalResult{model::WithdrawalId{seq.value()}, e.ext_ref, e.due_at};
  }
  model::CommandResult operator()(const model::ClickRegistered& e) const {
    return model::ClickResult{e.click_id};
  }
  model::CommandResult operator()(const model::TermsPublished&) const {
    return model::TermsResult{model::TermsId{seq.value()}};
  }
  model::CommandResult operator()(const model::DestinationAdded& e) const {
    return model::DestinationResult{e.destination_id};
  }
  model::CommandResult operator()(const model::PurchaseApproved& e) const {
    return purchase_result(tables, e.purchase);
  }
  model::CommandResult operator()(const model::PurchaseReheld& e) const {
    return purchase_result(tables, e.purchase);
  }
  model::CommandResult operator()(const model::PurchaseReaffirmed& e) const {
    return purchase_result(tables, e.purchase);
  }
  model::CommandResult operator()(const model::PurchaseAdjusted& e) const {
    return purchase_result(tables, e.purchase);
  }
  model::CommandResult operator()(const model::PurchaseDeclined& e) const {
    return purchase_result(tables, e.purchase);
  }
  model::CommandResult operator()(const model::CashbackClawedBack& e) const {
    return purchase_result(tables, e.purchase);
  }
  template <class E>
  model::CommandResult operator()(const E&) const {
    return {};
  }
};

}  // namespace

model::PurchaseResult result_of(model::PurchaseId id, const Purchase& purchase) {
  return {.purchase = id,
          .state = state_of(purchase.partner_side),
          .why = std::nullopt,
          .cashback = purchase.cashback,
          .release_on = purchase.release_on};
}

model::PurchaseResult result_of(const Parked& parked) {
  return {.purchase = std::nullopt,
          .state = model::PurchaseState::unattributed,
          .why = parked.why,
          .cashback = std::nullopt,
          .release_on = std::nullopt};
}

model::CommandResult result_of(const Tables& tables, std::span<const model::DatedEvent> events,
                               model::Seq first) {
  if (events.empty()) return {};
  return std::visit(ResultOf{tables, first}, events.front().event);
}

}  // namespace kopilka::ledger
