#include "engine/shard/shard.h"

#include <algorithm>
#include <ranges>
#include <unordered_map>
#include <utility>

#include "engine/base/check.h"
#include "engine/ledger/invariants.h"
#include "engine/ledger/release.h"
#include "engine/shard/checkpoint.h"
#include "engine/shard/deciding.h"

namespace kopilka::shard {
namespace {

// A question whose rows lead to further rows ends after a few rounds (card → member → row); a rule
// that never ends is a programmer's error.
constexpr int kRoundsMax = 64;
constexpr int kPrefetchRounds = 3;

model::Answer invalid(model::Invalid code, std::string message) {
  return {.status = model::AnswerStatus::invalid, .invalid = code, .message = std::move(message)};
}

model::Answer duplicate_of(model::Original original) {
  return {.status = model::AnswerStatus::duplicate, .original = std::move(original)};
}

// Movements balance and no member's accounts break a rule, before the log may hold them.
void check_invariants(const State& state, const model::Entry& entry) {
  std::vector<ledger::Violation> found;
  for (const auto& dated : entry.events) {
    const auto movement = ledger::postings(dated.event);
    ledger::check_movement(movement, found);
    if (!movement.member) continue;
    const auto* money = state.ledger.members.find(*movement.member);
    if (money != nullptr) ledger::check_member(*movement.member, *money, found);
  }
  KOPILKA_CHECK(found.empty());
}

}  // namespace

Shard::Shard(std::unique_ptr<State> state, std::unique_ptr<state::Misses> misses,
             ports::StateStore* store, const ledger::IdMint& mint,
             const ports::Ownership& ownership, Options options)
    : state_(std::move(state)),
      misses_(std::move(misses)),
      store_(store),
      mint_(mint),
      options_(options),
      epoch_(ownership.epoch),
      owner_(ownership.owner),
      acknowledged_(ownership.head),
      decided_(ownership.head),
      flushed_(ownership.head.last_seq) {}

void Shard::submit(Submission submission) {
  queue_.push_back(std::move(submission));
}

void Shard::finish_sources() {
  sources_finished_ = true;
}

template <class Ask>
auto Shard::with_rows(const Ask& ask) -> base::Result<decltype(ask())> {
  for (int round = 0; round < kRoundsMax; ++round) {
    auto answer = ask();
    if (misses_->count == 0) return answer;
    KOPILKA_CHECK(store_ != nullptr);
    KOPILKA_TRY(state::load_missing(*state_, *misses_, *store_));
  }
  base::fail_check("a rule that asks for ever more rows", std::source_location::current());
}

base::Result<std::optional<model::Date>> Shard::business_day() {
  return with_rows([&] { return state_->view().business_day(); });
}

// Asks every queued command once and loads what it missed in one read, instead of one read each.
base::Result<void> Shard::prefetch() {
  if (store_ == nullptr) return {};
  const auto count = std::min<std::size_t>(queue_.size(), options_.entries_per_batch_max);
  for (int round = 0; round < kPrefetchRounds; ++round) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto& submission = queue_[i];
      const auto* command = std::get_if<model::Command>(&submission.content);
      if (command == nullptr) continue;
      (void)state_->keys.find({submission.origin.principal, submission.origin.key});
      if (std::holds_alternative<model::OpenBusinessDay>(*command)) continue;
      const ledger::Context context{submission.at.value_or(decided_.recorded_at),
                                    model::next(decided_.last_seq), submission.origin.key, mint_,
                                    options_.method_amount_max};
      (void)shard::decide(*state_, *command, context);
    }
    if (misses_->count == 0) return {};
    KOPILKA_TRY(state::load_missing(*state_, *misses_, *store_));
  }
  return {};
}

base::Result<std::optional<Append>> Shard::next_batch(model::Instant now) {
  if (phase_ != Phase::deciding || in_flight_.size() >= options_.batches_in_flight_max)
    return std::nullopt;
  if (is_flush_due()) return std::nullopt;
  open_ = InFlight{.head = decided_, .first_step = step_ + 1};
  KOPILKA_TRY(prefetch());
  KOPILKA_TRY(fill_batch(now));
  return close_batch();
}

base::Result<void> Shard::fill_batch(model::Instant now) {
  bool swept = false;
  while (builder_.has_room() && builder_.entries() < options_.entries_per_batch_max) {
    KOPILKA_TRY_ASSIGN(const bool more, advance(now, swept));
    if (!more) break;
  }
  return {};
}

