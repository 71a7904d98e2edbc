#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/model/batch.h"
#include "engine/model/event.h"
#include "tests/support/times.h"

namespace kopilka::contract {

// The same numbers for the same seed.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed * 0x9E37'79B9'7F4A'7C15U + 1) {}
  // 0 to sides - 1. REQUIRES: sides > 0
  std::uint64_t roll(std::uint64_t sides) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return (state_ >> 11) % sides;
  }

 private:
  std::uint64_t state_;
};

inline constexpr std::uint64_t kMembers = 30;        // numbered from 1
inline constexpr std::uint64_t kOrganizations = 15;  // a tree, numbered from 1
inline constexpr std::uint64_t kPartners = 3;        // numbered from 1
inline constexpr std::uint64_t kActionsPerPartner = 40;

// What a log might hold, as far as readers can tell: people come, move and leave on dates before
// and after the day of recording, purchases and withdrawals go all their ways. The amounts keep no
// rule but one: an event names what an earlier one made.
class RandomHistory {
 public:
  explicit RandomHistory(std::uint64_t seed) : dice_(seed) {}

  // Entries of one to four events.
  [[nodiscard]] std::vector<model::Entry> entries(std::size_t count) {
    std::vector<model::Entry> made;
    for (std::uint64_t id = 1; id <= kOrganizations; ++id)
      made.push_back(entry({organization(id)}));
    while (made.size() < count) {
      std::vector<model::Event> events;
      for (auto left = 1 + dice_.roll(4); left > 0; --left) {
        seq_ = model::next(last_seq_);
        events.push_back(any());
        last_seq_ = seq_;
      }
      made.push_back(recorded(std::move(events)));
    }
    return made;
  }

 private:
  struct Bought {
    model::PurchaseId id;
    model::MemberId member;
  };

  model::Entry entry(std::vector<model::Event> events) {
    last_seq_ = model::Seq{last_seq_.value() + events.size()};
    return recorded(std::move(events));
  }
  model::Entry recorded(std::vector<model::Event> events) {
    now_ = now_ + model::Span::minutes(static_cast<std::int64_t>(dice_.roll(600)));
    model::Entry made{std::nullopt, now_, {}};
    for (auto& event : events)
      made.events.push_back({now_ - model::Span::hours(static_cast<std::int64_t>(dice_.roll(2000))),
                             std::move(event)});
    return made;
  }

  // A binary tree: every organisation stands under half its number.
  static model::Event organization(std::uint64_t id) {
    model::OrganizationRegistered event;
    event.organization = model::OrganizationId{id};
    event.kind = static_cast<model::OrganizationKind>(id < 2 ? 0 : id < 4 ? 1 : id < 8 ? 2 : 3);
    if (id > 1) event.parent = model::OrganizationId{id / 2};
    return event;
  }

  model::Event any() {
    switch (dice_.roll(5)) {
      case 0:
        return of_membership();
      case 4:
        return of_the_rest();
      case 1:
        return dice_.roll(2) == 0 ? purchase() : parked();
      case 2:
        return bought_.empty() ? purchase() : of_purchase(pick(bought_));
      default:
        return of_withdrawal();
    }
  }

  model::Event of_membership() {
    if (admitted_.empty() || dice_.roll(4) == 0) return admission();
    const auto member = pick(admitted_);
    switch (dice_.roll(5)) {
      case 0:
        return model::MemberTransferred{member, {}, some_organization(), some_day()};
      case 1:
        return model::MemberCategoryChanged{
            member, static_cast<model::MemberCategory>(dice_.roll(4)), some_day()};
      case 2:
        return model::MembershipSuspended{member, some_day(), std::nullopt};
      case 3:
        return model::MembershipReinstated{member, some_day(), std::nullopt};
      default:
        return model::MembershipTerminated{
            member, static_cast<model::TerminationReason>(dice_.roll(7)), some_day()};
    }
  }
  model::Event admission() {
    model::MemberAdmitted event;
    event.member = some_member();
    event.organization = some_organization();
    event.category = static_cast<model::MemberCategory>(dice_.roll(4));
    event.admitted_on = some_day();
    event.tenure_from = event.admitted_on - static_cast<std::int32_t>(dice_.roll(3000));
    if (dice_.roll(3) > 0) event.sex = static_cast<model::Sex>(dice_.roll(2));
    if (dice_.roll(3) > 0)
      event.birth_month =
          model::month_number(event.tenure_from) - static_cast<std::int32_t>(dice_.roll(60 * 12));
    admitted_.push_back(event.member);
    return event;
  }

  // What is known of members and organisations beyond who belongs where.
  model::Event of_the_rest() {
    switch (dice_.roll(7)) {
      case 0:
        return model::CardIssued{some_member(), some_number(),
                                 static_cast<model::CardForm>(dice_.roll(2)), std::nullopt};
      case 1:
        return model::CardBlocked{some_member(), some_number(), std::nullopt};
      case 2:
        return model::AccountOpened{some_member()};
      case 3: {
        const auto people = static_cast<std::uint32_t>(dice_.roll(1000));
        return model::HeadcountReported{some_organization(), some_day(), people, people / 2, 7};
      }
      case 4:
        return model::OfficerElected{some_organization(), some_member(), some_role(),
                                     some_day(),          std::nullopt,  false};
      case 5:
        return model::OfficerTermEnded{some_organization(), some_member(), some_role(), some_day()};
      default: {
        model::DuesPaid event;
        event.organization = some_organization();
        event.member = some_member();
        event.amount = some_money();
        event.paid_on = some_day();
        return event;
      }
    }
  }

