#include "engine/journal/subject.h"

#include <type_traits>
#include <variant>

namespace kopilka::journal {
namespace {

template <class E>
Subject named_by(const E& event, model::Seq seq) {
  Subject subject;
  if constexpr (requires { event.member; }) subject.member = event.member;
  if constexpr (requires { event.partner; }) subject.partner = event.partner;
  if constexpr (requires { event.organization; }) subject.organization = event.organization;
  if constexpr (requires { event.purchase; }) subject.purchase = event.purchase;
  if constexpr (requires { event.withdrawal; }) subject.withdrawal = event.withdrawal;
  if constexpr (std::is_same_v<E, model::PurchaseRecorded>)
    subject.purchase = model::PurchaseId{seq.value()};
  if constexpr (std::is_same_v<E, model::WithdrawalRequested>)
    subject.withdrawal = model::WithdrawalId{seq.value()};
  return subject;
}

}  // namespace

Subject subject_of(const model::Event& event, model::Seq seq) {
  return std::visit([seq](const auto& e) { return named_by(e, seq); }, event);
}

}  // namespace kopilka::journal
