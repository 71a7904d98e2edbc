#include "engine/topic_log/bookmarks.h"

#include <algorithm>
#include <iterator>

namespace kopilka::topic_log {

base::Result<void> BookmarkIndex::load() {
  if (kept_ == nullptr) return {};
  const std::lock_guard lock(mutex_);
  KOPILKA_TRY_ASSIGN(const auto kept, kept_->load());
  for (const auto& bookmark : kept)
    by_number_.insert_or_assign(bookmark.n, bookmark);
  return {};
}

void BookmarkIndex::pass(const Bookmark& bookmark) {
  if (bookmark.n.value() % batches_apart_ != 0) return;
  const std::lock_guard lock(mutex_);
  if (!by_number_.try_emplace(bookmark.n, bookmark).second || kept_ == nullptr) return;
  // Without it the next start reads more; that is no reason to stop this one.
  if (const auto saved = kept_->save(bookmark); !saved) trouble_ = saved.error().message;
}

std::optional<Bookmark> BookmarkIndex::before(model::Seq seq) const {
  const std::lock_guard lock(mutex_);
  // In the order of n, last_seq never falls.
  const auto after =
      std::partition_point(by_number_.begin(), by_number_.end(),
                           [&](const auto& entry) { return entry.second.last_seq < seq; });
  if (after == by_number_.begin()) return std::nullopt;
  return std::prev(after)->second;
}

std::optional<Bookmark> BookmarkIndex::last() const {
  const std::lock_guard lock(mutex_);
  if (by_number_.empty()) return std::nullopt;
  return by_number_.rbegin()->second;
}

std::string BookmarkIndex::trouble() const {
  const std::lock_guard lock(mutex_);
  return trouble_;
}

}  // namespace kopilka::topic_log
