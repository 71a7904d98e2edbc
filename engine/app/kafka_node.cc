#include "engine/app/kafka_node.h"

#include <utility>

#include <fmt/format.h>

#include "engine/app/builds.h"
#include "engine/app/derived.h"
#include "engine/app/kafka_place.h"
#include "engine/app/store.h"
#include "engine/kafka/candidacy.h"
#include "engine/kafka/kafka_feed.h"
#include "engine/kafka/kafka_topic.h"

namespace kopilka::app {
namespace {

using base::ErrorKind;
using base::Result;

Result<std::unique_ptr<ports::Feed>> make_feed(const KafkaNodePlace& place, std::string_view kind,
                                               ports::PartitionNumber partitions) {
  const auto name = fmt::format("{}.{}", place.prefix, kind);
  auto made = kafka::create_feed(place.connection, name, partitions);
  // That it is there already is as well.
  if (!made && made.error().kind != ErrorKind::usage)
    return std::unexpected(std::move(made).error());
  return kafka::open_feed(place.connection, name);
}

// What a log holds on to goes with it: the directory's locks, and how the log's topic is reached.
class HeldLog final : public ports::EventLog {
 public:
  HeldLog(std::shared_ptr<LogPlace> place, std::unique_ptr<segments::Lock> rows, WritableLog held)
      : place_(std::move(place)), rows_(std::move(rows)), held_(std::move(held)) {}

  Result<model::LogHead> head() override { return held_.log->head(); }
  Result<ports::Ownership> acquire() override { return held_.log->acquire(); }
  Result<void> submit(ports::SealedBatch batch) override {
    return held_.log->submit(std::move(batch));
  }
  std::vector<ports::AppendOutcome> poll(std::chrono::milliseconds timeout) override {
    return held_.log->poll(timeout);
  }
  Result<std::unique_ptr<ports::LogReader>> read_from(model::Seq first) override {
    return held_.log->read_from(first);
  }

 private:
  std::shared_ptr<LogPlace> place_;
  std::unique_ptr<segments::Lock> rows_;
  WritableLog held_;
};

}  // namespace

Result<std::unique_ptr<Node>> open_kafka_node(const KafkaNodePlace& place,
                                              const NodeOptions& options, ports::Random& random,
                                              ports::Clock& clock, ports::SteadyTime& time) {
  KOPILKA_TRY_ASSIGN(const auto store, kafka_store(place.root, place.connection, place.prefix));
  KOPILKA_TRY(expect_store(store));
  KOPILKA_TRY_ASSIGN(const bool written, store.log->is_being_written());
  if (written)
    return base::fail(ErrorKind::not_available,
                      fmt::format("another process is at work on {}; each node has a directory of "
                                  "its own",
                                  place.root.string()));
  KOPILKA_TRY_ASSIGN(auto held_rows, hold_rows(store.layout));
  remove_unused(store.layout);
  KOPILKA_TRY_ASSIGN(auto models, open_models_for_writing(store.layout));
  NodeParts parts{.models = std::move(models)};
  KOPILKA_TRY_ASSIGN(parts.pieces.vault,
                     open_vault(store.layout, vault::Access::read_write, random));
  KOPILKA_TRY_ASSIGN(auto rows, open_state_for_writing(store.layout));
  parts.pieces.store = with_writing(Writing::behind, std::move(rows.store));
  KOPILKA_TRY_ASSIGN(parts.pieces.signer, HeadSigner::open(store.layout));
  KOPILKA_TRY_ASSIGN(auto log, store.log->open_for_writing(random, rows.head));
  parts.pieces.log = std::make_unique<HeldLog>(store.log, std::move(held_rows), std::move(log));

  KOPILKA_TRY_ASSIGN(parts.inbound, make_feed(place, "inbound", place.inbound_partitions));
  PublishedFeeds feeds;
  KOPILKA_TRY_ASSIGN(feeds.events, make_feed(place, "events", 1));
  KOPILKA_TRY_ASSIGN(feeds.outcomes, make_feed(place, "outcomes", 1));
  KOPILKA_TRY_ASSIGN(feeds.payouts, make_feed(place, "payouts", 1));
  parts.feeds = std::move(feeds);

  const auto log_topic = place.prefix + ".log";
  parts.stand = [connection = place.connection,
                 group = kafka::Group{.name = place.prefix + ".nodes", .topic = log_topic}] {
    return kafka::open_candidacy(connection, group);
  };
  KOPILKA_TRY_ASSIGN(std::shared_ptr<ports::Topic> topic,
                     kafka::open_topic(place.connection, log_topic));
  parts.check_log = [topic] { return topic->check_settings(); };
  return Node::open(std::move(parts), options, clock, time);
}

}  // namespace kopilka::app
