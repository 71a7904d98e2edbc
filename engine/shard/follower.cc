#include "engine/shard/follower.h"

#include <fmt/format.h>

#include "engine/base/check.h"
#include "engine/codec/batch.h"
#include "engine/shard/checkpoint.h"

namespace kopilka::shard {
namespace {

bool is_beyond(const model::Entry& entry, model::Seq first, const Until& until) {
  return (until.at && entry.recorded_at > *until.at) || (until.seq && first > *until.seq);
}

}  // namespace

Follower::Follower(ports::StateStore* store)
    : store_(store), state_(std::make_unique<State>()), misses_(std::make_unique<state::Misses>()) {
  state::attach_all(*state_, state::Backing::none, *misses_);
}

base::Result<Follower> Follower::open(ports::StateStore* store, FollowerLimits limits) {
  Follower follower(store);
  if (store == nullptr) return follower;
  follower.limits_ = limits;
  KOPILKA_TRY_ASSIGN(const auto position, store->position());
  KOPILKA_TRY_ASSIGN(const auto head, decode_checkpoint(position));
  if (!head && !position.empty())
    return base::fail(base::ErrorKind::not_available,
                      "the store was written by another version; delete it, it is rebuilt from "
                      "the log");
  if (head) follower.head_ = *head;
  state::attach_all(*follower.state_, head ? state::Backing::store : state::Backing::new_store,
                    *follower.misses_);
  follower.flushed_ = follower.head_.n;
  return follower;
}

base::Result<void> Follower::catch_up(ports::EventLog& log, const Until& until) {
  // Read the batch that the store stands at once more: another one there is another history.
  const bool from_middle = head_.n.value() > 0;
  KOPILKA_TRY_ASSIGN(const auto end, log.head());
  if (head_.n > end.n)
    return base::fail(base::ErrorKind::corrupt,
                      fmt::format("the store knows seq {}, but the log ends at seq {}: the log "
                                  "has lost its end; restore it from a copy",
                                  head_.last_seq.value(), end.last_seq.value()));
  // From 0: a log may begin with batches that hold no event.
  KOPILKA_TRY_ASSIGN(auto reader, log.read_from(head_.last_seq));
  bool checked = !from_middle;
  for (;;) {
    KOPILKA_TRY_ASSIGN(const auto sealed, reader->next());
    if (!sealed) break;
    if (sealed->header.n <= head_.n) {
      checked = checked || sealed->hash == head_.hash;
      continue;
    }
    if (!checked) break;
    KOPILKA_TRY_ASSIGN(const auto batch, codec::decode(*sealed));
    const auto entries = batch.entries.size();
    if (entries > 0 && is_beyond(batch.entries.front(), batch.header.first_seq, until)) return {};
    KOPILKA_TRY(apply(batch, sealed->hash, until));
    if (head_.n != batch.header.n) return {};  // cut inside it
    if (!until.at && !until.seq) KOPILKA_TRY(flush_if_large());
  }
  if (!checked)
    return base::fail(base::ErrorKind::corrupt,
                      fmt::format("the store was built from another log: its batch {} is not this "
                                  "log's; delete the store, it is rebuilt",
                                  head_.n.value()));
  return {};
}

base::Result<void> Follower::fold_safely(const auto& fact) {
  ++step_;
  for (;;) {
    state::begin_step(*state_, step_);
    fact();
    if (misses_->count == 0) break;
    KOPILKA_CHECK(store_ != nullptr);
    state::roll_back(*state_, step_);
    KOPILKA_TRY(state::load_missing(*state_, *misses_, *store_));
  }
  if (digest_) state::take_overtaken_out(*state_, step_, *digest_);
  state::settle(*state_, step_);
  return {};
}

// As one step: nothing can be missing, so nothing has to be done again.
base::Result<void> Follower::fold_whole(const model::Batch& batch) {
  KOPILKA_TRY(fold_safely([&] {
    auto first = batch.header.first_seq;
    for (const auto& entry : batch.entries) {
      fold(*state_, entry, first);
      first = model::Seq{first.value() + entry.events.size()};
    }
    for (const auto& source : batch.sources)
      fold(*state_, source);
  }));
  if (!batch.entries.empty()) head_.recorded_at = batch.entries.back().recorded_at;
  head_.last_seq = model::last_seq(batch.header);
  events_since_flush_ += batch.header.count;
  return {};
}

// Entry by entry: a row that is missing costs one of them again, and `until` may lie between.
base::Result<void> Follower::fold_in_parts(const model::Batch& batch, const Until& until) {
  for (const auto& entry : batch.entries) {
    KOPILKA_TRY_ASSIGN(const bool whole, fold_entry(entry, until));
    if (!whole) return {};
  }
  for (const auto& source : batch.sources)
    KOPILKA_TRY(fold_safely([&] { fold(*state_, source); }));
  return {};
}

// False: `until` cuts the batch here.
base::Result<bool> Follower::fold_entry(const model::Entry& entry, const Until& until) {
  const auto first = model::next(head_.last_seq);
  if (is_beyond(entry, first, until)) return false;
  const auto last = first.value() + entry.events.size() - 1;
  head_.recorded_at = entry.recorded_at;
  if (until.seq && last > until.seq->value()) {
    model::Entry part = entry;
    part.events.resize(until.seq->value() - first.value() + 1);
    KOPILKA_TRY(fold_safely([&] { fold(*state_, part, first); }));
    head_.last_seq = *until.seq;
    return false;
  }
  KOPILKA_TRY(fold_safely([&] { fold(*state_, entry, first); }));
  head_.last_seq = model::Seq{last};
  events_since_flush_ += entry.events.size();
  return true;
}

base::Result<void> Follower::apply(const model::Batch& batch, const base::Hash256& hash,
                                   const Until& until) {
  const auto& header = batch.header;
  if (header.n != model::next(head_.n) || header.first_seq != model::next(head_.last_seq))
    return base::fail(base::ErrorKind::corrupt,
                      fmt::format("batch {} with first seq {} does not follow batch {} with last "
                                  "seq {}",
                                  header.n.value(), header.first_seq.value(), head_.n.value(),
                                  head_.last_seq.value()));
  const bool is_whole = !until.at && !until.seq && !state::may_miss(*state_);
  KOPILKA_TRY(is_whole ? fold_whole(batch) : fold_in_parts(batch, until));
  if (head_.last_seq != model::last_seq(header)) return {};  // cut inside it
  head_.store = header.store;
  head_.epoch = header.epoch;
  head_.owner = header.owner;
  head_.n = header.n;
  head_.hash = hash;
  return {};
}

base::Result<void> Follower::flush() {
  KOPILKA_CHECK(store_ != nullptr);
  auto digest = digest_;
  KOPILKA_TRY(store_->apply(state::collect_changes(*state_, digest ? &*digest : nullptr),
                            encode_checkpoint(head_)));
  digest_ = digest;
  state::mark_clean(*state_);
  state::keep_within(*state_, limits_.kept_bytes_max);
  flushed_ = head_.n;
  events_since_flush_ = 0;
  return {};
}

base::Result<void> Follower::flush_if_large() {
  const bool is_large = events_since_flush_ >= limits_.events_per_flush ||
                        state::bytes_to_flush(*state_) >= limits_.table_bytes_max;
  return store_ != nullptr && is_large ? flush() : base::Result<void>{};
}

}  // namespace kopilka::shard
