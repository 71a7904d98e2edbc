#include "engine/memory/state_store.h"

#include <algorithm>
#include <utility>

#include "engine/base/check.h"

namespace kopilka::memory {

using base::Bytes;
using base::ByteView;
using base::Result;
using ports::Change;
using ports::Row;

// Reads a moment that later applies leave alone. It gives the rows up under the store's mutex, so
// that an apply which then finds itself their only owner may change them in place.
class MemoryStateStore::Cursor final : public ports::RowCursor {
 public:
  Cursor(std::shared_ptr<Shared> shared, std::shared_ptr<Rows> rows, Bytes prefix, ByteView from)
      : shared_(std::move(shared)), rows_(std::move(rows)), prefix_(std::move(prefix)) {
    at_ = rows_->lower_bound(std::max(ByteView{prefix_}, from));
  }
  ~Cursor() override {
    const std::scoped_lock lock(shared_->mutex);
    rows_.reset();
  }
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;

  [[nodiscard]] Result<std::optional<Row>> next() override {
    if (at_ == rows_->end() || !at_->first.starts_with(prefix_)) return std::nullopt;
    Row row{at_->first, at_->second};
    ++at_;
    return row;
  }

 private:
  std::shared_ptr<Shared> shared_;
  std::shared_ptr<Rows> rows_;
  Bytes prefix_;
  Rows::const_iterator at_;
};

MemoryStateStore::MemoryStateStore(std::size_t history)
    : shared_(std::make_shared<Shared>()), history_max_(history) {}

MemoryStateStore::~MemoryStateStore() = default;

Result<Bytes> MemoryStateStore::position() {
  const std::scoped_lock lock(shared_->mutex);
  return shared_->now.position;
}

Result<std::optional<Bytes>> MemoryStateStore::get(ByteView key) {
  const std::scoped_lock lock(shared_->mutex);
  const auto it = shared_->now.rows->find(key);
  if (it == shared_->now.rows->end()) return std::nullopt;
  return it->second;
}

Result<std::vector<std::optional<Bytes>>> MemoryStateStore::multi_get(std::span<const Bytes> keys) {
  const std::scoped_lock lock(shared_->mutex);
  const Rows& rows = *shared_->now.rows;
  std::vector<std::optional<Bytes>> found;
  found.reserve(keys.size());
  for (const Bytes& key : keys) {
    const auto it = rows.find(key);
    found.push_back(it == rows.end() ? std::nullopt : std::optional(it->second));
  }
  return found;
}

Result<std::unique_ptr<ports::RowCursor>> MemoryStateStore::scan(ByteView prefix, ByteView from) {
  const std::scoped_lock lock(shared_->mutex);
  return std::make_unique<Cursor>(shared_, shared_->now.rows, Bytes(prefix), from);
}

Result<void> MemoryStateStore::apply(std::vector<Change> changes, ByteView position) {
  const std::scoped_lock lock(shared_->mutex);
  for (std::size_t i = 0; i < changes.size(); ++i) {
    KOPILKA_CHECK(!changes[i].key.empty() && changes[i].key.front() != '\0');
    KOPILKA_CHECK(i == 0 || changes[i - 1].key < changes[i].key);
  }
  if (failures_left_ > 0) {
    --failures_left_;
    return std::unexpected(failure_);
  }
  Rows& rows = rows_to_change();
  Undo undo{{}, std::exchange(shared_->now.position, Bytes(position))};
  for (const Change& change : changes) {
    const auto it = rows.find(change.key);
    const bool known = it != rows.end();
    if (history_max_ > 0)
      undo.before.push_back({change.key, known ? std::optional(it->second) : std::nullopt});
    if (!change.value) {
      if (known) rows.erase(it);
    } else if (known) {
      it->second = *change.value;
    } else {
      rows.emplace(change.key, *change.value);
    }
  }
  if (history_max_ > 0) history_.push_back(std::move(undo));
  if (history_.size() > history_max_) history_.pop_front();
  return {};
}

Result<void> MemoryStateStore::checkpoint(const std::filesystem::path& directory) {
  const std::scoped_lock lock(shared_->mutex);
  Moment copy{std::make_shared<Rows>(*shared_->now.rows), shared_->now.position};
  if (!copies_.try_emplace(directory, std::move(copy)).second)
    return base::fail(base::ErrorKind::usage, directory.string() + " exists already");
  return {};
}

std::unique_ptr<MemoryStateStore> MemoryStateStore::open_checkpoint(
    const std::filesystem::path& directory) const {
  const std::scoped_lock lock(shared_->mutex);
  const auto it = copies_.find(directory);
  if (it == copies_.end()) return nullptr;
  auto store = std::make_unique<MemoryStateStore>(history_max_);
  store->shared_->now = {std::make_shared<Rows>(*it->second.rows), it->second.position};
  return store;
}

void MemoryStateStore::fail_applies(std::size_t count, base::Error error) {
  const std::scoped_lock lock(shared_->mutex);
  failures_left_ = count;
  failure_ = std::move(error);
}

void MemoryStateStore::lose_everything() {
  const std::scoped_lock lock(shared_->mutex);
  shared_->now = {};
  history_.clear();
}

void MemoryStateStore::go_back(std::size_t applies) {
  const std::scoped_lock lock(shared_->mutex);
  KOPILKA_CHECK(applies <= history_.size());
  Rows& rows = rows_to_change();
  for (; applies > 0; --applies) {
    Undo& undo = history_.back();
    for (Change& change : undo.before) {
      if (change.value)
        rows.insert_or_assign(std::move(change.key), std::move(*change.value));
      else
        rows.erase(change.key);
    }
    shared_->now.position = std::move(undo.position);
    history_.pop_back();
  }
}

std::size_t MemoryStateStore::kept_history() const {
  const std::scoped_lock lock(shared_->mutex);
  return history_.size();
}

std::size_t MemoryStateStore::row_count() const {
  const std::scoped_lock lock(shared_->mutex);
  return shared_->now.rows->size();
}

MemoryStateStore::Rows& MemoryStateStore::rows_to_change() {
  std::shared_ptr<Rows>& rows = shared_->now.rows;
  if (rows.use_count() > 1) rows = std::make_shared<Rows>(*rows);
  return *rows;
}

}  // namespace kopilka::memory
