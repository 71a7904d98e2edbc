#pragma once

#include <atomic>
#include <memory>

#include "engine/app/observed_log.h"
#include "engine/app/place.h"
#include "engine/app/projections.h"
#include "engine/base/result.h"
#include "engine/model/batch.h"
#include "engine/ports/event_log.h"
#include "engine/system/system_random.h"

namespace kopilka::app {

// A log, read to its end as it was at the beginning, with progress and an end at will. `place` must
// outlive it. One thread.
class Folding {
 public:
  [[nodiscard]] static base::Result<std::unique_ptr<Folding>> over(const Place& place,
                                                                   const FoldOptions& options);

  [[nodiscard]] ports::EventLog& log() { return *observed_; }
  [[nodiscard]] const model::LogHead& head() const { return head_; }
  // What progress is measured by.
  void expect(model::Seq last) { until_ = last; }
  [[nodiscard]] bool is_interrupted() const {
    return options_.interrupt != nullptr && options_.interrupt->load();
  }

 private:
  explicit Folding(const FoldOptions& options) : options_(options) {}

  base::Result<void> see(const model::BatchHeader& header);

  FoldOptions options_;
  system::SystemRandom random_;
  std::unique_ptr<ports::EventLog> log_;
  std::unique_ptr<ObservedLog> observed_;
  model::LogHead head_;
  model::Seq until_;
};

}  // namespace kopilka::app
