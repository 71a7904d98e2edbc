#pragma once

#include <memory>
#include <string>

#include "engine/kafka/producer.h"
#include "engine/ports/feed.h"

namespace kopilka::kafka {

// Writes to the partitions of a feed that the records name. A record of more than
// kFeedRecordBytesMax is refused as usage.
class KafkaFeedWriter : public ports::FeedWriter {
 public:
  [[nodiscard]] static base::Result<std::unique_ptr<KafkaFeedWriter>> open(
      const Connection& connection, const std::string& feed);

  [[nodiscard]] base::Result<std::uint64_t> append(ports::FeedRecord record) override;
  [[nodiscard]] std::vector<ports::DeliveryReport> poll(std::chrono::milliseconds timeout) override;

 private:
  explicit KafkaFeedWriter(std::unique_ptr<Producer> producer) : producer_(std::move(producer)) {}

  std::unique_ptr<Producer> producer_;
};

}  // namespace kopilka::kafka
