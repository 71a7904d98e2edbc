#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/base/check.h"
#include "engine/base/hashing.h"
#include "engine/codec/command_content.h"
#include "engine/ledger/invariants.h"
#include "engine/ledger/mint.h"
#include "engine/memory/state_store.h"
#include "engine/model/commands.h"
#include "engine/shard/follower.h"
#include "engine/shard/shard.h"
#include "engine/state/stored.h"
#include "tests/support/describe.h"
#include "tests/support/times.h"

// A shard driven by hand: a test hands in lines, time and what became of each append, and sees
// batches and answers. A follower folds every acknowledged batch; whoever looks at the state sees
// that both agree.
namespace kopilka::shard {

using model::AnswerStatus;
using model::Money;
using model::Refusal;
using ports::AppendStatus;
using support::day;
using support::instant;
using support::midnight;
using support::noon;

inline constexpr std::string_view kStoreKey = "the key of a store for tests";
inline constexpr std::string_view kFirstDay = "2019-03-01";
inline constexpr std::string_view kReleaseDay = "2019-04-01";  // of a purchase of the first day

inline Money money(std::string_view text) {
  return model::parse_signed_money(text).value();
}

class Driven {
 public:
  explicit Driven(Options options = {}, ports::StateStore* store = nullptr)
      : store_(store), follower_(Follower::open(nullptr).value()) {
    auto state = std::make_unique<State>();
    auto misses = std::make_unique<state::Misses>();
    const auto backing = store != nullptr ? state::Backing::store : state::Backing::none;
    state::attach_all(*state, backing, *misses);
    ownership_.epoch = model::Epoch{1};
    ownership_.head.store.fill(7);
    shard_ = std::make_unique<Shard>(std::move(state), std::move(misses), store, mint_, ownership_,
                                     options);
  }

  // Queues a command under a key of its own. Without `at` it is live.
  Ticket line(model::Command command, std::optional<model::Instant> at) {
    return line("key " + std::to_string(next_ticket_), std::move(command), at);
  }
  Ticket line(std::string key, model::Command command, std::optional<model::Instant> at) {
    Submission submission{.ticket = next_ticket_++};
    submission.origin = {.principal = "operator", .credential = "c", .key = std::move(key)};
    submission.origin.mac.value = base::keyed_hash("mac", codec::canonical_content(command));
    submission.content = std::move(command);
    submission.at = at;
    return submit(std::move(submission));
  }
  Ticket submit(Submission submission) {
    const auto ticket = submission.ticket;
    shard_->submit(std::move(submission));
    return ticket;
  }

  // The next batch, not yet acknowledged. Nothing: there is none.
  std::optional<Append> next(model::Instant now = {}) {
    auto batch = shard_->next_batch(now);
    EXPECT_TRUE(batch) << batch.error().message;
    return batch ? std::move(*batch) : std::nullopt;
  }
  void acknowledge(const Append& batch) {
    tell(batch, AppendStatus::acknowledged);
    const auto applied = follower_.apply(batch.content, batch.sealed.hash, {});
    ASSERT_TRUE(applied) << applied.error().message;
    batches_.push_back(batch);
  }
  void tell(const Append& batch, AppendStatus status) {
    shard_->on_outcome({.n = batch.sealed.header.n, .status = status, .detail = "told so"});
    for (auto& answered : shard_->take_answers())
      answers_.insert_or_assign(answered.ticket, std::move(answered.answer));
  }
  // Decides and acknowledges until nothing is left to do.
  void run(model::Instant now = {}) {
    for (;;) {
      if (shard_->is_flush_due()) {
        ASSERT_TRUE(shard_->flush());
      }
      const auto batch = next(now);
      for (auto& answered : shard_->take_answers())
        answers_.insert_or_assign(answered.ticket, std::move(answered.answer));
      if (!batch) return;
      acknowledge(*batch);
    }
  }

  // The answer of one line after everything ran.
  model::Answer answer(model::Command command, model::Instant at) {
    const auto ticket = line(std::move(command), at);
    run();
    return answer_of(ticket);
  }
  [[nodiscard]] model::Answer answer_of(Ticket ticket) const {
    const auto found = answers_.find(ticket);
    KOPILKA_CHECK(found != answers_.end());
    return found->second;
  }
  [[nodiscard]] bool is_answered(Ticket ticket) const { return answers_.contains(ticket); }

  // Every event so far as "recorded_at name", from `seq` on.
  [[nodiscard]] std::vector<std::string> events(std::uint64_t seq = 1) const {
    std::vector<std::string> out;
    std::uint64_t now = 0;
    for (const auto& batch : batches_)
      for (const auto& entry : batch.content.entries)
        for (const auto& dated : entry.events)
          if (++now >= seq)
            out.push_back(to_text(entry.recorded_at) + ' ' +
                          std::string(model::name_of(dated.event)));
    return out;
  }
  // The names of the events of each batch, from batch `n` on.
  [[nodiscard]] std::vector<std::string> names(std::size_t n = 1) const {
    std::vector<std::string> out;
    for (std::size_t i = n - 1; i < batches_.size(); ++i) {
      std::string text;
      for (const auto& entry : batches_.at(i).content.entries)
        for (const auto& dated : entry.events)
          text += (text.empty() ? "" : " ") + std::string(model::name_of(dated.event));
      out.push_back(text);
    }
    return out;
  }

