#pragma once

#include <memory>
#include <string>

#include "engine/base/result.h"
#include "engine/kafka/connection.h"
#include "engine/ports/topic.h"

namespace kopilka::kafka {

// One topic of a Kafka cluster, of one partition. Opening it, a writer or a reader connects to
// nobody yet: whether the brokers are there shows when something is asked.
// usage: a property that is not the operator's to set, or a value that librdkafka refuses.
[[nodiscard]] base::Result<std::unique_ptr<ports::Topic>> open_topic(Connection connection,
                                                                     std::string name);

// Makes it as `Topic::check_settings` wants it: three copies, acknowledged by two, or one copy for
// each broker where there are fewer. It is ready when this returns. usage: it is there already.
[[nodiscard]] base::Result<void> create_topic(const Connection& connection,
                                              const std::string& name);

}  // namespace kopilka::kafka
