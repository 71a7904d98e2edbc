#pragma once

#include <memory>
#include <optional>
#include <string>

#include "engine/kafka/client.h"
#include "engine/ports/topic.h"

namespace kopilka::kafka {

// Reads partition 0 of one topic from its leader, without a group. After an error it stays there.
class KafkaReader : public ports::TopicReader {
 public:
  [[nodiscard]] static base::Result<std::unique_ptr<KafkaReader>> open(const Connection& connection,
                                                                       const std::string& topic,
                                                                       ports::TopicOffset offset);
  ~KafkaReader() override;

  [[nodiscard]] base::Result<std::optional<ports::TopicRecord>> next(
      std::chrono::milliseconds timeout) override;
  [[nodiscard]] ports::TopicOffset position() const override { return position_; }

 private:
  KafkaReader(std::string where, Client client, TopicHandle topic, ports::TopicOffset offset);

  [[nodiscard]] base::Result<std::optional<ports::TopicRecord>> take(
      const rd_kafka_message_t& message);
  [[nodiscard]] base::Result<void> check_connection();
  [[nodiscard]] base::Result<void> check_leader(const rd_kafka_message_t& message);

  std::string where_;
  Client client_;
  TopicHandle topic_;
  ports::TopicOffset position_;
  std::optional<std::int32_t> leader_;  // the broker that everything came from
  std::optional<base::Error> stopped_;
};

}  // namespace kopilka::kafka
