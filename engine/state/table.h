#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/check.h"
#include "engine/state/key_filter.h"
#include "engine/state/key_hash.h"
#include "engine/state/memory_use.h"
#include "engine/state/row_codec.h"
#include "engine/state/stable_map.h"

// Rows by key as the rules see them: typed and in memory. Behind them may lie a store. A rule that
// asks for a row that was not loaded leaves its key among the misses and gets nothing; the caller
// loads the misses and asks the rule again. So rules do no I/O, and nobody lists twice what they
// read.
namespace kopilka::state {

// How many rows were asked for and not loaded, over all tables that share it.
struct Misses {
  std::size_t count{0};
};

enum class Backing : unsigned char {
  none,       // what is not here does not exist
  store,      // what is not here may be there
  new_store,  // was empty: only what was dropped here can be there, and a filter knows about it
};

// Which rows stay in memory when the store has them too.
enum class Keep : unsigned char {
  nothing,
  reused,  // those that were asked of the store, or changed after the step that made them
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
    if (const auto* node = slots_.find(key)) return node->value.row ? &*node->value.row : nullptr;
    if (may_be_stored(key)) miss(key);
    return nullptr;
  }

  // The row to change; made when absent. Keeps the image before for `roll_back`. One that was not
  // loaded is among the misses, and what is done to it is lost: roll back, load, do it again.
  [[nodiscard]] Row& edit(const Key& key) {
    auto& row = touch(key, Origin::anywhere).row;
    if (!row) row.emplace();
    return *row;
  }

  // Makes a row whose key no store can know: it was never used before. Never a miss.
  [[nodiscard]] Row& create(const Key& key) {
    auto& row = touch(key, Origin::here).row;
    if (!row) row.emplace();
    return *row;
  }

  void erase(const Key& key) { touch(key, Origin::anywhere).row.reset(); }

  [[nodiscard]] bool is_loaded(const Key& key) const { return slots_.find(key) != nullptr; }

  [[nodiscard]] const std::vector<Key>& missing() const { return missing_; }
  // The keys that were asked for since the last call and were not loaded, each perhaps twice.
  [[nodiscard]] std::vector<Key> take_missing() { return std::exchange(missing_, {}); }
  // Whether a row that is not loaded may be in the store.
  [[nodiscard]] bool may_miss() const { return backing_ == Backing::store || !dropped_.is_empty(); }

  // Puts a row there as the store has it (nothing: the store has none). No effect when loaded.
  void load(const Key& key, std::optional<Row> row) {
    const auto [number, is_new] = slots_.insert(key);
    if (!is_new) return;
    auto& node = slots_.node(number);
    node.value.is_reused = row.has_value();
    node.value.row = std::move(row);
    weigh(node);
  }

  // Begins a step; numbers grow from 1. `roll_back` undoes whole steps.
  void begin_step(std::uint64_t step) { step_ = step; }
  // Undoes the steps from `step` on.
  void roll_back(std::uint64_t step) {
    while (!images_.empty() && images_.back().step >= step) {
      Image& image = images_.back();
      if (image.was_loaded) {
        Slot& slot = slots_.node(image.number).value;
        slot.row = std::move(image.row);
        dirty_rows_ -= slot.is_dirty && !image.was_dirty ? 1U : 0U;
        slot.is_dirty = image.was_dirty;
        slot.is_reused = image.was_reused;
        slot.step = image.previous_step;
      } else {
        --dirty_rows_;
        slots_.erase(image.number);
      }
      images_.pop_back();
    }
  }
  // Forgets the images of steps up to `step`: they will never be undone.
  void settle(std::uint64_t step) {
    std::size_t done = 0;
    for (; done < images_.size() && images_[done].step <= step; ++done)
      weigh(slots_.node(images_[done].number));
    images_.erase(images_.begin(), images_.begin() + static_cast<std::ptrdiff_t>(done));
  }

  // How many rows `step` touched. REQUIRES: it is the latest and not settled
  [[nodiscard]] std::size_t touched(std::uint64_t step) const {
    std::size_t count = 0;
    while (count < images_.size() && images_[images_.size() - 1 - count].step == step)
      ++count;
    return count;
  }
  // Calls `visit(key, row)` for every row that `step` was the first to change since the last
  // `mark_clean`, as it was before. REQUIRES: `step` is the latest and not settled
  void for_each_overtaken(std::uint64_t step, auto&& visit) const {
    for (auto image = images_.rbegin(); image != images_.rend() && image->step == step; ++image)
      if (!image->was_dirty && image->row) visit(slots_.node(image->number).key, *image->row);
  }

