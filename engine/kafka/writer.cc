#include "engine/kafka/writer.h"

#include <fmt/format.h>

namespace kopilka::kafka {
namespace {

constexpr std::int32_t kPartition = 0;

}  // namespace

base::Result<std::unique_ptr<KafkaWriter>> KafkaWriter::open(const Connection& connection,
                                                             const std::string& topic) {
  KOPILKA_TRY_ASSIGN(auto producer, Producer::open(connection, topic, Use::log_writers));
  return std::unique_ptr<KafkaWriter>(new KafkaWriter(std::move(producer)));
}

base::Result<std::uint64_t> KafkaWriter::append(base::Bytes value) {
  if (value.size() > kRecordBytesMax)
    return base::fail(base::ErrorKind::limit,
                      fmt::format("{}: a record of {} bytes; at most {}", producer_->where(),
                                  value.size(), kRecordBytesMax));
  return producer_->append({.partition = kPartition, .key = {}, .value = value, .headers = {}});
}

std::vector<ports::DeliveryReport> KafkaWriter::poll(std::chrono::milliseconds timeout) {
  return producer_->poll(timeout);
}

}  // namespace kopilka::kafka
