#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "engine/base/result.h"
#include "engine/model/batch.h"
#include "engine/ports/topic.h"

namespace kopilka::topic_log {

// A counted batch and where it stands. It is all that a reader needs to go on from there: what
// else a reader knows after a batch that counted is in the batch itself. `hash` is the digest of
// the whole record, so whoever goes on can tell whether it is still the one.
struct Bookmark {
  ports::TopicOffset offset{0};
  model::BatchNumber n;
  model::Seq last_seq;
  base::Hash256 hash{};
  bool operator==(const Bookmark&) const = default;
};

// Keeps bookmarks beyond the process. They are derived data: losing some or all costs reading, and
// a wrong one is found out before it is used. Called from one thread at a time.
class Bookmarks {
 public:
  virtual ~Bookmarks() = default;
  // All that were kept, in any order.
  [[nodiscard]] virtual base::Result<std::vector<Bookmark>> load() = 0;
  // Keeps one more. It need not be durable.
  [[nodiscard]] virtual base::Result<void> save(const Bookmark& bookmark) = 0;
};

// The bookmarks of one log: one every so many counted batches, whoever walked past. Thread-safe.
class BookmarkIndex {
 public:
  // REQUIRES: batches_apart > 0. `kept`, if any, must outlive the index.
  BookmarkIndex(std::uint64_t batches_apart, Bookmarks* kept)
      : batches_apart_(batches_apart), kept_(kept) {}

  [[nodiscard]] base::Result<void> load();
  // A reader found that this batch counts.
  void pass(const Bookmark& bookmark);
  // The last one whose batch ends before `seq`; nothing: read from the topic's beginning.
  [[nodiscard]] std::optional<Bookmark> before(model::Seq seq) const;
  [[nodiscard]] std::optional<Bookmark> last() const;
  // Why one could not be kept, the last time; empty when all were.
  [[nodiscard]] std::string trouble() const;

 private:
  mutable std::mutex mutex_;
  std::uint64_t batches_apart_;
  Bookmarks* kept_;
  std::map<model::BatchNumber, Bookmark> by_number_;
  std::string trouble_;
};

}  // namespace kopilka::topic_log