  model::Event purchase() {
    model::PurchaseRecorded event;
    event.partner = some_partner();
    event.action_id = some_action();
    event.member = some_member();
    event.organization = some_organization();
    event.purchase_at = model::moscow_midnight(some_day());
    event.status = static_cast<model::PurchaseStatus>(dice_.roll(3));
    event.base = some_money();
    event.cashback = some_money();
    event.commission = some_money();
    bought_.push_back({model::PurchaseId{seq_.value()}, event.member});
    return event;
  }
  model::Event parked() {
    if (dice_.roll(3) == 0)
      return model::PurchaseExpired{some_partner(), some_action(), model::ParkedId{seq_.value()}};
    model::PurchaseUnattributed event;
    event.partner = some_partner();
    event.action_id = some_action();
    event.purchase_at = model::moscow_midnight(some_day());
    if (!parked_.empty() && dice_.roll(2) == 0) {
      const auto& [id, partner] = pick(parked_);
      event.parked = id;
      event.partner = partner;
    } else {
      parked_.emplace_back(model::ParkedId{seq_.value()}, event.partner);
    }
    return event;
  }
  model::Event of_purchase(const Bought& of) {
    switch (dice_.roll(6)) {
      case 0: {
        model::PurchaseDeclined event;
        event.purchase = of.id;
        event.member = of.member;
        event.standing.cashback = some_money();
        return event;
      }
      case 1: {
        model::CashbackClawedBack event;
        event.purchase = of.id;
        event.member = of.member;
        event.from_available = some_money();
        event.to_debt = some_money();
        return event;
      }
      case 2:
        return model::PartnerInvoiceIssued{some_partner(), {of.id, pick(bought_).id}, {}};
      case 3:
        return model::HoldPlaced{model::HoldScope::purchase, of.member, of.id, std::nullopt, "x"};
      default:
        return model::FreezeExpired{of.id, {}, of.member, some_money(), some_money()};
    }
  }

  model::Event of_withdrawal() {
    if (asked_.empty() || dice_.roll(3) == 0) {
      model::WithdrawalRequested event;
      event.member = some_member();
      event.method = static_cast<model::WithdrawalMethod>(dice_.roll(4));
      event.amount = some_money();
      event.request_key = "w-" + std::to_string(seq_.value());
      event.ext_ref = "R" + std::to_string(seq_.value());
      event.due_at = model::moscow_midnight(some_day());
      asked_.emplace_back(model::WithdrawalId{seq_.value()}, event.member);
      return event;
    }
    const auto& [id, member] = pick(asked_);
    switch (dice_.roll(7)) {
      case 0:
        return model::WithdrawalSent{id, member, some_money(), std::nullopt};
      case 1:
        return model::WithdrawalOutcomeUnknown{id, member};
      case 2:
        return model::WithdrawalSettled{id, member, some_money(), {}, std::nullopt};
      case 3:
        return model::WithdrawalCancelled{id, member, some_money(), some_money()};
      case 4:
        return model::WithdrawalReturned{id, member, some_money(), some_money(), {}, {}};
      case 5:
        return model::WithdrawalSettledAfterRejection{id, member, some_money(), {}, {}, {}};
      default:
        return model::WithdrawalRejected{id, member, some_money(), some_money(), std::nullopt, {}};
    }
  }

  template <class T>
  const T& pick(const std::vector<T>& from) {
    return from[dice_.roll(from.size())];
  }
  model::MemberId some_member() { return model::MemberId{1 + dice_.roll(kMembers)}; }
  model::OrganizationId some_organization() {
    return model::OrganizationId{1 + dice_.roll(kOrganizations)};
  }
  model::OfficerRole some_role() { return static_cast<model::OfficerRole>(dice_.roll(5)); }
  model::LookupHash some_number() {
    model::LookupHash number;
    number.value[0] = static_cast<std::uint8_t>(dice_.roll(40));
    return number;
  }
  model::PartnerId some_partner() { return model::PartnerId{1 + dice_.roll(kPartners)}; }
  std::string some_action() { return "A-" + std::to_string(dice_.roll(kActionsPerPartner)); }
  model::Money some_money() {
    return model::Money::kopecks(static_cast<std::int64_t>(dice_.roll(100'000)));
  }
  model::Date some_day() {
    return support::day("2019-01-01") + static_cast<std::int32_t>(dice_.roll(365));
  }

  Dice dice_;
  model::Seq last_seq_;
  model::Seq seq_;  // of the event that is being made
  model::Instant now_{support::noon("2019-01-01")};
  std::vector<model::MemberId> admitted_;
  std::vector<Bought> bought_;
  std::vector<std::pair<model::ParkedId, model::PartnerId>> parked_;
  std::vector<std::pair<model::WithdrawalId, model::MemberId>> asked_;
};

}  // namespace kopilka::contract
