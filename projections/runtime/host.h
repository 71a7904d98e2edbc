#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/model/batch.h"
#include "engine/ports/event_log.h"
#include "engine/state/compare.h"
#include "projections/runtime/position.h"

namespace kopilka::projections::runtime {

// Why a read model goes no further, and at which event (of a store's failure: the first that is not
// stored).
struct Stop {
  base::Error error;
  model::Seq seq;
};

// How a batch of the log stands to a model's position.
enum class Turn : unsigned char {
  passed,   // it was folded before
  next,     // it is the one to fold
  ahead,    // others come between: catch up first
  stopped,  // the model goes no further
};

// What `projection check` compares, as 32 hexadecimal digits each.
struct Check {
  std::string kept;    // the digest kept up to date
  std::string rows;    // of the rows as they are
  std::string folded;  // of a fresh fold of the log up to the same position
  [[nodiscard]] bool is_equal() const { return kept == rows && rows == folded; }
};

// One read model on its way along the log. What it cannot do stops it alone, with the reason kept;
// it then stays at the last whole batch, and its store at the last flush. Not shared between
// threads.
class Host {
 public:
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  virtual ~Host() = default;

  [[nodiscard]] std::string_view name() const { return name_; }
  [[nodiscard]] std::uint32_t version() const { return version_; }
  [[nodiscard]] const Position& position() const { return position_; }
  [[nodiscard]] const Position& stored_position() const { return stored_; }
  [[nodiscard]] const std::optional<Stop>& stopped() const { return stop_; }
  // The error of the stop, if there is one, with the model's name and position.
  [[nodiscard]] base::Result<void> ready() const;
  // 32 hexadecimal digits, of the rows at `position()`.
  [[nodiscard]] virtual std::string digest() const = 0;

  // A batch that is not the one remembered at its number stops the model: the rows belong to
  // another log.
  [[nodiscard]] Turn meet(const model::BatchHeader& header, const base::Hash256& hash);
  // Folds the batch if it is next; `hash` is the batch's own. Flushes when much has gathered.
  // REQUIRES: the log acknowledged it
  [[nodiscard]] Turn apply(const model::Batch& batch, const base::Hash256& hash);
  // Gives rows, position and digest to the store in one atomic step; nothing to do without one.
  [[nodiscard]] base::Result<void> flush();
  // The same, and all of it is durable when it returns.
  [[nodiscard]] base::Result<void> sync();
  void stop(Stop stop);

  // Folds the log anew, in memory. REQUIRES: the log holds the batch at `position()`
  [[nodiscard]] virtual base::Result<Check> check(ports::EventLog& log) = 0;
  // The same, row by row, with at most `shown_max` of those that differ. A store's row that cannot
  // be read is one that differs.
  // REQUIRES: a store, and nothing folded beyond it
  [[nodiscard]] virtual base::Result<state::RowsComparison> compare(ports::EventLog& log,
                                                                    std::size_t shown_max) = 0;

 protected:
  Host(std::string_view name, std::uint32_t version) : name_(name), version_(version) {}
  void start_at(const Position& position) { position_ = stored_ = position; }

  // All events of the batch or none.
  [[nodiscard]] virtual std::expected<void, Stop> fold(const model::Batch& batch) = 0;
  [[nodiscard]] virtual bool is_full() const = 0;
  [[nodiscard]] virtual base::Result<void> write(const Position& position) = 0;
  [[nodiscard]] virtual base::Result<void> sync_store() = 0;

 private:
  std::string_view name_;
  std::uint32_t version_;
  Position position_;
  Position stored_;
  std::optional<Stop> stop_;
};

// The position after a batch.
[[nodiscard]] Position after(const Position& before, const model::Batch& batch,
                             const base::Hash256& hash);

}  // namespace kopilka::projections::runtime
