#include "engine/app/engine.h"

#include <variant>

#include "engine/codec/command_content.h"
#include "engine/vault/sealing.h"

namespace kopilka::app {
namespace {

// The log answers in milliseconds; waiting longer only delays noticing that it does not.
constexpr std::chrono::milliseconds kOutcomeWait{1'000};

}  // namespace

Engine::Engine(Pieces pieces, shard::Options options)
    : pieces_(std::move(pieces)), options_(options), mint_(pieces_.vault->store_key()) {}

base::Result<std::unique_ptr<Engine>> Engine::open(Pieces pieces, shard::Options options) {
  KOPILKA_TRY_ASSIGN(
      auto follower,
      shard::Follower::open(pieces.store.get(), {.table_bytes_max = options.table_bytes_max}));
  return take_over(pieces, follower, options);
}

base::Result<std::unique_ptr<Engine>> Engine::take_over(Pieces& pieces, shard::Follower& follower,
                                                        shard::Options options) {
  // First what is there already: who cannot fold it, being too old or damaged, deposes nobody.
  KOPILKA_TRY(follower.catch_up(*pieces.log, {}));
  if (pieces.signer) KOPILKA_TRY(pieces.signer->catch_up(*pieces.log));
  KOPILKA_TRY_ASSIGN(const auto ownership, pieces.log->acquire());
  KOPILKA_TRY(follower.catch_up(*pieces.log, {}));
  // Rows beyond the head would be written under its position, and folded again.
  if (follower.head().n > ownership.head.n)
    return base::fail(base::ErrorKind::fenced,
                      "another owner has taken over the log while this one was starting; run again "
                      "when it has ended");
  if (pieces.signer) KOPILKA_TRY(pieces.signer->catch_up(*pieces.log));
  if (pieces.store && !follower.is_flushed()) KOPILKA_TRY(follower.flush());
  std::unique_ptr<Engine> engine(new Engine(std::move(pieces), options));
  auto parts = std::move(follower).release();
  engine->shard_ = std::make_unique<shard::Shard>(std::move(parts.state), std::move(parts.misses),
                                                  engine->pieces_.store.get(), engine->mint_,
                                                  ownership, options);
  return engine;
}

base::Result<void> Engine::submit(shard::Submission submission) {
  if (auto* command = std::get_if<model::Command>(&submission.content)) {
    submission.origin.mac = pieces_.vault->command_mac(codec::canonical_content(*command));
    KOPILKA_TRY(vault::seal_personal(*command, *pieces_.vault));
  }
  shard_->submit(std::move(submission));
  return {};
}

base::Result<void> Engine::append(shard::Append batch) {
  KOPILKA_TRY(pieces_.vault->sync());
  const auto hash = batch.sealed.hash;
  std::optional<proof::BatchLeaves> leaves;
  if (pieces_.signer) {
    KOPILKA_TRY_ASSIGN(leaves, proof::leaves_of(batch.sealed));
  }
  KOPILKA_TRY(pieces_.log->submit(std::move(batch.sealed)));
  landing_.push_back({std::move(batch.content), hash, std::move(leaves)});
  return {};
}

base::Result<void> Engine::take_outcome(const ports::AppendOutcome& outcome) {
  shard_->on_outcome(outcome);
  if (outcome.status == ports::AppendStatus::fenced)
    return base::fail(base::ErrorKind::fenced,
                      "another owner took the log over (" + shard_->trouble() +
                          "); what was under way may or may not be in it: run again when he has "
                          "ended, and nothing that it holds is done twice");
  if (shard_->stopped())
    return base::fail(base::ErrorKind::unknown_outcome,
                      "the log did not say whether it holds batch " +
                          std::to_string(outcome.n.value()) + " (" + shard_->trouble() +
                          "); run again: what it holds is not done twice");
  if (shard_->needs_resume()) {
    const auto why = shard_->trouble();
    landing_.clear();
    return base::fail(base::ErrorKind::io,
                      "the log refused a batch: " + why + "; nothing of it happened; run again");
  }
  const Landing landed = std::move(landing_.front());
  landing_.pop_front();
  if (landed.leaves) pieces_.signer->take(*landed.leaves);
  if (on_batch_) KOPILKA_TRY(on_batch_(landed.content, landed.hash));
  return {};
}

base::Result<void> Engine::take_outcomes(std::chrono::milliseconds timeout) {
  for (const auto& outcome : pieces_.log->poll(timeout))
    KOPILKA_TRY(take_outcome(outcome));
  return {};
}

base::Result<void> Engine::pump(model::Instant now) {
  KOPILKA_TRY(take_outcomes(std::chrono::milliseconds{0}));
  if (shard_->is_flush_due() && shard_->in_flight() == 0) KOPILKA_TRY(shard_->flush());
  for (;;) {
    KOPILKA_TRY_ASSIGN(auto batch, shard_->next_batch(now));
    if (!batch) return {};
    KOPILKA_TRY(append(std::move(*batch)));
  }
}

base::Result<void> Engine::settle() {
  while (shard_->in_flight() > 0) {
    // Of what is left nothing will ever be told.
    if (shard_->stopped()) return base::fail(base::ErrorKind::unknown_outcome, shard_->trouble());
    KOPILKA_TRY(take_outcomes(kOutcomeWait));
  }
  return {};
}

base::Result<void> Engine::drain(model::Instant now) {
  for (;;) {
    KOPILKA_TRY(pump(now));
    if (shard_->in_flight() == 0 && !shard_->is_flush_due()) {
      if (shard_->queued() == 0) return {};
      continue;
    }
    KOPILKA_TRY(take_outcomes(kOutcomeWait));
  }
}

base::Result<void> Engine::close() {
  KOPILKA_TRY(shard_->flush());
  if (pieces_.store) KOPILKA_TRY(pieces_.store->sync());
  const auto finished = pieces_.signer ? pieces_.signer->finish() : base::Result<void>{};
  if (pieces_.close_log) KOPILKA_TRY(pieces_.close_log());
  return finished;
}

}  // namespace kopilka::app
