#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "engine/ledger/audit.h"

// The parts of an audit, one event at a time; private to its sources.
namespace kopilka::ledger {

// What is judged, and against what.
struct Judged {
  const registry::Tables& known;
  model::Seq seq;
  model::Instant recorded_at;
  std::vector<Violation>& found;

  // Unless `holds`, the invariant is broken by this event.
  void expect(bool holds, const char* invariant, std::string what) const {
    if (!holds) found.push_back({invariant, std::move(what)});
  }
};

// Clicks, purchases and the days that release them: I-4 to I-7, I-12, I-13.
struct PurchaseAudit {
  Audit& audit;
  const Judged& judged;

  void operator()(const model::BusinessDayOpened& e) const;
  void operator()(const model::ClickRegistered& e) const;
  void operator()(const model::PurchaseRecorded& e) const;
  void operator()(const model::PurchaseAdjusted& e) const;
  void operator()(const model::CashbackClawedBack& e) const;
  void operator()(const model::FreezeExpired& e) const;
  // Any later event of a purchase.
  template <class E>
    requires std::same_as<decltype(E::purchase), model::PurchaseId>
  void operator()(const E& e) const {
    (void)known_purchase(e.purchase, e.partner, e.member);
  }
  template <class E>
  void operator()(const E&) const {}

 private:
  Audit::Purchase* known_purchase(model::PurchaseId id, model::PartnerId partner,
                                  model::MemberId member) const;
  void bearer(const model::PurchaseRecorded& e, const registry::Terms& terms) const;
  void by_click(const model::PurchaseRecorded& e, const registry::Terms& terms) const;
  void by_card(const model::PurchaseRecorded& e) const;
  void membership(const model::PurchaseRecorded& e) const;
  void freeze(const model::PurchaseRecorded& e, const registry::Terms& terms) const;
  template <class E>
  void earnings(const E& e, model::TermsId terms) const;
};

// Withdrawals: I-8, I-10.
struct PayoutAudit {
  Audit& audit;
  const Judged& judged;

  void operator()(const model::WithdrawalRequested& e) const;
  // Any later event of a withdrawal.
  template <class E>
    requires std::same_as<decltype(E::withdrawal), model::WithdrawalId>
  void operator()(const E& e) const {
    turn(e);
  }
  template <class E>
  void operator()(const E&) const {}

 private:
  template <class E>
  void turn(const E& e) const;
};

// Terms, membership, accounts, cards, personal data: I-5, I-6, I-14, I-15, I-22.
struct RegisterAudit {
  Audit& audit;
  const Judged& judged;

  void operator()(const model::TermsPublished& e) const;
  void operator()(const model::MemberAdmitted& e) const;
  void operator()(const model::MemberTransferred& e) const;
  void operator()(const model::CardIssued& e) const;
  void operator()(const model::AccountOpened& e) const;
  void operator()(const model::DestinationAdded& e) const;
  template <class E>
  void operator()(const E&) const {}

 private:
  void is_primary(model::OrganizationId id, model::MemberId member) const;
  void is_sealed(const model::Sealed& sealed, model::MemberId member) const;
};

// What a history says of a day; nothing before its first.
template <class History>
[[nodiscard]] auto on_day(const History& history, model::Date date) {
  std::optional<std::remove_cvref_t<decltype(history.front().value)>> value;
  for (const auto& dated : history)
    if (dated.from <= date) value = dated.value;
  return value;
}

}  // namespace kopilka::ledger