base::Result<bool> Shard::advance(model::Instant now, bool& swept) {
  const bool live = options_.day_mode == DayMode::live;
  KOPILKA_TRY_ASSIGN(const auto today, business_day());
  const bool owes = today && (sweep_.day != *today || !sweep_.done);
  // Live, one slice a batch lets others through; in a file the next line finds the day done.
  if (owes && !(live && swept)) {
    if (sweep_.day != *today) sweep_ = Sweep{.day = *today};
    KOPILKA_TRY_ASSIGN(swept, sweep_slice());
    return true;
  }
  // No day begins before the one before it has released what it owes.
  if (owes && model::moscow_date(std::max(now, decided_.recorded_at)) > *today) return false;
  if (live) {
    KOPILKA_TRY_ASSIGN(const bool opened, open_days_live(now));
    if (opened) return true;
  }
  if (queue_.empty()) return false;
  KOPILKA_TRY(take_front(now));
  return true;
}

// Does one step for the line at the front: a day opened, or its answer.
base::Result<void> Shard::take_front(model::Instant now) {
  const Submission& front = queue_.front();
  if (const auto* malformed = std::get_if<Malformed>(&front.content)) {
    finish_front(invalid(malformed->code, malformed->message));
    return {};
  }
  const auto& command = std::get<model::Command>(front.content);
  const auto at = std::max(front.at.value_or(now), front.at ? *front.at : decided_.recorded_at);
  if (!front_answer_) {
    KOPILKA_TRY_ASSIGN(auto known, answer_known(front));
    if (known) {
      finish_front(std::move(*known));
      return {};
    }
    if (front.judged_before) {
      KOPILKA_TRY_ASSIGN(auto again, judge_again(front));
      finish_front(std::move(again));
      return {};
    }
    if (at < decided_.recorded_at) {
      finish_front(invalid(model::Invalid::time_runs_backwards,
                           "`at` is earlier than " + to_text(decided_.recorded_at) +
                               ", when the log's last entry was recorded"));
      return {};
    }
  }
  if (const auto* open = std::get_if<model::OpenBusinessDay>(&command))
    return take_open_business_day(*open, at);
  if (options_.day_mode == DayMode::import) {
    KOPILKA_TRY_ASSIGN(const bool opened, open_day_towards(model::moscow_date(at), at));
    if (opened) return {};
  }
  return take_command(command, at);
}

base::Result<std::optional<model::Answer>> Shard::answer_known(const Submission& submission) {
  return with_rows([&]() -> std::optional<model::Answer> {
    const auto* known = state_->keys.find({submission.origin.principal, submission.origin.key});
    if (known == nullptr || !is_remembered(*known, state_->view().business_day()))
      return std::nullopt;
    if (known->mac == submission.origin.mac) return duplicate_of(known->answer);
    return model::Answer{.status = model::AnswerStatus::refused,
                         .refusal = model::Refusal::key_reused,
                         .message = "this key was used for another command"};
  });
}

// It recorded nothing when it was read; so the only answer besides stale and duplicate is the one
// that its time then had.
base::Result<model::Answer> Shard::judge_again(const Submission& submission) {
  const auto& command = std::get<model::Command>(submission.content);
  if (!std::holds_alternative<model::OpenBusinessDay>(command)) {
    KOPILKA_TRY_ASSIGN(auto decision, decide(command, submission.origin.key, decided_.recorded_at));
    if (std::holds_alternative<ledger::Stale>(decision))
      return model::Answer{.status = model::AnswerStatus::stale};
    if (auto* same = std::get_if<ledger::SameDelivery>(&decision))
      return duplicate_of(std::move(same->original));
  }
  return invalid(model::Invalid::time_runs_backwards,
                 "`at` was earlier than what the log had recorded before it");
}

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
  const bool import = options_.day_mode == DayMode::import;
  const bool accepted = !day_verdict_->has_value();
  if (accepted && !front_answer_) {
    KOPILKA_TRY_ASSIGN(const auto today, business_day());
    if (today && *today + 1 < command.date)
      return open_day(*today + 1,
                      std::max(model::moscow_midnight(*today + 1), decided_.recorded_at),
                      std::nullopt);
    const auto first = model::next(decided_.last_seq);
    KOPILKA_TRY(open_day(command.date, at, front.origin));
    front_answer_ =
        model::Answer{.status = model::AnswerStatus::accepted, .first = first, .count = 1};
    return {};
  }
  if (import) {
    KOPILKA_TRY_ASSIGN(const bool opened, open_day_towards(model::moscow_date(at), at));
    if (opened) return {};
  }
  if (!front_answer_) {
    KOPILKA_TRY_ASSIGN(front_answer_, record_refusal(front, at, **day_verdict_));
  }
  finish_front(std::move(*front_answer_));
  return {};
}

