#include "engine/kafka/feed_reader.h"

#include <fmt/format.h>

#include "engine/kafka/errors.h"

namespace kopilka::kafka {
namespace {

base::Bytes bytes_of(const void* begin, std::size_t count) {
  if (begin == nullptr) return {};
  return {static_cast<const char*>(begin), count};
}

std::vector<ports::FeedHeader> headers_of(const rd_kafka_message_t& message) {
  std::vector<ports::FeedHeader> all;
  rd_kafka_headers_t* headers = nullptr;  // the message's
  if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return all;
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  while (rd_kafka_header_get_all(headers, all.size(), &name, &value, &size) ==
         RD_KAFKA_RESP_ERR_NO_ERROR)
    all.push_back({.name = name, .value = bytes_of(value, size)});
  return all;
}

}  // namespace

base::Result<std::unique_ptr<KafkaFeedReader>> KafkaFeedReader::open(
    const Connection& connection, const std::string& feed,
    const std::vector<ports::TopicOffset>& offsets) {
  KOPILKA_TRY_ASSIGN(auto client, Client::open(connection, Use::feed_readers));
  TopicHandle handle(rd_kafka_topic_new(client.get(), feed.c_str(), nullptr));
  auto where = fmt::format("{} at {}", feed, connection.brokers);
  if (!handle) return std::unexpected(error_of(rd_kafka_last_error(), where, "opening a reader"));
  std::unique_ptr<KafkaFeedReader> reader(
      new KafkaFeedReader(std::move(where), std::move(client), std::move(handle)));
  KOPILKA_TRY(reader->start(offsets));
  return reader;
}

KafkaFeedReader::KafkaFeedReader(std::string where, Client client, TopicHandle topic)
    : where_(std::move(where)),
      client_(std::move(client)),
      topic_(std::move(topic)),
      records_(rd_kafka_queue_new(client_.get())) {}

KafkaFeedReader::~KafkaFeedReader() {
  while (started_ > 0)
    rd_kafka_consume_stop(topic_.get(), --started_);
}

base::Result<void> KafkaFeedReader::start(const std::vector<ports::TopicOffset>& offsets) {
  for (const auto offset : offsets) {
    if (rd_kafka_consume_start_queue(topic_.get(), started_, static_cast<std::int64_t>(offset),
                                     records_.get()) != 0)
      return std::unexpected(error_of(rd_kafka_last_error(), where_, "opening a reader"));
    ++started_;
  }
  return {};
}

base::Result<std::optional<ports::FeedRecord>> KafkaFeedReader::next(
    std::chrono::milliseconds timeout) {
  if (stopped_) return std::unexpected(*stopped_);
  const MessageHandle message(rd_kafka_consume_queue(records_.get(), timeout_ms(timeout)));
  base::Result<std::optional<ports::FeedRecord>> result = std::nullopt;
  if (auto sound = client_.check(where_, "reading"); !sound)
    result = std::unexpected(std::move(sound).error());
  else if (message)
    result = take(*message);
  if (!result) stopped_ = result.error();
  return result;
}

base::Result<ports::FeedRecord> KafkaFeedReader::take(const rd_kafka_message_t& message) const {
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR)
    return std::unexpected(error_of(message.err, where_,
                                    fmt::format("reading partition {}", message.partition),
                                    rd_kafka_message_errstr(&message)));
  return ports::FeedRecord{.partition = static_cast<ports::PartitionNumber>(message.partition),
                           .offset = static_cast<ports::TopicOffset>(message.offset),
                           .key = bytes_of(message.key, message.key_len),
                           .value = bytes_of(message.payload, message.len),
                           .headers = headers_of(message)};
}

}  // namespace kopilka::kafka
