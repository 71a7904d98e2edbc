#include "engine/write_behind/write_behind_store.h"

#include <algorithm>
#include <utility>

namespace kopilka::write_behind {

using base::Bytes;
using base::ByteView;
using base::Result;
using ports::Change;
using ports::Row;

struct WriteBehindStore::ChangeSet {
  std::vector<Change> changes;  // keys ascend
  Bytes position;

  [[nodiscard]] std::vector<Change>::const_iterator first_from(ByteView key) const {
    return std::ranges::lower_bound(changes, key, {},
                                    [](const Change& change) { return ByteView(change.key); });
  }
  // Null: it does not touch the row.
  [[nodiscard]] const Change* find(ByteView key) const {
    const auto at = first_from(key);
    return at != changes.end() && at->key == key ? &*at : nullptr;
  }
};

// The rows of a cursor with those of a change set before them.
class WriteBehindStore::MergedCursor final : public ports::RowCursor {
 public:
  MergedCursor(std::shared_ptr<const ChangeSet> over, std::unique_ptr<ports::RowCursor> under,
               ByteView prefix, ByteView from)
      : over_(std::move(over)), under_(std::move(under)), prefix_(prefix) {
    at_ = over_->first_from(std::max(prefix, from));
  }

  [[nodiscard]] Result<std::optional<Row>> next() override {
    if (!is_begun_) KOPILKA_TRY(step_under());
    is_begun_ = true;
    for (;;) {
      const Change* change = change_now();
      if (change == nullptr || (row_ && row_->key < change->key)) {
        auto row = std::move(row_);
        row_.reset();
        if (row) KOPILKA_TRY(step_under());
        return row;
      }
      ++at_;
      if (row_ && row_->key == change->key) KOPILKA_TRY(step_under());
      if (change->value) return Row{change->key, *change->value};
    }
  }

 private:
  [[nodiscard]] const Change* change_now() const {
    return at_ != over_->changes.end() && at_->key.starts_with(prefix_) ? &*at_ : nullptr;
  }
  Result<void> step_under() {
    KOPILKA_TRY_ASSIGN(row_, under_->next());
    return {};
  }

  std::shared_ptr<const ChangeSet> over_;
  std::unique_ptr<ports::RowCursor> under_;
  Bytes prefix_;
  std::vector<Change>::const_iterator at_;
  std::optional<Row> row_;  // that `under_` gave last and was not shown
  bool is_begun_{false};
};

WriteBehindStore::WriteBehindStore(std::unique_ptr<ports::StateStore> store)
    : store_(std::move(store)), writer_([this] { write_what_comes(); }) {}

WriteBehindStore::~WriteBehindStore() {
  {
    const std::unique_lock lock(mutex_);
    is_ending_ = true;
  }
  changed_.notify_all();
  writer_.join();
}

void WriteBehindStore::write_what_comes() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return is_ending_ || under_way_; });
    if (!under_way_) return;
    const auto work = under_way_;
    lock.unlock();
    auto written = store_->apply(work->changes, work->position);
    if (written) written = store_->sync();
    lock.lock();
    if (!written) {
      failure_ = std::move(written).error();
      changed_.notify_all();
      return;
    }
    under_way_.reset();
    changed_.notify_all();
  }
}

Result<void> WriteBehindStore::await_idle(std::unique_lock<std::shared_mutex>& lock) {
  changed_.wait(lock, [this] { return failure_ || !under_way_; });
  if (failure_) return std::unexpected(*failure_);
  return {};
}

Result<Bytes> WriteBehindStore::position() {
  const std::shared_lock lock(mutex_);
  if (under_way_) return under_way_->position;
  return store_->position();
}

Result<std::optional<Bytes>> WriteBehindStore::get(ByteView key) {
  const std::shared_lock lock(mutex_);
  if (const Change* change = under_way_ ? under_way_->find(key) : nullptr) return change->value;
  return store_->get(key);
}

Result<std::vector<std::optional<Bytes>>> WriteBehindStore::multi_get(std::span<const Bytes> keys) {
  const std::shared_lock lock(mutex_);
  if (!under_way_) return store_->multi_get(keys);
  std::vector<std::optional<Bytes>> found(keys.size());
  std::vector<Bytes> others;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (const Change* change = under_way_->find(keys[i])) {
      found[i] = change->value;
    } else {
      others.push_back(keys[i]);
      places.push_back(i);
    }
  }
  KOPILKA_TRY_ASSIGN(auto stored, store_->multi_get(others));
  for (std::size_t i = 0; i < places.size(); ++i)
    found[places[i]] = std::move(stored[i]);
  return found;
}

Result<std::unique_ptr<ports::RowCursor>> WriteBehindStore::scan(ByteView prefix, ByteView from) {
  const std::shared_lock lock(mutex_);
  auto under = store_->scan(prefix, from);
  if (!under || !under_way_) return under;
  return std::make_unique<MergedCursor>(under_way_, std::move(*under), prefix, from);
}

Result<void> WriteBehindStore::apply(std::vector<Change> changes, ByteView position) {
  {
    std::unique_lock lock(mutex_);
    KOPILKA_TRY(await_idle(lock));
    under_way_ = std::make_shared<ChangeSet>(std::move(changes), Bytes(position));
  }
  changed_.notify_all();
  return {};
}

Result<void> WriteBehindStore::sync() {
  std::unique_lock lock(mutex_);
  return await_idle(lock);
}

Result<void> WriteBehindStore::checkpoint(const std::filesystem::path& directory) {
  KOPILKA_TRY(sync());
  return store_->checkpoint(directory);
}

}  // namespace kopilka::write_behind
