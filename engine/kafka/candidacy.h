#pragma once

#include <memory>
#include <string>

#include "engine/base/result.h"
#include "engine/kafka/connection.h"
#include "engine/ports/candidacy.h"

namespace kopilka::kafka {

// Candidates are the members of a consumer group on the log's topic, of one partition: whoever the
// group gives it to is chosen. Nothing is read, so the topic's content is no matter.
struct Group {
  std::string name;
  std::string topic;
};

// Stands at once; who is chosen shows when the group has settled, which takes seconds, and while no
// broker answers nobody is. Destroying it leaves the group; brokers that do not answer are given up
// after about ten seconds, and the others take it for dead after six.
// usage: an empty name, a property that is not the operator's to set, or a value that librdkafka
// refuses.
[[nodiscard]] base::Result<std::unique_ptr<ports::Candidacy>> open_candidacy(
    const Connection& connection, const Group& group);

}  // namespace kopilka::kafka