base::Result<void> Shard::take_command(const model::Command& command, model::Instant at) {
  const Submission& front = queue_.front();
  KOPILKA_TRY_ASSIGN(const auto today, business_day());
  if (options_.day_mode == DayMode::live) {
    if (!today) return open_day(model::moscow_date(at), at, std::nullopt);
    if (*today < model::moscow_date(at)) {
      KOPILKA_TRY_ASSIGN(auto answer, record_refusal(front, at, model::Refusal::day_not_reached));
      finish_front(std::move(answer));
      return {};
    }
    // Everyone sees midnight: what is due to a member is released before the member's command.
    KOPILKA_TRY_ASSIGN(const auto member, with_rows([&] { return member_of(*state_, command); }));
    if (!sweep_.done && member) KOPILKA_TRY(release_of(*member, at));
  }
  KOPILKA_TRY_ASSIGN(auto decision, decide(command, front.origin.key, at));
  KOPILKA_TRY_ASSIGN(auto answer, record_decision(front, at, std::move(decision)));
  // A lifted hold may free more than one command's events can hold; the rest follows on its own.
  const auto* lift = std::get_if<model::LiftHold>(&command);
  if (lift != nullptr && answer.status == model::AnswerStatus::accepted && lift->target.member)
    KOPILKA_TRY(release_of(*lift->target.member, at));
  finish_front(std::move(answer));
  return {};
}

base::Result<ledger::Decision> Shard::decide(const model::Command& command, const std::string& key,
                                             model::Instant at) {
  const ledger::Context context{at, model::next(decided_.last_seq), key, mint_,
                                options_.method_amount_max};
  return with_rows([&] { return shard::decide(*state_, command, context); });
}

base::Result<model::Answer> Shard::record_decision(const Submission& submission, model::Instant at,
                                                   ledger::Decision decision) {
  if (std::holds_alternative<ledger::Stale>(decision))
    return model::Answer{.status = model::AnswerStatus::stale};
  if (auto* same = std::get_if<ledger::SameDelivery>(&decision))
    return duplicate_of(std::move(same->original));
  if (const auto* code = std::get_if<model::Refusal>(&decision))
    return record_refusal(submission, at, *code);
  return record_command(submission, at, std::move(std::get<ledger::Events>(decision)));
}

base::Result<model::Answer> Shard::record_refusal(const Submission& submission, model::Instant at,
                                                  model::Refusal code) {
  const auto& command = std::get<model::Command>(submission.content);
  KOPILKA_TRY_ASSIGN(auto answer, record_command(submission, at, {{at, refused(command, code)}}));
  answer.status = model::AnswerStatus::refused;
  answer.refusal = code;
  return answer;
}

