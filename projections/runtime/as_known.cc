#include "projections/runtime/as_known.h"

#include "engine/codec/batch.h"

namespace kopilka::projections::runtime {
namespace {

bool is_later(const Until& until, model::Seq seq, model::Instant recorded_at) {
  return (until.seq && seq > *until.seq) || (until.recorded_at && recorded_at > *until.recorded_at);
}

enum class Walk : unsigned char { go_on, ended };

base::Result<Walk> walk_batch(const ports::SealedBatch& sealed, const Until& until,
                              const TakeEvent& take, Point& at) {
  KOPILKA_TRY_ASSIGN(const auto batch, codec::decode(sealed));
  auto seq = batch.header.first_seq;
  for (const auto& entry : batch.entries) {
    for (const auto& dated : entry.events) {
      if (is_later(until, seq, entry.recorded_at)) return Walk::ended;
      KOPILKA_TRY(take(dated, seq, entry.recorded_at));
      at = {seq, entry.recorded_at};
      seq = model::next(seq);
    }
  }
  return Walk::go_on;
}

}  // namespace

base::Result<Point> walk(ports::EventLog& log, const Until& until, const TakeEvent& take) {
  Point at;
  KOPILKA_TRY_ASSIGN(const auto reader, log.read_from(model::Seq{1}));
  for (;;) {
    KOPILKA_TRY_ASSIGN(const auto sealed, reader->next());
    if (!sealed) return at;
    KOPILKA_TRY_ASSIGN(const auto step, walk_batch(*sealed, until, take, at));
    if (step == Walk::ended) return at;
  }
}

base::Result<Point> find_point(ports::EventLog& log, const Until& until) {
  // The batch that holds the point is the last one with an event that is not too late.
  std::optional<ports::SealedBatch> holder;
  KOPILKA_TRY_ASSIGN(const auto reader, log.read_from(model::Seq{1}));
  for (;;) {
    KOPILKA_TRY_ASSIGN(auto sealed, reader->next());
    if (!sealed) break;
    if (sealed->header.count == 0) continue;
    if (is_later(until, sealed->header.first_seq, sealed->header.recorded_at)) break;
    holder = std::move(sealed);
  }
  Point at;
  if (!holder) return at;
  const TakeEvent pass = [](const auto&, model::Seq, model::Instant) {
    return base::Result<void>{};
  };
  KOPILKA_TRY(walk_batch(*holder, until, pass, at));
  return at;
}

}  // namespace kopilka::projections::runtime
