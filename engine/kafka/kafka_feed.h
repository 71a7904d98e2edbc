#pragma once

#include <memory>
#include <string>

#include "engine/base/result.h"
#include "engine/kafka/connection.h"
#include "engine/ports/feed.h"

namespace kopilka::kafka {

inline constexpr ports::PartitionNumber kFeedPartitionsMax = 16;

// A topic of a Kafka cluster as a feed. Opening it, a writer or a reader connects to nobody yet:
// whether the brokers are there shows when something is asked. A record may have
// kFeedRecordBytesMax (settings.h); a writer refuses a larger one as usage. usage: a property that
// is not the operator's to set, or a value that librdkafka refuses.
[[nodiscard]] base::Result<std::unique_ptr<ports::Feed>> open_feed(Connection connection,
                                                                   std::string name);

// Makes it, to be kept for ever: three copies, acknowledged by two, or one copy for each broker
// where there are fewer. It is ready when this returns. usage: it is there already, or the number
// of partitions is not 1 to kFeedPartitionsMax.
[[nodiscard]] base::Result<void> create_feed(const Connection& connection, const std::string& name,
                                             ports::PartitionNumber partitions);

}  // namespace kopilka::kafka
