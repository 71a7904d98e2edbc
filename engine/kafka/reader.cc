#include "engine/kafka/reader.h"

#include <algorithm>

#include <fmt/format.h>

#include "engine/kafka/errors.h"

namespace kopilka::kafka {
namespace {

constexpr std::int32_t kPartition = 0;

}  // namespace

base::Result<std::unique_ptr<KafkaReader>> KafkaReader::open(const Connection& connection,
                                                             const std::string& topic,
                                                             ports::TopicOffset offset) {
  KOPILKA_TRY_ASSIGN(auto client, Client::open(connection, Use::log_readers));
  TopicHandle handle(rd_kafka_topic_new(client.get(), topic.c_str(), nullptr));
  auto where = fmt::format("{} at {}", topic, connection.brokers);
  if (!handle ||
      rd_kafka_consume_start(handle.get(), kPartition, static_cast<std::int64_t>(offset)) != 0)
    return std::unexpected(error_of(rd_kafka_last_error(), where, "opening a reader"));
  return std::unique_ptr<KafkaReader>(
      new KafkaReader(std::move(where), std::move(client), std::move(handle), offset));
}

KafkaReader::KafkaReader(std::string where, Client client, TopicHandle topic,
                         ports::TopicOffset offset)
    : where_(std::move(where)),
      client_(std::move(client)),
      topic_(std::move(topic)),
      position_(offset) {}

KafkaReader::~KafkaReader() {
  rd_kafka_consume_stop(topic_.get(), kPartition);
}

base::Result<std::optional<ports::TopicRecord>> KafkaReader::next(
    std::chrono::milliseconds timeout) {
  if (stopped_) return std::unexpected(*stopped_);
  const MessageHandle message(rd_kafka_consume(topic_.get(), kPartition, timeout_ms(timeout)));
  // After taking, not before: what was fetched over a new connection comes after the loss of the
  // old one was counted.
  auto sound = check_connection();
  if (sound && message) sound = check_leader(*message);
  base::Result<std::optional<ports::TopicRecord>> result = std::nullopt;
  if (!sound)
    result = std::unexpected(std::move(sound).error());
  else if (message)
    result = take(*message);
  if (!result) stopped_ = result.error();
  return result;
}

base::Result<std::optional<ports::TopicRecord>> KafkaReader::take(
    const rd_kafka_message_t& message) {
  if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    position_ = std::max(position_, static_cast<ports::TopicOffset>(message.offset));
    return std::nullopt;
  }
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR)
    return std::unexpected(error_of(message.err, where_,
                                    fmt::format("reading from offset {}", position_),
                                    rd_kafka_message_errstr(&message)));
  ports::TopicRecord record{.offset = static_cast<ports::TopicOffset>(message.offset), .value = {}};
  if (message.payload != nullptr)
    record.value.assign(static_cast<const char*>(message.payload), message.len);
  position_ = record.offset + 1;
  return record;
}

base::Result<void> KafkaReader::check_connection() {
  if (client_.connections().lost() != 0)
    return base::fail(base::ErrorKind::io,
                      fmt::format("{}: the connection was lost at offset {}", where_, position_));
  return client_.check(where_, fmt::format("reading from offset {}", position_));
}

base::Result<void> KafkaReader::check_leader(const rd_kafka_message_t& message) {
  const auto broker = rd_kafka_message_broker_id(&message);
  if (broker < 0) return {};
  if (!leader_) leader_ = broker;
  if (*leader_ == broker) return {};
  return base::fail(base::ErrorKind::io,
                    fmt::format("{}: broker {} leads instead of {} at offset {}", where_, broker,
                                *leader_, position_));
}

}  // namespace kopilka::kafka
