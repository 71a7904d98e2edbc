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
#include "engine/shard/shard_rows.h"

namespace kopilka::shard {
namespace {

constexpr int kPrefetchRounds = 3;

model::Answer invalid(model::Invalid code, std::string message) {
  return {.status = model::AnswerStatus::invalid, .invalid = code, .message = std::move(message)};
}

model::Answer duplicate_of(model::Original original) {
  return {.status = model::AnswerStatus::duplicate, .original = std::move(original)};
}

// Cuts UTF-8 between two characters.
void shorten(std::string& text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return;
  const auto continues = [&](std::size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
  };
  while (bytes_max > 0 && continues(bytes_max))
    --bytes_max;
  text.resize(bytes_max);
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

base::Result<std::optional<model::Date>> Shard::business_day() {
  return with_rows([&] { return state_->view().business_day(); });
}

// Asks every queued command once and loads what it missed in one read, instead of one read each.
base::Result<void> Shard::prefetch() {
  if (store_ == nullptr) return {};
  const auto end = std::min<std::size_t>(queue_.size(), options_.entries_per_batch_max);
  const auto begin = std::exchange(prefetched_, std::max(prefetched_, end));
  for (int round = 0; round < kPrefetchRounds; ++round) {
    for (std::size_t i = begin; i < end; ++i) {
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
  } else if (today) {
    // The day of the last entry is open, also when a run was killed before it could open it.
    const auto date = model::moscow_date(decided_.recorded_at);
    KOPILKA_TRY_ASSIGN(const bool opened, open_day_towards(date, decided_.recorded_at));
    if (opened) return true;
  }
  if (queue_.empty() || !has_room_for(queue_.front())) return false;
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
    if (known == nullptr) return std::nullopt;
    const bool remembered = is_remembered(*known, state_->view().business_day());
    const bool same = known->mac == submission.origin.mac;
    // What a source's known part recorded is told however long ago it was.
    if (same && (remembered || submission.judged_before)) return duplicate_of(known->answer);
    if (!remembered) return std::nullopt;
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

base::Result<void> Shard::record(model::Entry entry) {
  KOPILKA_CHECK(entry.recorded_at >= decided_.recorded_at);
  const auto first = model::next(decided_.last_seq);
  KOPILKA_TRY(fold_safely([&] { fold(*state_, entry, first); }));
  check_invariants(*state_, entry);
  builder_.add_entry(entry);
  if (entry.origin) recorded_ = builder_.entries() - 1;
  decided_.last_seq = model::Seq{decided_.last_seq.value() + entry.events.size()};
  decided_.recorded_at = entry.recorded_at;
  content_.entries.push_back(std::move(entry));
  return {};
}

bool Shard::has_room_for(const Submission& submission) const {
  if (!submission.source || sources_read_.size() < codec::kBatchSourcesMax) return true;
  return std::ranges::find(sources_read_, submission.source->source,
                           &model::SourcePosition::source) != sources_read_.end();
}

std::uint32_t Shard::note_source(const model::SourcePosition& source) {
  auto it = std::ranges::find(sources_read_, source.source, &model::SourcePosition::source);
  if (it == sources_read_.end())
    it = sources_read_.insert(it, source);
  else if (it->position < source.position)
    *it = source;
  return static_cast<std::uint32_t>(it - sources_read_.begin());
}

void Shard::note_outcome(const Submission& submission, const model::Answer& answer,
                         std::uint32_t source) {
  model::Outcome outcome{.source = source,
                         .unit = *submission.unit,
                         .entry = recorded_,
                         .key = std::nullopt,
                         .answer = answer};
  if (!submission.origin.key.empty()) outcome.key = submission.origin.key;
  shorten(outcome.answer.message, codec::kOutcomeMessageBytesMax);
  builder_.add_outcome(outcome);
  content_.outcomes.push_back(std::move(outcome));
}

void Shard::finish_front(model::Answer answer) {
  Submission& front = queue_.front();
  if (front.source) {
    const auto source = note_source(*front.source);
    if (front.unit) note_outcome(front, answer, source);
  }
  open_.answers.push_back({front.ticket, std::move(answer)});
  open_.submissions.push_back(std::move(front));
  queue_.pop_front();
  if (prefetched_ > 0) --prefetched_;
  day_verdict_.reset();
  recorded_.reset();
}

base::Result<std::optional<Append>> Shard::close_batch() {
  const bool notes_sources = sources_finished_ && queue_.empty() && !sources_read_.empty();
  if (builder_.entries() == 0 && builder_.outcomes() == 0 && !notes_sources) {
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
    for (auto& submission : it->submissions | std::views::reverse) {
      queue_.push_front(std::move(submission));
      ++prefetched_;
    }
  in_flight_.clear();
  decided_ = acknowledged_;
  sources_read_.clear();
  sweep_ = {};
  day_verdict_.reset();
  recorded_.reset();
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
  KOPILKA_TRY(store_->apply(state::collect_changes(*state_), encode_checkpoint(acknowledged_)));
  state::mark_clean(*state_);
  if (state::rows_loaded(*state_) > options_.loaded_rows_max)
    state::drop_clean(*state_, state::Keep::reused);
  if (state::rows_loaded(*state_) > options_.loaded_rows_max) state::drop_clean(*state_);
  state::keep_within(*state_, options_.table_bytes_max / 2);
  flushed_ = acknowledged_.last_seq;
  prefetched_ = 0;
  return {};
}

bool Shard::is_flush_due() const {
  return store_ != nullptr &&
         (decided_.last_seq.value() - flushed_.value() >= options_.events_per_flush ||
          state::bytes_to_flush(*state_) >= options_.table_bytes_max);
}

base::Result<SourceProgress> Shard::source(const std::string& name) {
  return with_rows([&] {
    const auto* known = state_->sources.find({name});
    return known != nullptr ? *known : SourceProgress{};
  });
}

}  // namespace kopilka::shard
