#pragma once

#include <string>

#include "engine/kafka/client.h"
#include "engine/kafka/topic_demands.h"
#include "engine/ports/topic.h"

namespace kopilka::kafka {

// What a client may ask about one topic; `where` names it in messages. Any thread. Each waits for
// the brokers at most kAnswerTimeout.
struct AskedTopic {
  const Client& client;
  const std::string& name;
  const std::string& where;
};

inline constexpr std::chrono::milliseconds kAnswerTimeout{10'000};

// not_available: no such topic, or we may not see it; io: no answer.
[[nodiscard]] base::Result<ports::TopicBounds> ask_bounds(const AskedTopic& topic);
[[nodiscard]] base::Result<TopicLayout> ask_layout(const AskedTopic& topic);
[[nodiscard]] base::Result<TopicSettings> ask_settings(const AskedTopic& topic);
[[nodiscard]] base::Result<std::int32_t> ask_brokers(const AskedTopic& topic);

// Makes it with one partition. usage: it is there already.
[[nodiscard]] base::Result<void> ask_to_create(const AskedTopic& topic, std::int32_t copies,
                                               const std::vector<Property>& settings);

}  // namespace kopilka::kafka
