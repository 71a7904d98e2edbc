#include "engine/kafka/kafka_feed.h"

#include <fmt/format.h>

#include "engine/kafka/client.h"
#include "engine/kafka/feed_reader.h"
#include "engine/kafka/feed_writer.h"
#include "engine/kafka/questions.h"

namespace kopilka::kafka {
namespace {

class KafkaFeed : public ports::Feed {
 public:
  KafkaFeed(Connection connection, std::string name, Client client)
      : connection_(std::move(connection)),
        feed_(std::move(name)),
        where_(fmt::format("{} at {}", feed_, connection_.brokers)),
        client_(std::move(client)) {}

  [[nodiscard]] std::string name() const override { return where_; }

  [[nodiscard]] base::Result<ports::PartitionNumber> partitions() override {
    KOPILKA_TRY_ASSIGN(const auto layout, patiently(client_, [&] { return ask_layout(asked()); }));
    return static_cast<ports::PartitionNumber>(layout.partitions);
  }

  [[nodiscard]] base::Result<ports::TopicBounds> bounds(ports::PartitionNumber partition) override {
    return patiently(client_,
                     [&] { return ask_bounds(asked(), static_cast<std::int32_t>(partition)); });
  }

  [[nodiscard]] base::Result<std::unique_ptr<ports::FeedWriter>> open_writer() override {
    return KafkaFeedWriter::open(connection_, feed_);
  }

  [[nodiscard]] base::Result<std::unique_ptr<ports::FeedReader>> read_from(
      std::vector<ports::TopicOffset> offsets) override {
    return KafkaFeedReader::open(connection_, feed_, offsets);
  }

  base::Result<void> create(ports::PartitionNumber partitions) {
    KOPILKA_TRY(ask_to_create(asked(), {.partitions = static_cast<std::int32_t>(partitions),
                                        .batch_bytes = kFeedBatchBytes}));
    for (ports::PartitionNumber partition = 0; partition < partitions; ++partition)
      KOPILKA_TRY(bounds(partition));
    return {};
  }

 private:
  [[nodiscard]] AskedTopic asked() const {
    return {.client = client_, .name = feed_, .where = where_};
  }

  const Connection connection_;
  const std::string feed_;
  const std::string where_;
  const Client client_;
};

base::Result<std::unique_ptr<KafkaFeed>> open(Connection connection, std::string name) {
  KOPILKA_TRY_ASSIGN(auto client, Client::open(connection, Use::feed_readers));
  return std::make_unique<KafkaFeed>(std::move(connection), std::move(name), std::move(client));
}

}  // namespace

base::Result<std::unique_ptr<ports::Feed>> open_feed(Connection connection, std::string name) {
  return open(std::move(connection), std::move(name));
}

base::Result<void> create_feed(const Connection& connection, const std::string& name,
                               ports::PartitionNumber partitions) {
  if (partitions < 1 || partitions > kFeedPartitionsMax)
    return base::fail(base::ErrorKind::usage, fmt::format("{}: {} partitions; a feed has 1 to {}",
                                                          name, partitions, kFeedPartitionsMax));
  KOPILKA_TRY_ASSIGN(const auto feed, open(connection, name));
  return feed->create(partitions);
}

}  // namespace kopilka::kafka
