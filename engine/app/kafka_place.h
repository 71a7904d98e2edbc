#pragma once

#include <filesystem>
#include <string>

#include "engine/app/place.h"
#include "engine/base/result.h"
#include "engine/kafka/connection.h"

namespace kopilka::app {

// The log is a topic of a Kafka cluster, `<prefix>.log`. What is derived from it and the keys are
// in the store's own directory, which names the topic and the log's identity but not the brokers.
[[nodiscard]] base::Result<Place> kafka_store(const std::filesystem::path& root,
                                              const kafka::Connection& connection,
                                              const std::string& prefix);

}  // namespace kopilka::app
