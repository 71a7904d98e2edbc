#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "engine/base/result.h"
#include "engine/ports/steady_time.h"
#include "engine/ports/topic.h"
#include "engine/topic_log/bookmarks.h"
#include "engine/topic_log/fold.h"

namespace kopilka::topic_log {

// What the walkers of one log share. Thread-safe.
struct Ground {
  std::shared_ptr<ports::Topic> topic;
  ports::SteadyTime& time;  // outlives every walker
  std::shared_ptr<BookmarkIndex> bookmarks;
  // The process has read so far and showed what counts before it.
  std::shared_ptr<std::atomic<ports::TopicOffset>> reached;
  std::optional<model::StoreId> store;  // the log must be this one's
  // How long a topic may show nothing although its end is further on.
  std::chrono::milliseconds silence_max{0};
};

// Takes a topic's records one by one to the fold. When the way to the topic is lost it goes back to
// the last record that was not void and goes on only if that is still the one. One thread.
class Walker {
 public:
  // From the topic's beginning, or behind a bookmark. Reads nothing yet.
  Walker(const Ground& ground, const std::optional<Bookmark>& from);

  struct Step {
    ports::TopicOffset offset{0};
    Verdict verdict;  // no Stop: that is an error
  };
  // The verdict on the next record; nothing: none came within `timeout`. corrupt: the topic has
  // another history than was read, or a damaged one; not_available: it is no log, another store's,
  // or of a newer build. After either the walker stays there. What else is wrong shows as nothing.
  [[nodiscard]] base::Result<std::optional<Step>> step(std::chrono::milliseconds timeout);
  // The same, but nothing only at the topic's end, as it is when it is looked up; at least at
  // `floor`. io: the topic shows nothing for too long.
  [[nodiscard]] base::Result<std::optional<Step>> step_to_end(ports::TopicOffset floor);
  [[nodiscard]] const Fold& fold() const { return fold_; }
  // The batch that the bookmark stands at, once it was read again.
  [[nodiscard]] const std::optional<ports::SealedBatch>& resumed() const { return resumed_; }
  // Every record before it was judged.
  [[nodiscard]] ports::TopicOffset position() const { return position_; }
  // What keeps the walker from reading; for people, empty when nothing does.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }

 private:
  using Milliseconds = std::chrono::milliseconds;

  [[nodiscard]] base::Result<bool> open_reader();
  [[nodiscard]] base::Result<std::optional<Step>> take(ports::TopicRecord record);
  [[nodiscard]] base::Result<void> recognize(ports::TopicRecord record);
  [[nodiscard]] base::Result<std::optional<Step>> advance(Milliseconds timeout);
  [[nodiscard]] base::Result<void> check_store() const;
  [[nodiscard]] std::optional<Fold::Anchor> place() const;
  [[nodiscard]] bool is_short_for_good();
  [[nodiscard]] bool is_suspicious(const Verdict& verdict);
  void go_back(std::string why);
  [[nodiscard]] base::Error say(base::Error error) const;

  Ground ground_;
  Fold fold_;
  std::optional<Bookmark> resume_;  // the record there was not read yet
  std::unique_ptr<ports::TopicReader> reader_;
  bool was_open_{false};                     // the topic once said where it ends
  bool recognized_{false};                   // what this reader began with is what was read before
  std::optional<Milliseconds> short_since_;  // the topic ends before what was read
  bool suspected_{false};                    // it went back on suspicion since the anchor
  std::optional<ports::SealedBatch> resumed_;
  ports::TopicOffset position_{0};
  std::optional<base::Error> failed_;
  std::string trouble_;
};

}  // namespace kopilka::topic_log
