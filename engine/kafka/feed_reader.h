#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/kafka/client.h"
#include "engine/ports/feed.h"

namespace kopilka::kafka {

// Reads all partitions of a feed into one queue, without a group. Connections that are lost are
// made anew by the library. After an error it stays there.
class KafkaFeedReader : public ports::FeedReader {
 public:
  [[nodiscard]] static base::Result<std::unique_ptr<KafkaFeedReader>> open(
      const Connection& connection, const std::string& feed,
      const std::vector<ports::TopicOffset>& offsets);
  ~KafkaFeedReader() override;

  [[nodiscard]] base::Result<std::optional<ports::FeedRecord>> next(
      std::chrono::milliseconds timeout) override;

 private:
  KafkaFeedReader(std::string where, Client client, TopicHandle topic);

  [[nodiscard]] base::Result<void> start(const std::vector<ports::TopicOffset>& offsets);
  [[nodiscard]] base::Result<ports::FeedRecord> take(const rd_kafka_message_t& message) const;

  std::string where_;
  Client client_;
  TopicHandle topic_;
  QueueHandle records_;
  std::int32_t started_{0};  // partitions that are read
  std::optional<base::Error> stopped_;
};

}  // namespace kopilka::kafka
