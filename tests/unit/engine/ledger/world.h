#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "engine/base/check.h"
#include "engine/ledger/decide.h"
#include "engine/ledger/fold.h"
#include "engine/ledger/invariants.h"
#include "engine/ledger/mint.h"
#include "engine/ledger/postings.h"
#include "engine/ledger/release.h"
#include "engine/ledger/results.h"
#include "engine/model/answer.h"
#include "engine/model/commands.h"
#include "engine/model/events_purchases.h"
#include "engine/model/events_registry.h"
#include "engine/model/money.h"
#include "engine/model/refusal.h"
#include "engine/registry/decide.h"
#include "engine/registry/fold.h"
#include "tests/support/given.h"
#include "tests/support/times.h"

// A small programme to tell stories about: members 42 and 43 of primary 10, partner 7 that pays 33
// % of which the member gets 30 %, one click of member 42 at noon of 1 March 2019. Every event's
// movement and, after it, every invariant is checked.
namespace kopilka::ledger {

using model::Money;
using model::PurchaseStatus;
using model::Refusal;
using support::day;
using support::effective;
using support::instant;
using support::midnight;
using support::noon;

// What a command was answered when it records nothing of its own.
struct Verdict {
  model::AnswerStatus status{};
  std::optional<Refusal> refusal;

  Verdict(Refusal code)  // NOLINT(google-explicit-constructor)
      : status(model::AnswerStatus::refused), refusal(code) {}
  explicit Verdict(model::AnswerStatus what) : status(what) {}
  bool operator==(const Verdict&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "status", self.status);
    field(1, "refusal", self.refusal);
  }
};

inline const Verdict kStale{model::AnswerStatus::stale};
inline const Verdict kDuplicate{model::AnswerStatus::duplicate};

inline constexpr std::string_view kStoreKey = "a key of this store, 32 bytes...";

class World {
 public:
  registry::Tables registry;
  Tables ledger;
  std::array<std::optional<Money>, 4> method_amount_max{};
  std::string key = "key";
  std::optional<model::Original> original;  // what the last duplicate was pointed to

  [[nodiscard]] View view() const { return {registry, ledger}; }

  void fold(const auto& event, model::Seq seq, model::Instant recorded_at) {
    if constexpr (requires { registry::fold(registry, event, seq, recorded_at); })
      registry::fold(registry, event, seq, recorded_at);
    ledger::fold(ledger, model::Event(event), {seq, recorded_at});
    last_seq_ = seq;
    note_extent(model::Event(event), seq);
    check(model::Event(event));
  }

  template <class Command>
  [[nodiscard]] std::expected<Events, Verdict> decide(const Command& command, model::Instant now) {
    if constexpr (requires {
                    registry::decide(registry, command, registry::Context{.now = now});
                  }) {
      auto decision = registry::decide(registry, command, registry::Context{.now = now});
      if (!decision) return std::unexpected(Verdict(decision.error()));
      return std::move(*decision);
    } else {
      const IdMint mint(kStoreKey);
      const Context context{now, model::next(last_seq_), key, mint, method_amount_max};
      return take(ledger::decide(view(), command, context));
    }
  }

 private:
  std::expected<Events, Verdict> take(Decision decision) {
    if (const auto* code = std::get_if<Refusal>(&decision)) return std::unexpected(Verdict(*code));
    if (std::holds_alternative<Stale>(decision)) return std::unexpected(kStale);
    if (auto* same = std::get_if<SameDelivery>(&decision)) {
      original = std::move(same->original);
      return std::unexpected(kDuplicate);
    }
    auto& events = std::get<Events>(decision);
    expected_ = events.size();
    first_ = model::next(last_seq_);
    return std::move(events);
  }

  // As the shard does when a command's last event is folded.
  void note_extent(const model::Event& event, model::Seq seq) {
    if (expected_ == 0) return;
    if (seq == first_) first_event_ = event;
    if (seq.value() + 1 < first_.value() + expected_) return;
    fold_message_extent(ledger, *first_event_, first_, static_cast<std::uint32_t>(expected_));
    expected_ = 0;
  }

  void check(const model::Event& event) const {
    std::vector<Violation> found;
    check_movement(postings(event), found);
    if (ledger.purchases.loaded() <= kWatchedPurchases) check_all(ledger, found);
    for (const auto& violation : found)
      ADD_FAILURE() << violation.invariant << ": " << violation.what << ", after "
                    << support::describe(event);
  }

