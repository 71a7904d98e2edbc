#include "engine/app/log_prefix.h"

#include <utility>

#include <fmt/format.h>

#include "engine/codec/batch.h"

namespace kopilka::app {
namespace {

using base::ErrorKind;
using base::Result;
using ports::SealedBatch;

bool is_beyond(model::Seq first, model::Instant recorded_at, const shard::Until& until) {
  return (until.seq && first > *until.seq) || (until.at && recorded_at > *until.at);
}

// The last batch of which something counts; nothing: none does.
Result<std::optional<SealedBatch>> find_holder(ports::EventLog& log, const shard::Until& until) {
  std::optional<SealedBatch> holder;
  KOPILKA_TRY_ASSIGN(const auto reader, log.read_from(model::Seq{}));
  for (;;) {
    KOPILKA_TRY_ASSIGN(auto sealed, reader->next());
    if (!sealed || is_beyond(sealed->header.first_seq, sealed->header.recorded_at, until))
      return holder;
    holder = std::move(sealed);
  }
}

// Takes away what lies beyond the point. False: nothing does.
Result<bool> cut(model::Batch& batch, const shard::Until& until) {
  auto next = batch.header.first_seq;
  for (auto entry = batch.entries.begin(); entry != batch.entries.end(); ++entry) {
    if (is_beyond(next, entry->recorded_at, until)) {
      batch.entries.erase(entry, batch.entries.end());
      batch.sources.clear();
      batch.outcomes.clear();
      batch.header.count =
          static_cast<std::uint32_t>(next.value() - batch.header.first_seq.value());
      return true;
    }
    const model::Seq last{next.value() + entry->events.size() - 1};
    if (until.seq && last > *until.seq)
      return base::fail(ErrorKind::usage,
                        fmt::format("position {} lies inside what one command recorded, which is "
                                    "whole at position {}",
                                    until.seq->value(), last.value()));
    next = model::next(last);
  }
  return false;
}

// Batches up to the head, the last of them perhaps as it was cut.
class Reader final : public ports::LogReader {
 public:
  Reader(std::unique_ptr<ports::LogReader> reader, model::BatchNumber end,
         const std::optional<SealedBatch>& last)
      : reader_(std::move(reader)), end_(end), last_(last) {}

  Result<std::optional<SealedBatch>> next() override {
    if (is_done_) return std::nullopt;
    KOPILKA_TRY_ASSIGN(auto batch, reader_->next());
    if (!batch) return batch;
    is_done_ = batch->header.n >= end_;
    if (batch->header.n > end_) return std::nullopt;
    if (is_done_ && last_) return last_;
    return batch;
  }

 private:
  std::unique_ptr<ports::LogReader> reader_;
  model::BatchNumber end_;
  const std::optional<SealedBatch>& last_;
  bool is_done_{false};
};

std::unexpected<base::Error> past() {
  return base::fail(ErrorKind::usage, "the past takes nothing");
}

}  // namespace

Result<std::unique_ptr<LogPrefix>> LogPrefix::open(ports::EventLog& log,
                                                   const shard::Until& until) {
  std::unique_ptr<LogPrefix> prefix(new LogPrefix(log));
  KOPILKA_TRY_ASSIGN(const auto end, log.head());
  if (until.seq && *until.seq > end.last_seq)
    return base::fail(ErrorKind::usage,
                      fmt::format("position {} is not there yet: the log ends at position {}",
                                  until.seq->value(), end.last_seq.value()));
  // All of it: there is nothing to look for.
  if (!until.seq && !until.at) {
    prefix->head_ = end;
    return prefix;
  }
  prefix->head_.store = end.store;
  KOPILKA_TRY_ASSIGN(auto holder, find_holder(log, until));
  if (!holder) return prefix;
  KOPILKA_TRY_ASSIGN(auto batch, codec::decode(*holder));
  KOPILKA_TRY_ASSIGN(const bool is_cut, cut(batch, until));
  if (is_cut) prefix->last_ = codec::seal(batch);
  KOPILKA_TRY_ASSIGN(prefix->head_, codec::head_after(is_cut ? *prefix->last_ : *holder));
  return prefix;
}

Result<std::unique_ptr<ports::LogReader>> LogPrefix::read_from(model::Seq first) {
  KOPILKA_TRY_ASSIGN(auto reader, log_.read_from(first));
  return std::make_unique<Reader>(std::move(reader), head_.n, last_);
}

Result<ports::Ownership> LogPrefix::acquire() {
  return past();
}

Result<void> LogPrefix::submit(SealedBatch) {
  return past();
}

}  // namespace kopilka::app
