#include "engine/kafka/kafka_topic.h"

#include <fmt/format.h>

#include "engine/kafka/client.h"
#include "engine/kafka/questions.h"
#include "engine/kafka/reader.h"
#include "engine/kafka/writer.h"

namespace kopilka::kafka {
namespace {

constexpr std::int32_t kPartition = 0;

class KafkaTopic : public ports::Topic {
 public:
  KafkaTopic(Connection connection, std::string name, Client client)
      : connection_(std::move(connection)),
        topic_(std::move(name)),
        where_(fmt::format("{} at {}", topic_, connection_.brokers)),
        client_(std::move(client)) {}

  [[nodiscard]] std::string name() const override { return where_; }

  [[nodiscard]] base::Result<ports::TopicBounds> bounds() override {
    return patiently(client_, [&] { return ask_bounds(asked(), kPartition); });
  }

  [[nodiscard]] base::Result<void> check_settings() override {
    KOPILKA_TRY_ASSIGN(const auto layout, patiently(client_, [&] { return ask_layout(asked()); }));
    KOPILKA_TRY_ASSIGN(const auto settings,
                       patiently(client_, [&] { return ask_settings(asked()); }));
    return check_demands(where_, layout, settings);
  }

  [[nodiscard]] base::Result<std::unique_ptr<ports::TopicWriter>> open_writer() override {
    return KafkaWriter::open(connection_, topic_);
  }

  [[nodiscard]] base::Result<std::unique_ptr<ports::TopicReader>> read_from(
      ports::TopicOffset offset) override {
    return KafkaReader::open(connection_, topic_, offset);
  }

  base::Result<void> create() {
    KOPILKA_TRY(ask_to_create(asked(), {.partitions = 1, .batch_bytes = kTopicBatchBytes}));
    KOPILKA_TRY(bounds());
    return {};
  }

 private:
  [[nodiscard]] AskedTopic asked() const {
    return {.client = client_, .name = topic_, .where = where_};
  }

  const Connection connection_;
  const std::string topic_;
  const std::string where_;
  const Client client_;
};

base::Result<std::unique_ptr<KafkaTopic>> open(Connection connection, std::string name) {
  KOPILKA_TRY_ASSIGN(auto client, Client::open(connection, Use::log_readers));
  return std::make_unique<KafkaTopic>(std::move(connection), std::move(name), std::move(client));
}

}  // namespace

base::Result<std::unique_ptr<ports::Topic>> open_topic(Connection connection, std::string name) {
  return open(std::move(connection), std::move(name));
}

base::Result<void> create_topic(const Connection& connection, const std::string& name) {
  KOPILKA_TRY_ASSIGN(const auto topic, open(connection, name));
  return topic->create();
}

}  // namespace kopilka::kafka
