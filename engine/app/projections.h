#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/app/memory_budget.h"
#include "engine/app/place.h"
#include "engine/base/result.h"
#include "engine/model/ids.h"
#include "engine/state/compare.h"

// What is derived from a store's log, each by its name: the shard's rows, which are the read model
// of balances and purchases, and every read model beside it.
namespace kopilka::app {

// `state`, then the read models.
[[nodiscard]] std::vector<std::string> projection_names();

struct ProjectionStatus {
  std::string name;
  std::uint32_t version{0};
  model::Seq position;   // of the rows as they are kept; 0: none are, or of another version
  std::uint64_t lag{0};  // events that the log holds beyond
  std::string digest;    // of them, 32 hexadecimal digits; empty: not looked at, or not readable
  std::string stopped;   // why it goes no further, or cannot be read; empty: nothing keeps it
};
struct ProjectionList {
  std::vector<ProjectionStatus> projections;
  model::Seq position;  // where the log ends
};
// Whether to look at what takes time: the digest of `state`, linear in its rows; whether something
// stops a model, which folds, in memory, what the log holds beyond it.
enum class Look : unsigned char { thorough, quick };
// Changes nothing; another process may be deciding.
[[nodiscard]] base::Result<ProjectionList> list_projections(const Place& place, Look look);

struct FoldProgress {
  std::uint64_t events{0};
  std::uint64_t events_all{0};
};
struct FoldOptions {
  std::function<void(const FoldProgress&)> on_progress;
  const std::atomic<bool>* interrupt{nullptr};  // ends the fold between two batches
};

// Digests are 32 hexadecimal digits.
struct ProjectionCheck {
  std::string name;
  std::uint32_t version{0};
  model::Seq position;                      // that was compared; 0: no rows are kept
  std::optional<std::string> kept;          // kept up to date with the rows; `state` has none
  std::string rows;                         // of the rows as they are
  std::string folded;                       // of a fresh fold of the log
  std::uint64_t differing{0};               // rows
  std::vector<state::RowDifference> shown;  // the first of them
  [[nodiscard]] bool is_equal() const {
    return (!kept || *kept == rows) && rows == folded && differing == 0;
  }
};
// Folds the log afresh, in memory, up to where the rows stand. Needs memory for every row of the
// model. Changes nothing; another process may be deciding. Nothing: interrupted. usage: no such
// name; corrupt: the log is damaged, or the rows are another log's, or cannot be read.
[[nodiscard]] base::Result<std::optional<ProjectionCheck>> check_projection(
    const Place& place, std::string_view name, std::size_t shown_max, const FoldOptions& options);

struct RebuildOptions {
  FoldOptions folding;
  std::size_t memory_bytes{kRebuildMemoryDefault};  // at least rebuild_memory_min
};
struct ProjectionRebuild {
  std::string name;
  std::uint32_t version{0};
  base::Result<void> done;  // an error: this one is as it was, and the rest says nothing
  model::Seq position;
  std::string digest;
  std::string directory;  // in use from now on, in the store's
};
// Builds the rows of each name anew beside those in use, all from one pass over the log, and swaps;
// a reader finds the one or the other. Killed anywhere, those in use stay or the new ones are; what
// is left is removed by the next rebuild or whoever next decides. One that cannot be built leaves
// the others alone. A thread reads and one each folds; together they keep to `memory_bytes`, about
// 64 MiB more for what is under way. Nothing: interrupted, and nothing has changed. usage: no such
// name; not_available: another process writes rows; corrupt: the log is damaged, or ends before
// rows in use. REQUIRES: no name twice
[[nodiscard]] base::Result<std::optional<std::vector<ProjectionRebuild>>> rebuild_projections(
    const Place& place, const std::vector<std::string>& names, const RebuildOptions& options);
// One of them; its error is the call's.
[[nodiscard]] base::Result<std::optional<ProjectionRebuild>> rebuild_projection(
    const Place& place, std::string_view name, const RebuildOptions& options);

}  // namespace kopilka::app
