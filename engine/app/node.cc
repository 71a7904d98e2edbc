#include "engine/app/node.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "engine/codec/batch.h"

namespace kopilka::app {
namespace {

using base::ErrorKind;
using base::Result;
using std::chrono::milliseconds;

// Batches that a standby folds in one turn, so that readers get theirs.
constexpr int kBatchesPerTurn = 64;
// Commands read ahead of the shard: enough for two batches.
constexpr std::size_t kQueuedMax = 8'192;
// How often an owner without work asks whether it still is the owner.
constexpr milliseconds kLookEvery{500};
constexpr milliseconds kWaitMax{50};

// What a processor is told of a withdrawal; facts that never change.
Result<exchange::PayoutFacts> payout_facts(const shard::Held& held, model::WithdrawalId id) {
  KOPILKA_TRY_ASSIGN(auto facts, held.ask([&](const shard::State& state) {
    std::optional<exchange::PayoutFacts> found;
    const auto* withdrawal = state.ledger.withdrawals.find(id);
    if (withdrawal == nullptr) return found;
    const auto* destination =
        state.ledger.destinations.find({withdrawal->member, withdrawal->destination_id});
    if (destination == nullptr) return found;
    found = {.ext_ref = withdrawal->ext_ref,
             .method = withdrawal->method,
             .destination = destination->value};
    return found;
  }));
  if (facts) return std::move(*facts);
  return base::fail(ErrorKind::corrupt,
                    fmt::format("withdrawal {} was sent, but it or its destination is not in the "
                                "rows: delete them, they are made again",
                                id.value()));
}

}  // namespace

Node::Node(NodeParts parts, NodeOptions options, ports::Clock& clock, ports::SteadyTime& time)
    : parts_(std::move(parts)), options_(options), clock_(clock), time_(time) {}

Result<std::unique_ptr<Node>> Node::open(NodeParts parts, NodeOptions options, ports::Clock& clock,
                                         ports::SteadyTime& time) {
  std::unique_ptr<Node> node(new Node(std::move(parts), options, clock, time));
  auto& pieces = node->parts_.pieces;
  KOPILKA_TRY_ASSIGN(node->follower_, shard::Follower::open(pieces.store.get()));
  KOPILKA_TRY(node->follower_->catch_up(*pieces.log, {}));
  KOPILKA_TRY(node->parts_.models.catch_up(*pieces.log));
  if (pieces.signer) KOPILKA_TRY(pieces.signer->catch_up(*pieces.log));
  node->log_head_ = node->follower_->head();
  node->flushed_at_ = time.now();
  return node;
}

// A node that runs stops for another history only: all else, a password that changed too, is told
// and tried again.
Result<void> Node::judge(base::Error error) {
  if (error.kind == ErrorKind::corrupt) return std::unexpected(std::move(error));
  log_trouble_ = std::move(error.message);
  retry_at_ = time_.now() + options_.retry;
  return {};
}

void Node::wait_for(milliseconds wait) {
  if (wait > milliseconds{0}) time_.wait(std::min(wait, kWaitMax));
}

Result<void> Node::turn(milliseconds wait) {
  // The candidates must hear of this one often, whatever it is doing.
  if (candidacy_) is_chosen_ = candidacy_->is_chosen();
  return engine_ ? decide(wait) : stand_by(wait);
}

// --- standing by -------------------------------------------------------------------------------

Result<void> Node::stand_by(milliseconds wait) {
  if (time_.now() < retry_at_) {
    wait_for(wait);
    return {};
  }
  const auto followed = follow();
  if (!followed) return judge(followed.error());
  KOPILKA_TRY(flush_if_due());
  if (!*followed) return {};  // there is more to fold
  if (!candidacy_ && parts_.stand) {
    auto candidacy = parts_.stand();
    if (!candidacy) return judge(std::move(candidacy).error());
    candidacy_ = std::move(*candidacy);
  }
  if (wants_the_log()) {
    if (auto taken = take_over(); !taken) return judge(std::move(taken).error());
    return {};
  }
  wait_for(wait);
  return {};
}

// True: everything that the log holds is folded.
Result<bool> Node::follow() {
  auto& log = *parts_.pieces.log;
  KOPILKA_TRY_ASSIGN(log_head_, log.head());
  if (follower_->head().n == log_head_.n) {
    log_trouble_.clear();
    return true;
  }
  if (!reader_) {
    KOPILKA_TRY_ASSIGN(reader_, log.read_from(follower_->head().last_seq));
  }
  for (int i = 0; i < kBatchesPerTurn && follower_->head().n < log_head_.n; ++i) {
    auto sealed = reader_->next();
    if (!sealed) {
      reader_.reset();
      return std::unexpected(std::move(sealed).error());
    }
    if (!*sealed) break;
    KOPILKA_TRY(fold(**sealed));
  }
  log_trouble_.clear();
  return follower_->head().n >= log_head_.n;
}

Result<void> Node::fold(const ports::SealedBatch& sealed) {
  const auto& head = follower_->head();
  if (sealed.header.n <= head.n) {
    if (sealed.header.n == head.n && sealed.hash != head.hash)
      return base::fail(ErrorKind::corrupt,
                        fmt::format("batch {} of the log is not the one that was folded here: find "
                                    "out which history is true before anything is deleted",
                                    head.n.value()));
    return {};
  }
  KOPILKA_TRY_ASSIGN(const auto batch, codec::decode(sealed));
  KOPILKA_TRY(follower_->apply(batch, sealed.hash, {}));
  if (parts_.pieces.signer) {
    KOPILKA_TRY_ASSIGN(const auto leaves, proof::leaves_of(sealed));
    parts_.pieces.signer->take(leaves);
  }
  return parts_.models.apply(batch, sealed.hash);
}

Result<void> Node::flush_if_due() {
  if (time_.now() - flushed_at_ < options_.flush_every || follower_->is_flushed()) return {};
  flushed_at_ = time_.now();
  if (parts_.pieces.store) KOPILKA_TRY(follower_->flush());
  return parts_.models.flush();
}

bool Node::wants_the_log() {
  if (is_claim_forced_) return true;
  if (!is_chosen_) {
    deposed_at_.reset();
    return false;
  }
  if (!deposed_at_) return true;
  // Somebody claimed it while it was this node's turn: as long as he is at work, let him.
  if (*deposed_at_ != log_head_.n) {
    deposed_at_ = log_head_.n;
    quiet_since_ = time_.now();
  }
  return time_.now() - quiet_since_ >= options_.quiet;
}

Result<void> Node::take_over() {
  retry_at_ = time_.now() + options_.retry;
  auto taken = Engine::take_over(parts_.pieces, *follower_, options_.deciding);
  if (!taken) {
    if (taken.error().kind == ErrorKind::fenced) {
      deposed_at_ = log_head_.n;
      quiet_since_ = time_.now();
    }
    return std::unexpected(std::move(taken).error());
  }
  engine_ = std::move(*taken);
  is_claim_forced_ = false;
  deposed_at_.reset();
  follower_.reset();
  reader_.reset();
  epoch_ = engine_->shard().head().epoch;
  checked_at_ = looked_at_ = time_.now();
  answered_ = 0;
  inbound_trouble_.clear();
  inbound_retry_at_ = milliseconds{0};
  if (parts_.feeds) publishing_.emplace(*parts_.feeds, engine_->log(), time_, options_.retry);
  if (auto caught_up = parts_.models.catch_up(engine_->log()); !caught_up)
    return step_down(std::move(caught_up).error());
  engine_->on_batch([this](const model::Batch& batch, const base::Hash256& hash) {
    if (publishing_)
      publishing_->pass(batch, [this](model::WithdrawalId id) {
        return payout_facts(engine_->shard().held(), id);
      });
    return parts_.models.apply(batch, hash);
  });
  return {};
}

// --- owning the log ----------------------------------------------------------------------------

Result<void> Node::decide(milliseconds wait) {
  if (failed_) return step_down(*std::exchange(failed_, {}));
  take_commands(milliseconds{0});
  if (auto pumped = engine_->pump(clock_.now()); !pumped)
    return step_down(std::move(pumped).error());
  answered_ += engine_->take_answers().size();
  if (publishing_)
    publishing_->turn(engine_->shard().head(), [this](model::WithdrawalId id) {
      return payout_facts(engine_->shard().held(), id);
    });
  if (auto checked = check_ownership(); !checked) return step_down(std::move(checked).error());
  if (engine_->shard().in_flight() > 0) {
    if (auto told = engine_->take_outcomes(std::min(wait, kWaitMax)); !told)
      return step_down(std::move(told).error());
  } else if (engine_->shard().queued() == 0 && wait > milliseconds{0}) {
    take_commands(std::min(wait, kWaitMax));
  }
  return {};
}

// Reads what came, as much as the shard should have before it. Trouble with the feed of commands
// keeps nobody else from his work.
void Node::take_commands(milliseconds wait) {
  if (!parts_.inbound || time_.now() < inbound_retry_at_) return wait_for(wait);
  const auto read = [&]() -> Result<void> {
    if (!inbound_) {
      KOPILKA_TRY_ASSIGN(
          inbound_, exchange::Inbound::open(*parts_.inbound, [this](const std::string& source) {
            return engine_->shard().source(source);
          }));
      inbound_trouble_.clear();
    }
    while (engine_->shard().queued() < kQueuedMax) {
      KOPILKA_TRY_ASSIGN(auto command, inbound_->next(wait));
      if (!command) break;
      KOPILKA_TRY(engine_->submit(std::move(*command)));
      wait = milliseconds{0};
    }
    return {};
  };
  if (auto done = read(); !done) {
    inbound_trouble_ = std::move(done).error().message;
    // What was read of it is queued, and the log does not know yet how far that goes.
    if (engine_->shard().queued() > 0 || engine_->shard().in_flight() > 0) return;
    inbound_.reset();
    inbound_retry_at_ = time_.now() + options_.retry;
  }
}

// An owner that was deposed learns it when it appends, or here.
Result<void> Node::check_ownership() {
  const auto now = time_.now();
  if (now - checked_at_ >= options_.check_every && parts_.check_log) {
    checked_at_ = now;
    const auto checked = parts_.check_log();
    // That the brokers do not answer shows elsewhere, if it lasts.
    if (!checked && checked.error().kind != ErrorKind::io) return checked;
  }
  if (now - looked_at_ < kLookEvery || engine_->shard().in_flight() > 0) return {};
  looked_at_ = now;
  KOPILKA_TRY(engine_->take_outcomes(milliseconds{0}));
  KOPILKA_TRY_ASSIGN(const auto head, engine_->log().head());
  if (head.epoch == epoch_) return {};
  return base::fail(ErrorKind::fenced,
                    fmt::format("another node owns the log since epoch {}", head.epoch.value()));
}

// What was decided and not acknowledged is forgotten; the rest is folded from the log again.
Result<void> Node::step_down(base::Error why) {
  inbound_.reset();
  inbound_trouble_.clear();  // that of the next owner now
  publishing_.reset();
  parts_.pieces = std::move(*engine_).release();
  engine_.reset();
  KOPILKA_TRY_ASSIGN(follower_, shard::Follower::open(parts_.pieces.store.get()));
  flushed_at_ = time_.now();
  deposed_at_ = log_head_.n;
  quiet_since_ = time_.now();
  const bool is_deposed = why.kind == ErrorKind::fenced;
  KOPILKA_TRY(judge(std::move(why)));
  // Only who was deposed has somebody to wait for.
  if (!is_deposed) deposed_at_.reset();
  return {};
}

// --- for others --------------------------------------------------------------------------------

Result<Reader::Live> Node::look() {
  const auto* models = &parts_.models;
  if (!engine_)
    return Reader::Live{follower_->head(), follower_->held(), parts_.pieces.log.get(), models};
  if (!failed_) {
    if (auto settled = engine_->settle(); !settled) failed_ = std::move(settled).error();
  }
  if (failed_) return std::unexpected(*failed_);
  return Reader::Live{engine_->shard().head(), engine_->shard().held(), &engine_->log(), models};
}

NodeStatus Node::status() {
  NodeStatus status;
  status.role = engine_ ? NodeRole::owner : NodeRole::standby;
  status.is_chosen = is_chosen_;
  status.head = engine_ ? engine_->shard().head() : follower_->head();
  status.log_end = std::max(log_head_.last_seq, status.head.last_seq);
  status.answered = answered_;
  if (inbound_) status.inbound = inbound_->partitions();
  if (publishing_) status.published = publishing_->published();
  const auto* const signer = engine_ ? engine_->signer() : parts_.pieces.signer.get();
  for (const auto& trouble :
       {log_trouble_, inbound_trouble_, publishing_ ? publishing_->trouble() : std::string(),
        signer != nullptr ? signer->trouble() : std::string()})
    if (!trouble.empty()) status.troubles.push_back(trouble);
  for (const auto& model : parts_.models.status(status.head))
    if (model.stop)
      status.troubles.push_back(fmt::format("read model {} stopped after position {}: {}",
                                            model.name, model.position.seq.value(),
                                            model.stop->error.message));
  return status;
}

Result<void> Node::close() {
  candidacy_.reset();
  inbound_.reset();
  publishing_.reset();
  auto models = parts_.models.flush();
  if (engine_) {
    KOPILKA_TRY(engine_->settle());
    KOPILKA_TRY(engine_->close());
    return models;
  }
  if (parts_.pieces.store) {
    if (!follower_->is_flushed()) KOPILKA_TRY(follower_->flush());
    KOPILKA_TRY(parts_.pieces.store->sync());
  }
  const auto finished = parts_.pieces.signer ? parts_.pieces.signer->finish() : Result<void>{};
  KOPILKA_TRY(parts_.pieces.close_log ? parts_.pieces.close_log() : Result<void>{});
  KOPILKA_TRY(finished);
  return models;
}

}  // namespace kopilka::app
