#pragma once

#include <functional>
#include <optional>
#include <utility>

#include "engine/base/result.h"
#include "engine/model/event.h"
#include "engine/model/ids.h"
#include "engine/model/time.h"
#include "engine/ports/event_log.h"
#include "engine/state/stored.h"
#include "projections/runtime/read_model.h"

// `--as-known`: what was believed then (domain.md §3).
namespace kopilka::projections::runtime {

// The log up to there, both included; absent: to its end.
struct Until {
  std::optional<model::Seq> seq;
  std::optional<model::Instant> recorded_at;
};

// Where the walk ended: the last event that it took.
struct Point {
  model::Seq seq;  // 0: none
  model::Instant recorded_at;
};

using TakeEvent =
    std::function<base::Result<void>(const model::DatedEvent&, model::Seq, model::Instant)>;

// Calls `take(event, seq, recorded_at)` for every event of the log up to there, in order, until it
// errs. Ends inside a batch if need be.
[[nodiscard]] base::Result<Point> walk(ports::EventLog& log, const Until& until,
                                       const TakeEvent& take);

// Where the log stood then. Decodes one batch only.
[[nodiscard]] base::Result<Point> find_point(ports::EventLog& log, const Until& until);

template <ReadModel Model>
struct Known {
  Model model;
  Point at;
  // Valid as long as this.
  [[nodiscard]] typename Model::Reader reader() const { return {model, nullptr}; }
};

// The model as it was then, in memory. Linear in the log.
template <ReadModel Model>
[[nodiscard]] base::Result<Known<Model>> fold_as_known(ports::EventLog& log, const Until& until) {
  Known<Model> known;
  std::uint64_t step = 0;
  KOPILKA_TRY_ASSIGN(known.at, walk(log, until,
                                    [&](const auto& dated, model::Seq seq,
                                        model::Instant recorded_at) -> base::Result<void> {
                                      state::begin_step(known.model, ++step);
                                      KOPILKA_TRY(known.model.fold(dated, seq, recorded_at));
                                      state::settle(known.model, step);
                                      return {};
                                    }));
  return known;
}

}  // namespace kopilka::projections::runtime