  static constexpr std::size_t kWatchedPurchases = 300;  // looking at all takes its time
  model::Seq last_seq_;
  model::Seq first_;
  std::size_t expected_{0};
  std::optional<model::Event> first_event_;
};

using Story = support::Story<World>;

inline constexpr model::OrganizationId kPrimary{10};
inline constexpr model::MemberId kMember{42};
inline constexpr model::MemberId kOtherMember{43};
inline constexpr model::MemberId kUnknownMember{999};
inline constexpr model::PartnerId kPartner{7};
inline constexpr model::PartnerId kOtherPartner{8};
inline constexpr model::PartnerId kUnknownPartner{999};
inline constexpr std::string_view kFirstDay = "2019-03-01";
inline constexpr std::string_view kReleaseDay = "2019-04-01";  // of a purchase of today

// REQUIRES: "4050.00", a sign allowed
inline Money money(std::string_view text) {
  const auto value = model::parse_signed_money(text);
  KOPILKA_CHECK(value.has_value());
  return *value;
}
// REQUIRES: "8.5"
inline model::Rate percent(std::string_view text) {
  const auto value = model::parse_percent(text);
  KOPILKA_CHECK(value.has_value());
  return *value;
}

inline const model::Instant kEvening = noon(kFirstDay) + model::Span::hours(6);

// The hash of something, told apart by one letter.
inline model::LookupHash hash_of(char letter) {
  model::LookupHash hash;
  hash.value.fill(static_cast<std::uint8_t>(letter));
  return hash;
}

template <class T>
T with(T fact, auto&& change) {
  change(fact);
  return fact;
}

// --- the register ------------------------------------------------------------------------------

inline model::Tariff tariff(std::string_view code, std::string_view member,
                            std::string_view commission) {
  return {.code = std::string(code),
          .percent = percent(member),
          .commission_percent = percent(commission)};
}
inline model::Tariff fixed_tariff(std::string_view code, std::string_view member,
                                  std::string_view commission) {
  return {.code = std::string(code), .fixed = money(member), .commission_fixed = money(commission)};
}

// Online, from 1 January 2019 on; frozen for 30 days.
inline model::TermsPublished terms(std::vector<model::Tariff> tariffs) {
  return {.partner = kPartner,
          .channel = model::Channel::online,
          .tariffs = std::move(tariffs),
          .freeze_days = 30,
          .window_days = 30,
          .valid_from = day("2019-01-01")};
}
inline model::TermsPublished terms(std::string_view member, std::string_view commission) {
  return terms({tariff("base", member, commission)});
}

inline model::MemberAdmitted admitted(model::MemberId member, std::string_view on) {
  return {.member = member,
          .organization = kPrimary,
          .category = model::MemberCategory::working,
          .admitted_on = day(on),
          .tenure_from = day(on)};
}
inline model::PartnerRegistered partner(model::PartnerId id) {
  return {.partner = id, .name = "Связной", .currency = "RUB"};
}
inline model::CardIssued card(model::MemberId member, char number) {
  return {.member = member, .number = hash_of(number), .form = model::CardForm::plastic};
}
inline model::ClickRegistered click(std::string_view id, model::MemberId member = kMember) {
  return {.click_id = std::string(id),
          .member = member,
          .partner = kPartner,
          .channel = model::Channel::online};
}
inline model::DestinationAdded destination(std::string_view id, model::WithdrawalMethod method) {
  return {.member = kMember,
          .destination_id = std::string(id),
          .method = method,
          .mask = "mask",
          .value_hash = hash_of('d'),
          .value = model::Sealed{"sealed"}};
}

// The members, the partners, and at noon of 1 March a click of each member, `c42` and `c43`. The
// story goes on in the evening.
inline Story shop(const model::TermsPublished& published) {
  Story story(noon(kFirstDay));
  story.given(
      model::OrganizationRegistered{
          .organization = kPrimary, .kind = model::OrganizationKind::primary, .name = "Профком"},
      admitted(kMember, "2019-01-01"), admitted(kOtherMember, "2019-01-01"),
      model::AccountOpened{kMember}, partner(kPartner), partner(kOtherPartner), published,
      model::BusinessDayOpened{day(kFirstDay), true}, click("c42"), click("c43", kOtherMember));
  story.at(kEvening);
  return story;
}
// The shop of W1.
inline Story shop() {
  return shop(terms("30", "33"));
}

// --- what a partner says -----------------------------------------------------------------------

