#pragma once

#include <memory>
#include <string>

#include "engine/kafka/producer.h"
#include "engine/ports/topic.h"

namespace kopilka::kafka {

// Writes to partition 0 of a log's topic.
class KafkaWriter : public ports::TopicWriter {
 public:
  [[nodiscard]] static base::Result<std::unique_ptr<KafkaWriter>> open(const Connection& connection,
                                                                       const std::string& topic);

  [[nodiscard]] base::Result<std::uint64_t> append(base::Bytes value) override;
  [[nodiscard]] std::vector<ports::DeliveryReport> poll(std::chrono::milliseconds timeout) override;

 private:
  explicit KafkaWriter(std::unique_ptr<Producer> producer) : producer_(std::move(producer)) {}

  std::unique_ptr<Producer> producer_;
};

}  // namespace kopilka::kafka
