#include "engine/topic_log/walker.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "engine/base/check.h"
#include "engine/base/hashing.h"
#include "engine/codec/batch.h"

namespace kopilka::topic_log {
namespace {

using base::ErrorKind;
using base::Result;
using std::chrono::milliseconds;

// How long one look waits: short enough to notice what else happens, long enough not to spin.
constexpr milliseconds kLook{50};

base::Error another_record(ports::TopicOffset offset) {
  return {ErrorKind::corrupt,
          fmt::format("offset {} does not hold the record that was read there before (by its "
                      "bookmark, or by this process): the topic was cut off and grew again, or was "
                      "made anew; keep what was built from it, find out which history is true, and "
                      "only then delete rows and bookmarks",
                      offset)};
}

}  // namespace

Walker::Walker(const Ground& ground, const std::optional<Bookmark>& from)
    : ground_(ground), resume_(from) {
  if (resume_) position_ = resume_->offset;
}

base::Error Walker::say(base::Error error) const {
  error.message = fmt::format("topic {}: {}", ground_.topic->name(), error.message);
  return error;
}

// The record to begin with, which was read before; nothing: at the topic's beginning.
std::optional<Fold::Anchor> Walker::place() const {
  if (resume_) return Fold::Anchor{resume_->offset, resume_->hash};
  return fold_.anchor();
}

void Walker::go_back(std::string why) {
  reader_.reset();
  trouble_ = std::move(why);
}

// A leader that was paused and does not know that it was deposed tells an old end for a while.
bool Walker::is_short_for_good() {
  const auto now = ground_.time.now();
  if (!short_since_) short_since_ = now;
  // Sooner than a read is given up, so that the truth comes out in one.
  return now - *short_since_ >= ground_.silence_max / 2;
}

// False: it cannot be opened now.
Result<bool> Walker::open_reader() {
  const auto bounds = ground_.topic->bounds();
  // Who never got in will not by waiting; who did waits until he is let in again.
  if (!bounds && bounds.error().kind != ErrorKind::io && !was_open_)
    return std::unexpected(bounds.error());
  if (!bounds) {
    go_back(bounds.error().message);
    return false;
  }
  was_open_ = true;
  const auto begin = place();
  if (begin && begin->offset >= bounds->end && !is_short_for_good()) {
    go_back(
        fmt::format("offset {} was read before, but whoever leads says that the topic ends at "
                    "{}; he may not know better yet",
                    begin->offset, bounds->end));
    return false;
  }
  if (begin && begin->offset < bounds->end) short_since_.reset();
  if (begin && (begin->offset >= bounds->end || begin->offset < bounds->first))
    return base::fail(ErrorKind::corrupt,
                      fmt::format("offset {} was read before, but the topic now holds {} to {}: it "
                                  "was cut off or made anew; nothing may go on from here",
                                  begin->offset, bounds->first, bounds->end));
  if (!begin && bounds->first > 0)
    return base::fail(
        ErrorKind::corrupt,
        fmt::format("it begins at offset {}: its beginning was deleted", bounds->first));
  if (!begin && bounds->end == 0)
    return base::fail(ErrorKind::not_available,
                      "it is empty: make a log of it with `kopilka init`, or name another");
  auto reader = ground_.topic->read_from(begin ? begin->offset : bounds->first);
  if (!reader) {
    go_back(reader.error().message);
    return false;
  }
  reader_ = std::move(*reader);
  recognized_ = !begin;
  fold_.rewind();
  return true;
}

// The first record of a reader that began where another one was: it must be the same.
Result<void> Walker::recognize(ports::TopicRecord record) {
  const auto begin = *place();
  if (record.offset != begin.offset || base::sha256(record.value) != begin.digest)
    return std::unexpected(another_record(begin.offset));
  position_ = record.offset + 1;
  recognized_ = true;
  if (!resume_) return {};
  KOPILKA_TRY_ASSIGN(auto batch, codec::open_sealed(std::move(record.value)));
  if (batch.header.n != resume_->n || model::last_seq(batch.header) != resume_->last_seq)
    return base::fail(
        ErrorKind::corrupt,
        fmt::format("the bookmark at offset {} is damaged: delete the bookmarks, they "
                    "are made again",
                    begin.offset));
  fold_ = Fold(begin.offset, batch);
  resumed_ = std::move(batch);
  resume_.reset();
  return check_store();
}

Result<void> Walker::check_store() const {
  if (!ground_.store || fold_.store() == *ground_.store) return {};
  return base::fail(
      ErrorKind::not_available,
      fmt::format("it is the log of store {}, this node's is {}: name the right topic",
                  base::to_hex(base::view_of(fold_.store())),
                  base::to_hex(base::view_of(*ground_.store))));
}

// Nobody may send a batch under an epoch that did not begin. If one shows up, a claim may have been
// missed behind a cut: then what was read behind the anchor is read once more.
bool Walker::is_suspicious(const Verdict& verdict) {
  const auto* nothing = std::get_if<Void>(&verdict);
  if (nothing == nullptr) {
    suspected_ = false;
    return false;
  }
  if (nothing->why != VoidReason::other_owner || nothing->epoch < fold_.epoch() || suspected_)
    return false;
  suspected_ = true;
  return true;
}

Result<std::optional<Walker::Step>> Walker::take(ports::TopicRecord record) {
  const auto offset = record.offset;
  Step step{offset, fold_.next(std::move(record))};
  if (auto* stop = std::get_if<Stop>(&step.verdict)) return std::unexpected(std::move(stop->error));
  KOPILKA_TRY(check_store());
  if (is_suspicious(step.verdict)) {
    go_back("a batch of an unknown owner");
    return std::nullopt;
  }
  position_ = offset + 1;
  if (std::holds_alternative<Counted>(step.verdict))
    ground_.bookmarks->pass({offset, fold_.n(), fold_.last_seq(), fold_.hash()});
  return step;
}

Result<std::optional<Walker::Step>> Walker::advance(Milliseconds timeout) {
  if (!reader_) {
    KOPILKA_TRY_ASSIGN(const bool opened, open_reader());
    if (!opened) return std::nullopt;
  }
  auto record = reader_->next(timeout);
  if (!record && record.error().kind == ErrorKind::io) {
    go_back(std::move(record).error().message);
    return std::nullopt;
  }
  if (!record) return std::unexpected(std::move(record).error());
  trouble_.clear();
  if (!*record) {
    if (recognized_)
      position_ = std::max(position_, reader_->position());
    else if (const auto begin = place()->offset; reader_->position() > begin)
      return std::unexpected(another_record(begin));
    return std::nullopt;
  }
  if (recognized_) return take(std::move(**record));
  KOPILKA_TRY(recognize(std::move(**record)));
  return advance(timeout);
}

Result<std::optional<Walker::Step>> Walker::step(Milliseconds timeout) {
  if (failed_) return std::unexpected(*failed_);
  auto found = advance(timeout);
  if (found) return found;
  failed_ = say(std::move(found).error());
  return std::unexpected(*failed_);
}

Result<std::optional<Walker::Step>> Walker::step_to_end(ports::TopicOffset floor) {
  auto since = ground_.time.now();
  std::optional<ports::TopicOffset> end;
  for (auto timeout = Milliseconds{0};; timeout = kLook) {
    const auto before = position_;
    KOPILKA_TRY_ASSIGN(auto found, step(timeout));
    if (found) return found;
    if (!end) {
      const auto bounds = ground_.topic->bounds();
      if (bounds)
        end = std::max(bounds->end, floor);
      else
        trouble_ = bounds.error().message;
    }
    if (end && reader_ && recognized_ && position_ >= *end) return std::nullopt;
    if (position_ > before) since = ground_.time.now();
    if (ground_.time.now() - since < ground_.silence_max) {
      // Without a reader nothing waited yet.
      if (!reader_ && timeout > Milliseconds{0}) ground_.time.wait(kLook);
      continue;
    }
    return std::unexpected(
        say({ErrorKind::io,
             fmt::format("offset {} does not come within {} ms{}{}", position_,
                         ground_.silence_max.count(), trouble_.empty() ? "" : ": ", trouble_)}));
  }
}

}  // namespace kopilka::topic_log