  // Calls `visit(key, row or null)` for every row changed since the last `mark_clean`.
  void for_each_dirty(auto&& visit) const {
    slots_.for_each([&](const auto& node) {
      if (node.value.is_dirty) visit(node.key, node.value.row ? &*node.value.row : nullptr);
    });
  }
  void mark_clean() {
    slots_.for_each([](auto& node) { node.value.is_dirty = false; });
    dirty_rows_ = 0;
  }
  // Drops what the store has too. REQUIRES: settled and clean
  void drop_clean(Keep keep = Keep::nothing) {
    KOPILKA_CHECK(images_.empty());
    if (backing_ == Backing::none) return;
    static_cast<void>(slots_.erase_if([&](const auto& node) {
      if (keep == Keep::reused && node.value.is_reused && node.value.row) return false;
      heap_bytes_ -= node.value.heap_bytes;
      if (backing_ == Backing::new_store && node.value.row) dropped_.add(KeyHash<Key>{}(node.key));
      return true;
    }));
    if (keep == Keep::nothing) images_.shrink_to_fit();
  }
  // Gives back what it takes to know what was dropped: from now on anything may be in the store.
  void give_up_filter() {
    if (backing_ != Backing::new_store || dropped_.is_empty()) return;
    dropped_.clear();
    backing_ = Backing::store;
  }
  // Every loaded row, in no order.
  void for_each_loaded(auto&& visit) const {
    slots_.for_each([&](const auto& node) {
      if (node.value.row) visit(node.key, *node.value.row);
    });
  }

  [[nodiscard]] char tag() const { return tag_; }
  [[nodiscard]] std::size_t loaded() const { return slots_.size(); }
  // What the table takes in memory, to within what malloc adds; rows as they were last settled or
  // loaded.
  [[nodiscard]] std::size_t bytes() const {
    return slots_.bytes() + heap_bytes_ + dropped_.bytes() + images_.capacity() * sizeof(Image);
  }
  // What its changed rows will take beside that, about, while they are written.
  [[nodiscard]] std::size_t bytes_to_write() const {
    // A change, its key and small row in chunks of their own, and a place in the order.
    constexpr std::size_t kBytesPerRow = 224;
    const std::size_t held_each = slots_.size() > 0 ? heap_bytes_ / slots_.size() : 0;
    return dirty_rows_ * (kBytesPerRow + held_each);
  }

 private:
  enum class Origin : unsigned char { anywhere, here };

  struct Slot {
    std::optional<Row> row;
    std::uint64_t step{0};        // the step that last kept an image; 0: none
    std::uint32_t heap_bytes{0};  // as counted; at most what the type can say
    bool is_dirty{false};
    bool is_reused{false};
  };
  using Slots = StableMap<Key, Slot, KeyHash<Key>>;
  struct Image {
    std::uint64_t step;
    std::uint64_t previous_step;
    typename Slots::Number number;
    bool was_dirty;
    bool was_reused;
    bool was_loaded;
    std::optional<Row> row;
  };

  Slot& touch(const Key& key, Origin origin) {
    const auto [number, is_new] = slots_.insert(key);
    const bool is_miss = is_new && origin == Origin::anywhere && may_be_stored(key);
    if (is_miss) miss(key);
    Slot& slot = slots_.node(number).value;
    if (is_new || slot.step != step_) {
      images_.push_back(
          {step_, slot.step, number, slot.is_dirty, slot.is_reused, !is_miss, slot.row});
      slot.is_reused = slot.is_reused || slot.row.has_value();
      slot.step = step_;
    }
    dirty_rows_ += slot.is_dirty ? 0U : 1U;
    slot.is_dirty = true;
    return slot;
  }

  [[nodiscard]] bool may_be_stored(const Key& key) const {
    return backing_ == Backing::store ||
           (!dropped_.is_empty() && dropped_.may_hold(KeyHash<Key>{}(key)));
  }

  // Keeps the sum of what rows hold outside of their slots.
  void weigh(typename Slots::Node& node) {
    constexpr std::size_t kMost = std::numeric_limits<std::uint32_t>::max();
    Slot& slot = node.value;
    const auto now = std::min(kMost, heap_bytes_of(node.key) + heap_bytes_of(slot.row));
    heap_bytes_ += now;
    heap_bytes_ -= slot.heap_bytes;
    slot.heap_bytes = static_cast<std::uint32_t>(now);
  }

  void miss(const Key& key) const {
    missing_.push_back(key);
    ++misses_->count;
  }

  char tag_;
  Backing backing_{Backing::none};
  Misses* misses_{nullptr};
  mutable std::vector<Key> missing_;  // noted by `find`, which changes nothing else
  Slots slots_;
  std::vector<Image> images_;
  std::uint64_t step_{0};
  std::size_t heap_bytes_{0};
  std::size_t dirty_rows_{0};
  KeyFilter dropped_;  // what a new store has and is not here; some keys that are nowhere
};

}  // namespace kopilka::state
