#pragma once

#include <string>
#include <type_traits>

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
[[nodiscard]] base::Result<ports::TopicBounds> ask_bounds(const AskedTopic& topic,
                                                          std::int32_t partition);
[[nodiscard]] base::Result<TopicLayout> ask_layout(const AskedTopic& topic);
[[nodiscard]] base::Result<TopicSettings> ask_settings(const AskedTopic& topic);

struct WantedTopic {
  std::int32_t partitions{1};
  std::int64_t batch_bytes{0};  // that it takes at once
};

// Makes it with as many copies as it should have. It need not be ready when this returns. usage: it
// is there already.
[[nodiscard]] base::Result<void> ask_to_create(const AskedTopic& topic, const WantedTopic& wanted);

// Puts a question again while the answer may be another one soon: a broker may hear of a new topic
// after its controller said that it is made, and one that is silent takes seconds to be found out.
template <class Question>
[[nodiscard]] std::invoke_result_t<const Question&> patiently(const Client& client,
                                                              const Question& question) {
  constexpr int kAbsencesMax = 20;
  constexpr std::chrono::milliseconds kPause{100};
  int absences = 0;
  int failures = 0;
  while (true) {
    auto answer = question();
    if (answer) return answer;
    const auto kind = answer.error().kind;
    const bool is_absent = kind == base::ErrorKind::not_available;
    if (!is_absent && kind != base::ErrorKind::io) return answer;
    if (is_absent ? ++absences == kAbsencesMax : ++failures >= client.questions_max())
      return answer;
    static_cast<void>(client.next_event(kPause));
  }
}

}  // namespace kopilka::kafka