base::Result<model::Answer> Shard::record_command(const Submission& submission, model::Instant at,
                                                  std::vector<model::DatedEvent> events) {
  KOPILKA_CHECK(!events.empty());
  model::Answer answer{.status = model::AnswerStatus::accepted,
                       .first = model::next(decided_.last_seq),
                       .count = static_cast<std::uint32_t>(events.size())};
  KOPILKA_TRY(record({submission.origin, at, std::move(events)}));
  KOPILKA_TRY_ASSIGN(
      const auto* known, with_rows([&] {
        return state_->keys.find({submission.origin.principal, submission.origin.key});
      }));
  answer.result = known->answer.result;
  return answer;
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

// Folds as one step; when a row was not loaded, undoes it, loads and folds again.
base::Result<void> Shard::fold_safely(const auto& fact) {
  ++step_;
  for (int round = 0; round < kRoundsMax; ++round) {
    state::begin_step(*state_, step_);
    fact();
    if (misses_->count == 0) return {};
    KOPILKA_CHECK(store_ != nullptr);
    state::roll_back(*state_, step_);
    KOPILKA_TRY(state::load_missing(*state_, *misses_, *store_));
  }
  base::fail_check("an event that touches ever more rows", std::source_location::current());
}

base::Result<void> Shard::record(model::Entry entry) {
  KOPILKA_CHECK(entry.recorded_at >= decided_.recorded_at);
  const auto first = model::next(decided_.last_seq);
  KOPILKA_TRY(fold_safely([&] { fold(*state_, entry, first); }));
  check_invariants(*state_, entry);
  builder_.add_entry(entry);
  decided_.last_seq = model::Seq{decided_.last_seq.value() + entry.events.size()};
  decided_.recorded_at = entry.recorded_at;
  content_.entries.push_back(std::move(entry));
  return {};
}

void Shard::finish_front(model::Answer answer) {
  Submission& front = queue_.front();
  if (front.source) {
    const auto same = [&](const auto& s) { return s.source == front.source->source; };
    const auto it = std::ranges::find_if(sources_read_, same);
    if (it == sources_read_.end())
      sources_read_.push_back(*front.source);
    else if (it->position < front.source->position)
      *it = *front.source;
  }
  open_.answers.push_back({front.ticket, std::move(answer)});
  open_.submissions.push_back(std::move(front));
  queue_.pop_front();
  day_verdict_.reset();
  front_answer_.reset();
}

base::Result<std::optional<Append>> Shard::close_batch() {
  const bool notes_sources = sources_finished_ && queue_.empty() && !sources_read_.empty();
  if (builder_.entries() == 0 && !notes_sources) {
    // Nothing to record: the answers wait only for what they were decided on.
    auto& waits = in_flight_.empty() ? answers_ : in_flight_.back().answers;
    std::ranges::move(open_.answers, std::back_inserter(waits));
    if (!in_flight_.empty())
      std::ranges::move(open_.submissions, std::back_inserter(in_flight_.back().submissions));
    return std::nullopt;
  }
  for (const auto& source : sources_read_) {
    KOPILKA_TRY(fold_safely([&] { fold(*state_, source); }));
    builder_.add_source(source);
  }
  content_.sources = std::exchange(sources_read_, {});
  const auto& before = open_.head;
  auto sealed = builder_.finish({.store = before.store,
                                 .epoch = epoch_,
                                 .owner = owner_,
                                 .n = model::next(before.n),
                                 .first_seq = model::next(before.last_seq),
                                 .recorded_at = before.recorded_at,
                                 .previous = before.hash});
  content_.header = sealed.header;
  decided_.epoch = epoch_;
  decided_.owner = owner_;
  decided_.n = sealed.header.n;
  decided_.hash = sealed.hash;
  open_.head = decided_;
  open_.last_step = step_;
  in_flight_.push_back(std::exchange(open_, {}));
  return Append{std::move(sealed), std::exchange(content_, {})};
}

void Shard::on_outcome(const ports::AppendOutcome& outcome) {
  KOPILKA_CHECK(!in_flight_.empty() && in_flight_.front().head.n == outcome.n);
  switch (outcome.status) {
    case ports::AppendStatus::acknowledged: {
      auto& landed = in_flight_.front();
      state::settle(*state_, landed.last_step);
      acknowledged_ = landed.head;
      std::ranges::move(landed.answers, std::back_inserter(answers_));
      in_flight_.pop_front();
      return;
    }
    case ports::AppendStatus::failed:
      undo_in_flight(outcome.detail);
      return;
    case ports::AppendStatus::unknown:
    case ports::AppendStatus::fenced:
      phase_ = Phase::stopped;
      trouble_ = outcome.detail;
      return;
  }
}

void Shard::undo_in_flight(std::string why) {
  state::roll_back(*state_, in_flight_.front().first_step);
  for (auto it = in_flight_.rbegin(); it != in_flight_.rend(); ++it)
    for (auto& submission : it->submissions | std::views::reverse)
      queue_.push_front(std::move(submission));
  in_flight_.clear();
  decided_ = acknowledged_;
  sources_read_.clear();
  sweep_ = {};
  day_verdict_.reset();
  front_answer_.reset();
  phase_ = Phase::failed;
  trouble_ = std::move(why);
}

base::Result<void> Shard::resume(const ports::Ownership& ownership) {
  KOPILKA_CHECK(phase_ == Phase::failed);
  if (ownership.head.hash != acknowledged_.hash) {
    phase_ = Phase::stopped;
    return base::fail(base::ErrorKind::unknown_outcome,
                      "the log does not end where it did: recover from it");
  }
  epoch_ = ownership.epoch;
  owner_ = ownership.owner;
  phase_ = Phase::deciding;
  trouble_.clear();
  return {};
}

std::vector<Answered> Shard::take_answers() {
  return std::exchange(answers_, {});
}

base::Result<void> Shard::flush() {
  KOPILKA_CHECK(in_flight_.empty() && phase_ == Phase::deciding);
  if (store_ == nullptr) return {};
  const auto changes = state::collect_changes(*state_);
  KOPILKA_TRY(store_->apply(changes, encode_checkpoint(acknowledged_)));
  state::mark_clean(*state_);
  if (state::rows_loaded(*state_) > options_.loaded_rows_max) state::drop_clean(*state_);
  flushed_ = acknowledged_.last_seq;
  return {};
}

bool Shard::is_flush_due() const {
  return store_ != nullptr &&
         decided_.last_seq.value() - flushed_.value() >= options_.events_per_flush;
}

base::Result<SourceProgress> Shard::source(const std::string& name) {
  return with_rows([&] {
    const auto* known = state_->sources.find({name});
    return known != nullptr ? *known : SourceProgress{};
  });
}

}  // namespace kopilka::shard
