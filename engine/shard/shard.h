#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/base/result.h"
#include "engine/codec/batch.h"
#include "engine/ledger/decide.h"
#include "engine/ledger/mint.h"
#include "engine/ports/state_store.h"
#include "engine/shard/held.h"
#include "engine/shard/messages.h"
#include "engine/shard/state.h"
#include "engine/state/stored.h"

namespace kopilka::shard {

using ledger::DayMode;

struct Options {
  DayMode day_mode{DayMode::import};
  std::size_t batches_in_flight_max{2};
  std::uint32_t entries_per_batch_max{8'190};
  int auto_open_days_max{3};  // live: more unopened days are an operator's business
  std::uint32_t releases_per_slice{1'000};
  std::uint64_t events_per_flush{200'000};  // then the store is brought up to date
  std::size_t loaded_rows_max{2'000'000};
  // What rows in memory take, with what a flush of them does, in bytes: then the store is brought
  // up to date too, and half of it is kept at most.
  std::size_t table_bytes_max{std::size_t{1} << 30};
  std::array<std::optional<model::Money>, 4> method_amount_max{};  // by method (C12)
};

// Where one order of events is decided (architecture.md §1). A machine: commands, outcomes and time
// go in; batches to append and answers come out. It never touches a log or a clock; rows it reads
// and writes through the StateStore port, and only acknowledged ones are written. One thread.
//
// Safety: an answer leaves only when every batch that it was decided on is acknowledged. A batch
// that surely failed is undone and its commands are decided anew; after an unknown outcome the
// shard is `stopped` for good: throw it away and recover another from the log.
class Shard {
 public:
  // `state` stands at `ownership.head`, over `store` (null: all in memory); see recovery.h. Store
  // and mint must outlive the shard.
  Shard(std::unique_ptr<State> state, std::unique_ptr<state::Misses> misses,
        ports::StateStore* store, const ledger::IdMint& mint, const ports::Ownership& ownership,
        Options options);

  // Queues a line. Unbounded here: the caller bounds what it hands over.
  void submit(Submission submission);
  // The input's end: what was read of a source without recording anything is noted in the log too.
  void finish_sources();

  // Decides queued lines into the next batch. Nothing: none are queued, too many batches are in
  // flight, or the store must be brought up to date first. `now` is the wall clock: live commands
  // are stamped with it, imported ones are not.
  [[nodiscard]] base::Result<std::optional<Append>> next_batch(model::Instant now);

  // What became of the oldest batch in flight.
  void on_outcome(const ports::AppendOutcome& outcome);
  // The log was acquired again after a failure; its head must be the last acknowledged batch.
  [[nodiscard]] base::Result<void> resume(const ports::Ownership& ownership);

  // Answers that may leave.
  [[nodiscard]] std::vector<Answered> take_answers();

  // Writes acknowledged rows to the store. REQUIRES: no batch in flight
  [[nodiscard]] base::Result<void> flush();
  // Enough was recorded since the last flush, or memory is full. No batch is made while it is due.
  [[nodiscard]] bool is_flush_due() const;

  [[nodiscard]] bool stopped() const { return phase_ == Phase::stopped; }
  [[nodiscard]] bool needs_resume() const { return phase_ == Phase::failed; }
  // Why it stopped or failed; for people.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }
  [[nodiscard]] std::size_t queued() const { return queue_.size(); }
  [[nodiscard]] std::size_t in_flight() const { return in_flight_.size(); }
  // The last acknowledged batch.
  [[nodiscard]] const model::LogHead& head() const { return acknowledged_; }
  [[nodiscard]] const State& state() const { return *state_; }
  // With batches in flight it has what they did: then ask only for facts that never change.
  [[nodiscard]] Held held() const { return {state_.get(), misses_.get(), store_}; }
  // How far a source was read, as far as it is acknowledged; zeros: never.
  [[nodiscard]] base::Result<SourceProgress> source(const std::string& name);

 private:
  enum class Phase : std::uint8_t { deciding, failed, stopped };

  struct InFlight {
    model::LogHead head;  // after it
    std::uint64_t first_step{0};
    std::uint64_t last_step{0};
    std::vector<Answered> answers;
    std::vector<Submission> submissions;  // to decide anew should it fail
  };

  // A slice of releases and expiries that the open day still owes.
  struct Sweep {
    model::Date day;
    std::uint32_t next_release{0};
    std::uint32_t next_expiry{0};
    bool done{false};
  };

  // Asks until every row that the question needs is loaded.
  template <class Ask>
  auto with_rows(const Ask& ask) -> base::Result<decltype(ask())>;
  base::Result<void> prefetch();
  base::Result<std::optional<model::Date>> business_day();

  base::Result<void> fill_batch(model::Instant now);
  // True: something was done and there may be more; false: nothing is left to do now.
  base::Result<bool> advance(model::Instant now, bool& swept);
  base::Result<void> take_front(model::Instant now);
  base::Result<std::optional<model::Answer>> answer_known(const Submission& submission);
  base::Result<model::Answer> judge_again(const Submission& submission);
  base::Result<bool> open_day_towards(model::Date target, model::Instant at);
  base::Result<bool> open_days_live(model::Instant now);
  base::Result<void> open_day(model::Date date, model::Instant at,
                              std::optional<model::CommandOrigin> origin);
  base::Result<void> take_open_business_day(const model::OpenBusinessDay& command,
                                            model::Instant at);
  base::Result<void> take_command(const model::Command& command, model::Instant at);
  base::Result<ledger::Decision> decide(const model::Command& command, const std::string& key,
                                        model::Instant at);
  base::Result<model::Answer> record_decision(const Submission& submission, model::Instant at,
                                              ledger::Decision decision);
  base::Result<model::Answer> record_refusal(const Submission& submission, model::Instant at,
                                             model::Refusal code);
  base::Result<model::Answer> record_command(const Submission& submission, model::Instant at,
                                             std::vector<model::DatedEvent> events);
  base::Result<bool> sweep_slice();
  base::Result<void> release_of(model::MemberId member, model::Instant at);
  base::Result<void> record(model::Entry entry);
  base::Result<void> fold_safely(const auto& fact);
  void finish_front(model::Answer answer);
  // Which one of the batch being decided it is; it then stands behind the line.
  std::uint32_t note_source(const model::SourcePosition& source);
  void note_outcome(const Submission& submission, const model::Answer& answer,
                    std::uint32_t source);
  [[nodiscard]] bool has_room_for(const Submission& submission) const;
  base::Result<std::optional<Append>> close_batch();
  void undo_in_flight(std::string why);

  std::unique_ptr<State> state_;
  std::unique_ptr<state::Misses> misses_;
  ports::StateStore* store_;
  const ledger::IdMint& mint_;
  Options options_;
  Phase phase_{Phase::deciding};
  std::string trouble_;

  model::Epoch epoch_;
  model::OwnerId owner_{};
  model::LogHead acknowledged_;
  model::LogHead decided_;  // the head that the next batch continues
  std::uint64_t step_{0};
  model::Seq flushed_;  // the store stands here
  Sweep sweep_;

  std::deque<Submission> queue_;
  std::size_t prefetched_{0};  // so many at its front; a batch takes fewer than are queued
  // How far the front of the queue has come: opening days may take several batches.
  std::optional<std::optional<model::Refusal>> day_verdict_;  // on its open_business_day
  std::deque<InFlight> in_flight_;
  std::vector<Answered> answers_;

  // The batch being decided.
  codec::BatchBuilder builder_;
  model::Batch content_;
  InFlight open_;
  std::vector<model::SourcePosition> sources_read_;  // the latest of each source, not yet noted
  std::optional<std::uint32_t> recorded_;  // the entry of the line at the front, once it is there
  bool sources_finished_{false};
};

}  // namespace kopilka::shard
