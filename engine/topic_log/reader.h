#pragma once

#include <optional>

#include "engine/ports/event_log.h"
#include "engine/topic_log/walker.h"

namespace kopilka::topic_log {

// The counted batches of a topic from a seq on. Follows a log that grows.
class Reader final : public ports::LogReader {
 public:
  Reader(const Ground& ground, model::Seq first)
      : reached_(ground.reached), walker_(ground, ground.bookmarks->before(first)), first_(first) {}

  // io: the topic did not answer in time, and may be asked again.
  [[nodiscard]] base::Result<std::optional<ports::SealedBatch>> next() override;

 private:
  std::shared_ptr<const std::atomic<ports::TopicOffset>> reached_;
  Walker walker_;
  model::Seq first_;
};

}  // namespace kopilka::topic_log
