#include "engine/topic_log/fold.h"

#include <utility>

#include <fmt/format.h>

#include "engine/base/check.h"
#include "engine/base/hashing.h"
#include "engine/codec/batch.h"

namespace kopilka::topic_log {
namespace {

using base::ErrorKind;

Stop stop(StopReason why, ErrorKind kind, ports::TopicOffset offset, const std::string& what) {
  return {why, {kind, fmt::format("offset {}: {}", offset, what)}};
}

// What is ours but cannot be read: damaged, or of a newer format.
Stop unreadable(ports::TopicOffset offset, const base::Error& error) {
  const bool newer = error.kind == ErrorKind::not_available;
  return stop(newer ? StopReason::unknown_format : StopReason::damaged, error.kind, offset,
              error.message);
}

Stop foreign(ports::TopicOffset offset, const model::StoreId& theirs, const model::StoreId& ours) {
  return stop(StopReason::foreign_store, ErrorKind::not_available, offset,
              fmt::format("a record of store {} in the log of store {}: another node writes to the "
                          "wrong topic; stop it, and copy this log to a new topic",
                          base::to_hex(base::view_of(theirs)), base::to_hex(base::view_of(ours))));
}

}  // namespace

Fold::Fold(ports::TopicOffset offset, const ports::SealedBatch& batch)
    : last_offset_(offset),
      anchor_(Anchor{offset, batch.hash}),
      store_(batch.header.store),
      epoch_(batch.header.epoch),
      owner_(batch.header.owner),
      n_(batch.header.n),
      last_seq_(model::last_seq(batch.header)),
      hash_(batch.hash) {}

Verdict Fold::next(ports::TopicRecord record) {
  KOPILKA_CHECK(!last_offset_ || record.offset > *last_offset_);
  const auto offset = record.offset;
  auto verdict = [&]() -> Verdict {
    if (is_new()) return begin(record);
    switch (kind_of(record.value)) {
      case RecordKind::batch:
        return judge_batch(std::move(record));
      case RecordKind::claim:
        return judge_claim(record);
      case RecordKind::genesis:
        return Void{.why = VoidReason::late_genesis};
      case RecordKind::garbage:
        return Void{.why = VoidReason::garbage};
      case RecordKind::newer:
        break;
    }
    return stop(StopReason::unknown_format, ErrorKind::not_available, offset,
                "a record of a kind that this build does not know; use a newer version of kopilka");
  }();
  if (!std::holds_alternative<Stop>(verdict)) last_offset_ = offset;
  return verdict;
}

Verdict Fold::begin(const ports::TopicRecord& record) {
  if (record.offset != 0)
    return stop(StopReason::not_a_log, ErrorKind::corrupt, record.offset,
                "the topic's first record should stand at offset 0: its beginning was deleted, or "
                "something else was written to it before the log was made");
  if (kind_of(record.value) != RecordKind::genesis)
    return stop(StopReason::not_a_log, ErrorKind::not_available, record.offset,
                "no log begins here: the record is no genesis; name the topic that `kopilka init` "
                "made, or make one");
  const auto genesis = decode_genesis(record.value);
  if (!genesis) return unreadable(record.offset, genesis.error());
  store_ = genesis->store;
  anchor_ = Anchor{record.offset, base::sha256(record.value)};
  return Begun{*genesis};
}

Verdict Fold::judge_claim(const ports::TopicRecord& record) {
  const auto claim = decode_claim(record.value);
  if (!claim) return unreadable(record.offset, claim.error());
  if (claim->store != store_) return foreign(record.offset, claim->store, store_);
  if (std::uint64_t{claim->epoch.value()} != std::uint64_t{epoch_.value()} + 1)
    return Void{.why = VoidReason::lost_race, .epoch = claim->epoch, .owner = claim->owner};
  epoch_ = claim->epoch;
  owner_ = claim->owner;
  fresh_ = true;
  anchor_ = Anchor{record.offset, base::sha256(record.value)};
  return InForce{*claim};
}

// Why the owner's batch does not continue the head.
std::optional<std::string> Fold::misfit(const model::BatchHeader& header) const {
  if (header.n != model::next(n_))
    return fmt::format("batch {} stands where {} is due", header.n.value(), n_.value() + 1);
  if (header.first_seq != model::next(last_seq_))
    return fmt::format("batch {} begins with seq {}, due is {}", header.n.value(),
                       header.first_seq.value(), last_seq_.value() + 1);
  if (header.previous != hash_)
    return fmt::format("the hash that batch {} names is not that of the batch before",
                       header.n.value());
  return std::nullopt;
}

Verdict Fold::judge_batch(ports::TopicRecord record) {
  const auto opened = codec::open_header(record.value);
  if (!opened) return unreadable(record.offset, opened.error());
  const auto& header = opened->header;
  if (header.store != store_) return foreign(record.offset, header.store, store_);
  Void nothing{.epoch = header.epoch, .owner = header.owner, .n = header.n};
  // Before the first claim nobody owns the log, whatever ids a batch may bear.
  const bool owned = epoch_.value() > 0;
  if (!owned || header.epoch != epoch_ || header.owner != owner_) {
    nothing.why = VoidReason::other_owner;
    return nothing;
  }
  if (header.stream != 0)
    return stop(StopReason::unknown_format, ErrorKind::not_available, record.offset,
                fmt::format("batch {} is of stream {}, this build knows one stream; use a newer "
                            "version of kopilka",
                            header.n.value(), header.stream));
  if (const auto what = misfit(header)) {
    if (fresh_ || header.n == model::next(n_))
      return stop(StopReason::diverged, ErrorKind::corrupt, record.offset,
                  fmt::format("{}: the owner of epoch {} builds on another history than this topic "
                              "holds",
                              *what, epoch_.value()));
    nothing.why = header.n <= n_ ? VoidReason::repeated : VoidReason::predecessor_lost;
    return nothing;
  }
  auto sealed = codec::open_sealed(std::move(record.value));
  if (!sealed) return unreadable(record.offset, sealed.error());
  n_ = header.n;
  last_seq_ = model::last_seq(header);
  hash_ = sealed->hash;
  fresh_ = false;
  anchor_ = Anchor{record.offset, sealed->hash};
  return Counted{std::move(*sealed)};
}

}  // namespace kopilka::topic_log
