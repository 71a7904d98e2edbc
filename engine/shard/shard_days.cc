#include <algorithm>
#include <unordered_map>
#include <utility>

#include "engine/ledger/release.h"
#include "engine/shard/shard.h"
#include "engine/shard/shard_rows.h"

// Time: days that open, and what they release and expire (domain.md §9).
namespace kopilka::shard {

// Opens at most one day on the way to `target`; the first day ever is opened without those before.
base::Result<bool> Shard::open_day_towards(model::Date target, model::Instant at) {
  KOPILKA_TRY_ASSIGN(const auto today, business_day());
  if (today && *today >= target) return false;
  const auto date = today ? *today + 1 : target;
  const auto opened_at = options_.day_mode == DayMode::live ? at : model::moscow_midnight(date);
  KOPILKA_TRY(open_day(date, std::max(opened_at, decided_.recorded_at), std::nullopt));
  return true;
}

// Live, days follow the clock while few are unopened.
base::Result<bool> Shard::open_days_live(model::Instant now) {
  KOPILKA_TRY_ASSIGN(const auto today, business_day());
  if (!today) return false;
  const auto target = model::moscow_date(std::max(now, decided_.recorded_at));
  if (target.in_days() - today->in_days() > options_.auto_open_days_max) return false;
  return open_day_towards(target, now);
}

base::Result<void> Shard::open_day(model::Date date, model::Instant at,
                                   std::optional<model::CommandOrigin> origin) {
  KOPILKA_TRY_ASSIGN(auto event,
                     with_rows([&] { return ledger::open_day(state_->view(), date, at); }));
  sweep_ = Sweep{.day = date};
  return record({std::move(origin), at, {std::move(event)}});
}

base::Result<void> Shard::take_open_business_day(const model::OpenBusinessDay& command,
                                                 model::Instant at) {
  const Submission& front = queue_.front();
  if (!day_verdict_) {
    KOPILKA_TRY_ASSIGN(day_verdict_, with_rows([&] {
                         return ledger::judge_open_day(state_->view(), command.date, at,
                                                       options_.day_mode);
                       }));
  }
  if (!day_verdict_->has_value()) {
    KOPILKA_TRY_ASSIGN(const auto today, business_day());
    if (today && *today + 1 < command.date) {
      KOPILKA_TRY_ASSIGN(const bool opened, open_day_towards(command.date, at));
      KOPILKA_CHECK(opened);
      return {};
    }
    const auto first = model::next(decided_.last_seq);
    KOPILKA_TRY(open_day(command.date, at, front.origin));
    // Days between that date and its own `at` follow as those of the log's last entry.
    finish_front({.status = model::AnswerStatus::accepted, .first = first, .count = 1});
    return {};
  }
  if (options_.day_mode == DayMode::import) {
    KOPILKA_TRY_ASSIGN(const bool opened, open_day_towards(model::moscow_date(at), at));
    if (opened) return {};
  }
  KOPILKA_TRY_ASSIGN(auto answer, record_refusal(front, at, **day_verdict_));
  finish_front(std::move(answer));
  return {};
}

// Releases, then expiries, of the open day: at most a slice of ids. True: it recorded something.
base::Result<bool> Shard::sweep_slice() {
  struct Slice {
    ledger::Events events;
    Sweep next;
  };
  KOPILKA_TRY_ASSIGN(
      auto slice, with_rows([&] {
        Slice out{{}, sweep_};
        std::uint32_t left = options_.releases_per_slice;
        std::unordered_map<model::MemberId, ledger::Funds> funds;
        const auto& tables = state_->ledger;
        const auto walk = [&](const auto& days, const auto& chunks, std::uint32_t& index,
                              auto&& take) {
          const auto* day = days.find(sweep_.day);
          const std::uint32_t count = day != nullptr ? day->count : 0;
          for (; index < count && left > 0; ++index, --left) {
            const auto* chunk = chunks.find({sweep_.day, index / ledger::kDueChunk});
            if (chunk == nullptr) return false;  // not loaded
            take(chunk->ids.at(index % ledger::kDueChunk));
          }
          return index >= count;
        };
        const auto release = [&](std::uint64_t raw) {
          const model::PurchaseId id{raw};
          const auto* purchase = tables.purchases.find(id);
          if (purchase == nullptr) return;
          const auto* member = tables.members.find(purchase->member);
          if (member == nullptr || !is_releasable(*purchase, *member, sweep_.day)) return;
          auto& now = funds.try_emplace(purchase->member, member->funds).first->second;
          out.events.push_back(ledger::release(id, *purchase, now));
        };
        const auto expire = [&](std::uint64_t raw) {
          auto event =
              ledger::decide_expiry(state_->view(), model::ParkedId{raw}, decided_.recorded_at);
          if (event) out.events.push_back(std::move(*event));
        };
        out.next.done =
            walk(tables.release_days, tables.releases, out.next.next_release, release) &&
            walk(tables.expiry_days, tables.expiries, out.next.next_expiry, expire);
        return out;
      }));
  sweep_ = slice.next;
  if (slice.events.empty()) return false;
  KOPILKA_TRY(record({std::nullopt, decided_.recorded_at, std::move(slice.events)}));
  return true;
}

base::Result<void> Shard::release_of(model::MemberId member, model::Instant at) {
  for (;;) {
    KOPILKA_TRY_ASSIGN(
        auto events, with_rows([&] { return ledger::decide_releases_of(state_->view(), member); }));
    if (events.empty()) return {};
    if (events.size() > options_.releases_per_slice) events.resize(options_.releases_per_slice);
    KOPILKA_TRY(record({std::nullopt, at, std::move(events)}));
  }
}

}  // namespace kopilka::shard
