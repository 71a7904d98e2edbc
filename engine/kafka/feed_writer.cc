#include "engine/kafka/feed_writer.h"

#include <fmt/format.h>

namespace kopilka::kafka {
namespace {

// The lengths that stand before a header's name and value, at most.
constexpr std::size_t kHeaderFrameBytes = 10;

std::size_t bytes_of(const ports::FeedRecord& record) {
  auto bytes = record.key.size() + record.value.size();
  for (const auto& header : record.headers)
    bytes += header.name.size() + header.value.size() + kHeaderFrameBytes;
  return bytes;
}

}  // namespace

base::Result<std::unique_ptr<KafkaFeedWriter>> KafkaFeedWriter::open(const Connection& connection,
                                                                     const std::string& feed) {
  KOPILKA_TRY_ASSIGN(auto producer, Producer::open(connection, feed, Use::feed_writers));
  return std::unique_ptr<KafkaFeedWriter>(new KafkaFeedWriter(std::move(producer)));
}

base::Result<std::uint64_t> KafkaFeedWriter::append(ports::FeedRecord record) {
  // No `limit`, which would say that it fits later.
  if (const auto bytes = bytes_of(record); bytes > kFeedRecordBytesMax)
    return base::fail(base::ErrorKind::usage,
                      fmt::format("{}: a record of {} bytes; at most {}", producer_->where(), bytes,
                                  kFeedRecordBytesMax));
  return producer_->append({.partition = static_cast<std::int32_t>(record.partition),
                            .key = record.key,
                            .value = record.value,
                            .headers = record.headers});
}

std::vector<ports::DeliveryReport> KafkaFeedWriter::poll(std::chrono::milliseconds timeout) {
  return producer_->poll(timeout);
}

}  // namespace kopilka::kafka
