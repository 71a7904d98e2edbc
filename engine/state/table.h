#pragma once

#include <functional>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/check.h"
#include "engine/state/row_codec.h"

// Rows by key as the rules see them: typed and in memory. Behind them may lie a store. A rule that
// asks for a row that was not loaded leaves its key among the misses and gets nothing; the caller
// loads the misses and asks the rule again. So rules do no I/O, and nobody lists twice what they
// read.
namespace kopilka::state {

// How many rows were asked for and not loaded, over all tables that share it.
struct Misses {
  std::size_t count{0};
};

enum class Backing : unsigned char { none, store };  // none: what is not here does not exist

template <class Key>
struct KeyHash {
  std::size_t operator()(const Key& key) const {
    return std::hash<std::string_view>{}(encode_key('\0', key));
  }
};
template <class Tag, class Rep>
struct KeyHash<base::Strong<Tag, Rep>> {
  // A multiplicative mix: sequential ids would otherwise fill neighbouring buckets only.
  std::size_t operator()(base::Strong<Tag, Rep> key) const {
    return static_cast<std::size_t>(key.value()) * 0x9E37'79B9'7F4A'7C15U;
  }
};

// Not shared between threads.
template <class KeyType, class RowType>
class Table {
 public:
  using Key = KeyType;
  using Row = RowType;

  // `tag` begins every key of this table in the store and is unique among tables.
  explicit Table(char tag) : tag_(tag) {}

  void attach(Backing backing, Misses& misses) {
    backing_ = backing;
    misses_ = &misses;
  }

  // Nothing: no such row, or not loaded (then it is among the misses).
  [[nodiscard]] const Row* find(const Key& key) const {
    const auto it = slots_.find(key);
    if (it != slots_.end()) return it->second.row ? &*it->second.row : nullptr;
    if (backing_ == Backing::store) miss(key);
    return nullptr;
  }

  // The row to change; made when absent. Keeps the image before for `roll_back`. One that was not
  // loaded is among the misses, and what is done to it is lost: roll back, load, do it again.
  [[nodiscard]] Row& edit(const Key& key) {
    Slot& slot = touch(key);
    if (!slot.row) slot.row.emplace();
    return *slot.row;
  }

  // Makes a row whose key no store can know: it was never used before. Never a miss.
  [[nodiscard]] Row& create(const Key& key) {
    slots_.try_emplace(key);
    return edit(key);
  }

  void erase(const Key& key) { touch(key).row.reset(); }

  [[nodiscard]] bool is_loaded(const Key& key) const { return slots_.contains(key); }

  [[nodiscard]] const std::vector<Key>& missing() const { return missing_; }
  // The keys that were asked for since the last call and were not loaded, each perhaps twice.
  [[nodiscard]] std::vector<Key> take_missing() { return std::exchange(missing_, {}); }

  // Puts a row there as the store has it (nothing: the store has none). No effect when loaded.
  void load(const Key& key, std::optional<Row> row) {
    slots_.try_emplace(key, Slot{std::move(row), false, 0});
  }

  // Begins a step; numbers grow from 1. `roll_back` undoes whole steps.
  void begin_step(std::uint64_t step) { step_ = step; }
  // Undoes the steps from `step` on.
  void roll_back(std::uint64_t step) {
    while (!images_.empty() && images_.back().step >= step) {
      Image& image = images_.back();
      if (image.was_loaded) {
        Slot& slot = slots_.at(image.key);
        slot.row = std::move(image.row);
        slot.dirty = image.dirty;
        slot.step = image.previous_step;
      } else {
        slots_.erase(image.key);
      }
      images_.pop_back();
    }
  }
  // Forgets the images of steps up to `step`: they will never be undone.
  void settle(std::uint64_t step) {
    std::size_t done = 0;
    while (done < images_.size() && images_[done].step <= step)
      ++done;
    images_.erase(images_.begin(), images_.begin() + static_cast<std::ptrdiff_t>(done));
  }

  // Calls `visit(key bytes, row before or null, row now or null)` for every row that `step`
  // touched. REQUIRES: `step` is the latest and not settled
  void for_each_touched(std::uint64_t step, auto&& visit) const {
    for (auto image = images_.rbegin(); image != images_.rend() && image->step == step; ++image) {
      const auto& now = slots_.at(image->key).row;
      visit(encode_key(tag_, image->key), image->row ? &*image->row : nullptr,
            now ? &*now : nullptr);
    }
  }

  // Calls `visit(key bytes, row or null)` for every row changed since the last `mark_clean`.
  void for_each_dirty(auto&& visit) const {
    for (const auto& [key, slot] : slots_)
      if (slot.dirty) visit(encode_key(tag_, key), slot.row ? &*slot.row : nullptr);
  }
  void mark_clean() {
    for (auto& [key, slot] : slots_)
      slot.dirty = false;
  }
  // Drops what the store has too. REQUIRES: settled and clean, a store behind
  void drop_clean() {
    KOPILKA_CHECK(images_.empty());
    if (backing_ == Backing::store) slots_.clear();
  }
  // Every loaded row, in no order.
  void for_each_loaded(auto&& visit) const {
    for (const auto& [key, slot] : slots_)
      if (slot.row) visit(key, *slot.row);
  }

  [[nodiscard]] char tag() const { return tag_; }
  [[nodiscard]] std::size_t loaded() const { return slots_.size(); }

 private:
  struct Slot {
    std::optional<Row> row;
    bool dirty{false};
    std::uint64_t step{0};  // the step that last kept an image; 0: none
  };
  struct Image {
    std::uint64_t step;
    std::uint64_t previous_step;
    Key key;
    std::optional<Row> row;
    bool dirty;
    bool was_loaded;
  };

  Slot& touch(const Key& key) {
    const auto [it, is_new] = slots_.try_emplace(key);
    if (is_new && backing_ == Backing::store) miss(key);
    Slot& slot = it->second;
    if (is_new || slot.step != step_) {
      const bool was_loaded = !is_new || backing_ == Backing::none;
      images_.push_back({step_, slot.step, key, slot.row, slot.dirty, was_loaded});
      slot.step = step_;
    }
    slot.dirty = true;
    return slot;
  }

  void miss(const Key& key) const {
    missing_.push_back(key);
    ++misses_->count;
  }

  char tag_;
  Backing backing_{Backing::none};
  Misses* misses_{nullptr};
  mutable std::vector<Key> missing_;  // noted by `find`, which changes nothing else
  std::unordered_map<Key, Slot, KeyHash<Key>> slots_;
  std::vector<Image> images_;
  std::uint64_t step_{0};
};

}  // namespace kopilka::state
