#pragma once

#include <deque>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/kafka/client.h"
#include "engine/ports/feed.h"
#include "engine/ports/topic.h"

namespace kopilka::kafka {

// A record as a producer is handed it; the bytes are copied.
struct OutgoingRecord {
  std::int32_t partition{0};
  base::ByteView key;  // empty: none
  base::ByteView value;
  std::span<const ports::FeedHeader> headers;
};

// One idempotent, gapless producer on one topic, and what it knows of the records that it was
// handed. One thread.
class Producer {
 public:
  [[nodiscard]] static base::Result<std::unique_ptr<Producer>> open(const Connection& connection,
                                                                    const std::string& topic,
                                                                    Use use);
  // Drops what is under way. Milliseconds, whatever the brokers do.
  ~Producer();
  Producer(const Producer&) = delete;
  Producer& operator=(const Producer&) = delete;

  // Where it writes to, for people.
  [[nodiscard]] const std::string& where() const { return where_; }
  // Its ticket: 1, 2, 3… limit: so much is under way that nothing more is taken until `poll` told
  // of some; any other error: it takes nothing more at all.
  [[nodiscard]] base::Result<std::uint64_t> append(const OutgoingRecord& record);
  // Reports that became known, in the order of tickets; waits at most `timeout` for the first.
  [[nodiscard]] std::vector<ports::DeliveryReport> poll(std::chrono::milliseconds timeout);

 private:
  struct Waiting {
    ports::DeliveryReport report;
    bool is_known{false};
  };

  Producer(std::string where, Client client, TopicHandle topic);

  [[nodiscard]] ErrorHandle produce(const OutgoingRecord& record, std::uint64_t ticket);
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
