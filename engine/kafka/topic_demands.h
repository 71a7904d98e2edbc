#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/kafka/connection.h"

namespace kopilka::kafka {

// How a topic is laid out, and how many brokers there are to hold it.
struct TopicLayout {
  std::int32_t partitions{0};
  std::int32_t copies{0};   // replication factor
  std::int32_t brokers{0};  // that live now
};

// A topic's settings as the brokers tell them, by name.
using TopicSettings = std::map<std::string, std::string, std::less<>>;

// Three, or as many as there are brokers.
[[nodiscard]] std::int32_t copies_for(std::int32_t brokers);

// What a topic is made with that takes batches of so many bytes.
[[nodiscard]] std::vector<Property> settings_for(std::int32_t copies, std::int64_t batch_bytes);

// Whether a log's topic keeps what it was given for ever and replicates it as it should;
// not_available names each setting that is wrong, its value, and what it must be.
[[nodiscard]] base::Result<void> check_demands(std::string_view where, const TopicLayout& layout,
                                               const TopicSettings& settings);

}  // namespace kopilka::kafka
