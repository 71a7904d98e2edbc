#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/memory/topic.h"
#include "engine/ports/event_log.h"
#include "engine/topic_log/fold.h"

namespace kopilka::simulation {

// Readers of one topic, one from its beginning and one from behind every batch that counted. They
// must judge every record alike.
class Chorus {
 public:
  // Takes the records that came. Nothing: all agree and nobody stopped; otherwise what is wrong.
  [[nodiscard]] std::optional<std::string> hear(const memory::MemoryPartition& partition);
  // The topic was cut off: everybody begins anew.
  void forget() { *this = {}; }

  // What counts, in order.
  [[nodiscard]] const std::vector<ports::SealedBatch>& counted() const { return counted_; }
  [[nodiscard]] bool counts(const base::Hash256& hash) const;
  // Why nobody reads any further; nothing: all do.
  [[nodiscard]] const std::optional<topic_log::StopReason>& stop() const { return stop_; }
  [[nodiscard]] const topic_log::Fold& fold() const { return folds_.front(); }

 private:
  [[nodiscard]] std::optional<std::string> hear(const ports::TopicRecord& record);

  std::vector<topic_log::Fold> folds_ = std::vector<topic_log::Fold>(1);
  std::vector<ports::SealedBatch> counted_;
  ports::TopicOffset next_{0};
  std::optional<topic_log::StopReason> stop_;
};

}  // namespace kopilka::simulation
