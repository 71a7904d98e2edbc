#pragma once

#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "engine/memory/clock.h"
#include "engine/memory/steady_time.h"
#include "engine/memory/topic.h"
#include "engine/topic_log/topic_log.h"
#include "tests/support/topic_records.h"

namespace kopilka::topic_log {

template <class T>
T value_of(base::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// Bookmarks that outlive a log, as in a file.
class KeptBookmarks final : public Bookmarks {
 public:
  base::Result<std::vector<Bookmark>> load() override { return kept; }
  base::Result<void> save(const Bookmark& bookmark) override {
    if (fails) return base::fail(base::ErrorKind::io, "the disk is full");
    kept.push_back(bookmark);
    return {};
  }

  std::vector<Bookmark> kept;
  bool fails{false};
};

// One node: its way to the topic, and its log there.
struct Node {
  std::shared_ptr<memory::MemoryTopic> topic;
  std::unique_ptr<TopicLog> log;
};

// A topic that was made a log, and the nodes that use it.
class TopicWorld {
 public:
  TopicWorld() {
    memory::MemoryTopic topic(partition);
    value_of(TopicLog::create(topic, support::store_id(kStore), time, std::chrono::seconds(1)));
  }

  [[nodiscard]] base::Result<Node> try_node(Bookmarks* bookmarks = nullptr) {
    Node node{std::make_shared<memory::MemoryTopic>(partition), nullptr};
    KOPILKA_TRY_ASSIGN(node.log, TopicLog::open(node.topic, random, time, bookmarks, options));
    return node;
  }
  [[nodiscard]] Node node(Bookmarks* bookmarks = nullptr) { return value_of(try_node(bookmarks)); }

  memory::ManualSteadyTime time;
  memory::SeededRandom random{1};
  std::shared_ptr<memory::MemoryPartition> partition =
      std::make_shared<memory::MemoryPartition>(time);
  Options options;
};

// Submits a batch and waits for what becomes of it.
inline ports::AppendStatus append(TopicLog& log, const ports::SealedBatch& batch) {
  value_of(log.submit(batch));
  const auto told = log.poll(std::chrono::hours(1));
  if (told.size() != 1) throw std::runtime_error("no outcome");
  return told.front().status;
}

inline std::vector<ports::SealedBatch> read_all(TopicLog& log, std::uint64_t first = 0) {
  const auto reader = value_of(log.read_from(model::Seq{first}));
  std::vector<ports::SealedBatch> all;
  while (auto batch = value_of(reader->next()))
    all.push_back(std::move(*batch));
  return all;
}

}  // namespace kopilka::topic_log
