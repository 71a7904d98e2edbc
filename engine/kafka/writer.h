#pragma once

#include <deque>
#include <memory>
#include <string>

#include "engine/kafka/client.h"
#include "engine/ports/topic.h"

namespace kopilka::kafka {

// One idempotent, gapless producer on partition 0 of one topic.
class KafkaWriter : public ports::TopicWriter {
 public:
  [[nodiscard]] static base::Result<std::unique_ptr<KafkaWriter>> open(const Connection& connection,
                                                                       const std::string& topic);
  // Drops what is under way. Milliseconds, whatever the brokers do.
  ~KafkaWriter() override;

  [[nodiscard]] base::Result<std::uint64_t> append(base::Bytes value) override;
  [[nodiscard]] std::vector<ports::DeliveryReport> poll(std::chrono::milliseconds timeout) override;

 private:
  struct Waiting {
    ports::DeliveryReport report;
    bool is_known{false};
  };

  KafkaWriter(std::string where, Client client, TopicHandle topic);

  void take(rd_kafka_event_t* event);
  void take_report(const rd_kafka_message_t& message);
  [[nodiscard]] std::vector<ports::DeliveryReport> take_known();

  std::string where_;
  Client client_;
  TopicHandle topic_;
  std::deque<Waiting> waiting_;  // by ticket, without a gap
  std::uint64_t last_ticket_{0};
  std::string broken_;      // why nothing more can be appended; empty while all is well
  bool has_failed_{false};  // a report that was handed out says so
};

}  // namespace kopilka::kafka
