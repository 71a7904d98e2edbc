#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>

#include "engine/app/place.h"
#include "engine/base/result.h"
#include "engine/journal/writer.h"
#include "engine/model/ids.h"
#include "engine/model/time.h"

namespace kopilka::app {

// One end of a period, itself included: an event or a moment. Neither: the log's own end.
struct PeriodEnd {
  std::optional<model::Seq> seq;
  std::optional<model::Instant> at;  // what was recorded at it belongs to the period
};

struct ExportProgress {
  std::uint64_t events{0};  // read, those before the period too
  std::uint64_t events_all{0};
};

struct ExportOptions {
  PeriodEnd from;
  PeriodEnd until;
  std::function<void(const ExportProgress&)> on_progress;
  const std::atomic<bool>* interrupt{nullptr};  // ends the export between batches
};

struct ExportReport {
  std::uint64_t events{0};
  std::uint64_t transactions{0};  // events that moved money
  std::uint64_t postings{0};
  model::Seq opening;          // the last event before the period; 0: it begins with the log
  model::Seq position;         // the last event of the period; none in it: the last before it
  bool is_interrupted{false};  // what was written is not whole
};

// Tells `writer` the journal of a period, up to what the log holds now though somebody may be
// deciding, with the books before it as an opening: those are folded from the log, in memory for
// each account of each member. usage: a position that the log has not reached; corrupt: the log is
// damaged. The writer's errors as they are.
[[nodiscard]] base::Result<ExportReport> export_journal(const Place& place, journal::Writer& writer,
                                                        const ExportOptions& options);

}  // namespace kopilka::app
