#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "engine/app/node.h"
#include "engine/base/result.h"
#include "engine/kafka/connection.h"
#include "engine/ports/clock.h"
#include "engine/ports/feed.h"
#include "engine/ports/steady_time.h"

namespace kopilka::app {

struct KafkaNodePlace {
  std::filesystem::path root;
  kafka::Connection connection;
  std::string prefix;  // of topics: PREFIX.log, .inbound, .events, .outcomes, .payouts
  // Of the feed of commands, should it have to be made.
  ports::PartitionNumber inbound_partitions{1};
};

// A node of the store in that directory, with its log, feeds and candidates on Kafka. Makes the
// feeds that are not there. All but `place` must outlive it. not_available: no store, or another
// process is at work in the directory.
[[nodiscard]] base::Result<std::unique_ptr<Node>> open_kafka_node(const KafkaNodePlace& place,
                                                                  const NodeOptions& options,
                                                                  ports::Random& random,
                                                                  ports::Clock& clock,
                                                                  ports::SteadyTime& time);

}  // namespace kopilka::app