  // Of the shard; the follower's is the same, and no invariant is broken.
  [[nodiscard]] std::string digest() const {
    const auto of_shard = state::digest_of(shard_->state(), store_, "shard", 1)->text();
    const auto of_follower = state::digest_of(follower_.state(), nullptr, "shard", 1)->text();
    EXPECT_EQ(of_shard, of_follower);
    std::vector<ledger::Violation> found;
    check_all(follower_.state().ledger, found);
    for (const auto& violation : found)
      ADD_FAILURE() << violation.invariant << ": " << violation.what;
    return of_shard;
  }
  [[nodiscard]] ledger::Funds funds(model::MemberId member) const {
    const auto* row = follower_.state().ledger.members.find(member);
    return row != nullptr ? row->funds : ledger::Funds{};
  }
  [[nodiscard]] std::string today() const {
    const auto date = follower_.state().view().business_day();
    return date ? to_text(*date) : "none";
  }

  [[nodiscard]] Shard& shard() { return *shard_; }
  [[nodiscard]] const Follower& follower() const { return follower_; }
  [[nodiscard]] const std::vector<Append>& batches() const { return batches_; }
  [[nodiscard]] const ledger::IdMint& mint() const { return mint_; }
  [[nodiscard]] ports::Ownership& ownership() { return ownership_; }
  [[nodiscard]] Ticket next_ticket() const { return next_ticket_; }

 private:
  ports::StateStore* store_;
  ledger::IdMint mint_{kStoreKey};
  ports::Ownership ownership_;
  std::unique_ptr<Shard> shard_;
  Follower follower_;
  std::vector<Append> batches_;
  std::map<Ticket, model::Answer> answers_;
  Ticket next_ticket_{1};
};

// --- a small programme, told in commands -------------------------------------------------------

inline constexpr model::MemberId kMember{42};
inline constexpr model::PartnerId kPartner{7};

// Organisation, member with account, partner with terms of 30 % for 33 %, a click, a destination.
inline std::vector<model::Command> programme() {
  const model::OrganizationId central{1}, primary{10};
  return {
      model::RegisterOrganization{
          .organization = central, .kind = model::OrganizationKind::central, .name = "ЦС"},
      model::RegisterOrganization{.organization = primary,
                                  .kind = model::OrganizationKind::primary,
                                  .parent = central,
                                  .name = "Профком"},
      model::AdmitMember{.member = kMember,
                         .organization = primary,
                         .category = model::MemberCategory::working,
                         .admitted_on = day("2019-01-01")},
      model::IssueCard{.member = kMember, .form = model::CardForm::plastic},
      model::OpenAccount{.member = kMember},
      model::RegisterPartner{.partner = kPartner, .name = "Связной"},
      model::PublishTerms{.partner = kPartner,
                          .channel = model::Channel::online,
                          .tariffs = {{.code = "base",
                                       .percent = model::Rate::ppm(300'000),
                                       .commission_percent = model::Rate::ppm(330'000)}},
                          .freeze_days = 30,
                          .valid_from = day("2019-01-01")},
      model::RegisterClick{.member = kMember, .partner = kPartner, .click_id = "click"},
      model::AddDestination{
          .member = kMember,
          .method = model::WithdrawalMethod::phone,
          .destination_id = "phone",
          .sealed = model::SealedDestination{"mask", {}, model::Sealed{"sealed"}}},
  };
}

// Bought at noon of the first day for 100.00, of which 30.00 are the member's.
inline model::ReportPurchase bought(std::string_view action,
                                    model::PurchaseStatus status = model::PurchaseStatus::approved,
                                    int minutes = 0, std::string_view amount = "100.00") {
  return {.partner = kPartner,
          .action_id = std::string(action),
          .status = status,
          .status_at = noon(kFirstDay) + model::Span::minutes(minutes),
          .purchase_at = noon(kFirstDay),
          .click_id = "click",
          .lines = {{.line = 1, .amount = money(amount)}}};
}
inline model::RequestWithdrawal request(std::string_view amount) {
  return {.member = kMember, .method = model::WithdrawalMethod::phone, .amount = money(amount)};
}
inline model::AdjustBalance adjust(std::string_view amount) {
  return {.member = kMember, .amount = money(amount), .reason = "start", .approvers = {"a", "b"}};
}
inline model::RegisterClick clicking(std::string_view id) {
  return {.member = kMember, .partner = kPartner, .click_id = std::string(id)};
}

// Something harmless that moves time on.
inline model::RegisterClick tick() {
  return {.member = kMember, .partner = kPartner};
}

// The programme set up at noon of the first day. `at`: import; live otherwise.
inline void set_up(Driven& driven) {
  for (auto& command : programme())
    driven.line(std::move(command), noon(kFirstDay));
  driven.run();
}
inline void set_up_live(Driven& driven) {
  for (auto& command : programme())
    driven.line(std::move(command), std::nullopt);
  driven.run(noon(kFirstDay));
}

}  // namespace kopilka::shard