inline constexpr auto kNew = PurchaseStatus::new_purchase;
inline constexpr auto kPending = PurchaseStatus::pending;
inline constexpr auto kApproved = PurchaseStatus::approved;
inline constexpr auto kDeclined = PurchaseStatus::declined;

// Action `a` of member 42, bought at 12:15 of 1 March, said `minutes` later.
inline model::ReportPurchase report(PurchaseStatus status, int minutes, std::string_view amount) {
  const auto bought = instant("2019-03-01T12:15:00+03:00");
  return {.partner = kPartner,
          .action_id = "a",
          .status = status,
          .status_at = bought + model::Span::minutes(minutes),
          .purchase_at = bought,
          .click_id = "c42",
          .lines = {{.line = 1, .amount = money(amount)}}};
}
// Another action of the same day.
inline model::ReportPurchase report_of(std::string_view action, PurchaseStatus status, int minutes,
                                       std::string_view amount) {
  return with(report(status, minutes, amount), [&](auto& m) { m.action_id = std::string(action); });
}

// --- time --------------------------------------------------------------------------------------

// Opens the days up to `until` one by one, each with its releases and expiries, as time does; the
// story goes on at noon of the last.
inline void pass_to(Story& story, std::string_view until) {
  auto& world = story.world();
  for (auto open = *world.view().business_day(); open < day(until);) {
    open = open + 1;
    const auto now = model::moscow_midnight(open);
    story.at(now).given(open_day(world.view(), open, now).event);
    const auto due_on = [&](const auto& days, const auto& chunks) {
      std::vector<std::uint64_t> ids;
      const auto* due = days.find(open);
      for (std::uint32_t i = 0; due != nullptr && i < due->count; ++i)
        ids.push_back(chunks.find({open, i / kDueChunk})->ids.at(i % kDueChunk));
      return ids;
    };
    for (const auto id : due_on(world.ledger.release_days, world.ledger.releases)) {
      const auto event = decide_release(world.view(), model::PurchaseId{id});
      if (event) story.given(event->event);
    }
    for (const auto id : due_on(world.ledger.expiry_days, world.ledger.expiries)) {
      const auto event = decide_expiry(world.view(), model::ParkedId{id}, now);
      if (event) story.given(event->event);
    }
  }
  story.at(noon(until));
}

// --- what stands -------------------------------------------------------------------------------

inline MemberMoney money_of(Story& story, model::MemberId member = kMember) {
  const auto* row = story.world().ledger.members.find(member);
  return row != nullptr ? *row : MemberMoney{};
}
inline Funds funds(Story& story, model::MemberId member = kMember) {
  return money_of(story, member).funds;
}
inline Funds funds_of(std::string_view frozen, std::string_view available,
                      std::string_view reserved = "0.00", std::string_view in_flight = "0.00",
                      std::string_view debt = "0.00") {
  return {money(frozen), money(available), money(reserved), money(in_flight), money(debt)};
}
inline void PrintTo(const Funds& funds, std::ostream* out) {
  *out << support::describe(funds);
}

// The purchase of an action of partner 7. REQUIRES: recorded
inline model::PurchaseId id_of(Story& story, std::string_view action = "a") {
  const auto* row = story.world().ledger.actions.find({kPartner, std::string(action)});
  KOPILKA_CHECK(row != nullptr && row->purchase);
  return *row->purchase;
}
inline const Purchase& purchase(Story& story, std::string_view action = "a") {
  return *story.world().ledger.purchases.find(id_of(story, action));
}
inline std::string cashback(Story& story, std::string_view action = "a") {
  return to_text(purchase(story, action).cashback);
}
inline std::string commission(Story& story, std::string_view action = "a") {
  return to_text(purchase(story, action).commission);
}

// Of the book, debits − credits, by the code of the chart.
inline std::string balance(Story& story, std::string_view code) {
  const auto* book = story.world().ledger.books.find(kProgramBook);
  for (std::size_t i = 0; i < kAccountCount; ++i)
    if (kChart.at(i).code == code)
      return to_text(
          Money::kopecks(book != nullptr ? static_cast<std::int64_t>(book->balances.at(i)) : 0));
  return "no such account";
}

// The movement of an event as a person writes it: "1210 4455.00, 2100 -4050.00".
inline std::string moved(const model::Event& event) {
  std::string text;
  const auto movement = postings(event);
  for (const auto& posting : movement.postings()) {
    if (!text.empty()) text += ", ";
    text += kChart.at(static_cast<std::size_t>(posting.account)).code;
    text += ' ' + to_text(posting.debit);
  }
  return text;
}

}  // namespace kopilka::ledger
