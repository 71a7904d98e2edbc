#pragma once

#include <string>

#include "engine/kafka/client.h"
#include "engine/kafka/topic_demands.h"
#include "engine/ports/topic.h"

namespace kopilka::kafka {

// What a client may ask about one topic; `where` names it in messages. Any thread.
struct AskedTopic {
  const Client& client;
  const std::string& name;
  const std::string& where;
};

// How long a broker may take, a little more than socket.timeout.ms, so that the library can say
// what is wrong. A question has one or a few of these.
inline constexpr std::chrono::milliseconds kAnswerTimeout{4'000};
inline constexpr std::chrono::milliseconds kCreateTimeout{30'000};

// not_available: no such topic, or we may not see it; io: no answer.
// Asks the brokers first who leads: what the client remembers may be a dead one, or one that woke
// up and does not know yet that it was deposed.
[[nodiscard]] base::Result<ports::TopicBounds> ask_bounds(const AskedTopic& topic);
[[nodiscard]] base::Result<TopicLayout> ask_layout(const AskedTopic& topic);
[[nodiscard]] base::Result<TopicSettings> ask_settings(const AskedTopic& topic);
[[nodiscard]] base::Result<std::int32_t> ask_brokers(const AskedTopic& topic);

// Makes it with one partition. usage: it is there already.
[[nodiscard]] base::Result<void> ask_to_create(const AskedTopic& topic, std::int32_t copies,
                                               const std::vector<Property>& settings);

}  // namespace kopilka::kafka
