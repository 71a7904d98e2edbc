#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "engine/base/check.h"

namespace kopilka::state {

// Values by key that stay where they are until they are erased: nodes lie in slabs, in the order in
// which they were made as far as there is room, and an open-addressed index beside them holds their
// hashes and numbers. A look-up touches a cell and a node; no node is allocated alone.
// `Hash` gives 32 well mixed bits. Not shared between threads.
template <class Key, class Value, class Hash>
class StableMap {
 public:
  struct Node {
    Key key;
    Value value;
  };
  // Of a node as long as it is not erased; the same in a copy.
  using Number = std::uint32_t;

  StableMap() = default;
  StableMap(const StableMap& other) { copy(other); }
  StableMap& operator=(const StableMap& other) {
    if (this == &other) return *this;
    clear();
    copy(other);
    return *this;
  }
  StableMap(StableMap&& other) noexcept { swap(other); }
  StableMap& operator=(StableMap&& other) noexcept {
    StableMap taken(std::move(other));
    swap(taken);
    return *this;
  }
  ~StableMap() = default;

  [[nodiscard]] std::size_t size() const { return size_; }

  // Null: there is none.
  [[nodiscard]] const Node* find(const Key& key) const {
    if (size_ == 0) return nullptr;
    const std::uint32_t hash = Hash{}(key);
    for (std::size_t at = hash & mask();; at = (at + 1) & mask()) {
      const Cell& cell = cells_[at];
      if (cell.number == kNone) return nullptr;
      if (cell.hash == hash && node(cell.number).key == key) return &node(cell.number);
    }
  }
  [[nodiscard]] Node* find(const Key& key) {
    return const_cast<Node*>(std::as_const(*this).find(key));
  }

  struct Inserted {
    Number number;
    bool is_new;
  };
  // The node of the key, with a value of its own making when it is new.
  Inserted insert(const Key& key) {
    if ((size_ + 1) * 4 > cells_.size() * 3) grow();
    const std::uint32_t hash = Hash{}(key);
    std::size_t at = hash & mask();
    for (; cells_[at].number != kNone; at = (at + 1) & mask())
      if (cells_[at].hash == hash && node(cells_[at].number).key == key)
        return {cells_[at].number, false};
    const Number number = make(key);
    cells_[at] = {hash, number};
    ++size_;
    return {number, true};
  }

  [[nodiscard]] Node& node(Number number) {
    return slabs_[number / kSlabNodes]->at(number % kSlabNodes);
  }
  [[nodiscard]] const Node& node(Number number) const {
    return slabs_[number / kSlabNodes]->at(number % kSlabNodes);
  }

  void erase(Number number) {
    remove_cell(number);
    destroy(number);
  }

  // Erases the nodes that `is_unwanted(node)` names. Returns how many they were.
  std::size_t erase_if(auto&& is_unwanted) {
    const std::size_t before = size_;
    for (std::size_t slab = 0; slab < slabs_.size(); ++slab) {
      const std::uint64_t live = slabs_[slab] ? slabs_[slab]->live : 0;
      for (std::uint64_t left = live; left != 0; left &= left - 1) {
        const auto number =
            static_cast<Number>(slab * kSlabNodes) + static_cast<Number>(std::countr_zero(left));
        if (is_unwanted(std::as_const(*this).node(number))) destroy(number);
      }
    }
    if (size_ != before) rebuild_index();
    return before - size_;
  }

  void clear() {
    slabs_.clear();
    open_.clear();
    cells_.clear();
    size_ = 0;
    slabs_made_ = 0;
  }

  // In the order in which they were made, as far as none was erased.
  void for_each(auto&& visit) const {
    for (const auto& slab : slabs_)
      for (std::uint64_t left = slab ? slab->live : 0; left != 0; left &= left - 1)
        visit(std::as_const(*slab).at(static_cast<std::size_t>(std::countr_zero(left))));
  }
  void for_each(auto&& visit) {
    for (const auto& slab : slabs_)
      for (std::uint64_t left = slab ? slab->live : 0; left != 0; left &= left - 1)
        visit(slab->at(static_cast<std::size_t>(std::countr_zero(left))));
  }

  // What it takes by itself, without what keys and values hold elsewhere.
  [[nodiscard]] std::size_t bytes() const {
    return slabs_made_ * sizeof(Slab) + cells_.capacity() * sizeof(Cell) +
           slabs_.capacity() * sizeof(slabs_[0]);
  }

 private:
  static constexpr std::size_t kSlabNodes = 64;
  static constexpr Number kNone = std::numeric_limits<Number>::max();
  static constexpr std::size_t kCellsMin = 16;

  struct Cell {
    std::uint32_t hash{0};
    Number number{kNone};
  };

  // Room for 64 nodes; those that live are marked.
  struct Slab {
    std::uint64_t live{0};
    alignas(Node) std::array<std::byte, kSlabNodes * sizeof(Node)> room;

    Slab() {}  // leaves the room as it is
    Slab(const Slab&) = delete;
    Slab& operator=(const Slab&) = delete;
    ~Slab() {
      for (; live != 0; live &= live - 1)
        std::destroy_at(&at(static_cast<std::size_t>(std::countr_zero(live))));
    }
    [[nodiscard]] Node& at(std::size_t i) {
      return *std::launder(reinterpret_cast<Node*>(room.data() + i * sizeof(Node)));
    }
    [[nodiscard]] const Node& at(std::size_t i) const {
      return *std::launder(reinterpret_cast<const Node*>(room.data() + i * sizeof(Node)));
    }
    void make(std::size_t i, Node from) {
      ::new (static_cast<void*>(room.data() + i * sizeof(Node))) Node(std::move(from));
      live |= std::uint64_t{1} << i;
    }
  };

  [[nodiscard]] std::size_t mask() const { return cells_.size() - 1; }

  void swap(StableMap& other) noexcept {
    std::swap(slabs_, other.slabs_);
    std::swap(open_, other.open_);
    std::swap(cells_, other.cells_);
    std::swap(size_, other.size_);
    std::swap(slabs_made_, other.slabs_made_);
  }

  void copy(const StableMap& other) {
    slabs_.resize(other.slabs_.size());
    for (std::size_t slab = 0; slab < slabs_.size(); ++slab) {
      if (!other.slabs_[slab]) continue;
      slabs_[slab] = std::make_unique<Slab>();
      for (std::uint64_t left = other.slabs_[slab]->live; left != 0; left &= left - 1) {
        const auto i = static_cast<std::size_t>(std::countr_zero(left));
        slabs_[slab]->make(i, std::as_const(*other.slabs_[slab]).at(i));
      }
    }
    open_ = other.open_;
    cells_ = other.cells_;
    size_ = other.size_;
    slabs_made_ = other.slabs_made_;
  }

  Number make(const Key& key) {
    if (open_.empty()) {
      KOPILKA_CHECK(slabs_.size() < kNone / kSlabNodes);
      open_.push_back(static_cast<std::uint32_t>(slabs_.size()));
      slabs_.emplace_back();
    }
    const std::size_t slab = open_.back();
    if (!slabs_[slab]) {
      slabs_[slab] = std::make_unique<Slab>();
      ++slabs_made_;
    }
    const auto i = static_cast<std::size_t>(std::countr_one(slabs_[slab]->live));
    slabs_[slab]->make(i, Node{key, Value{}});
    if (~slabs_[slab]->live == 0) open_.pop_back();
    return static_cast<Number>(slab * kSlabNodes + i);
  }

  // The cell is the caller's to remove.
  void destroy(Number number) {
    const std::size_t at = number / kSlabNodes;
    Slab& slab = *slabs_[at];
    const std::size_t i = number % kSlabNodes;
    std::destroy_at(&slab.at(i));
    if (~slab.live == 0) open_.push_back(static_cast<std::uint32_t>(at));
    slab.live &= ~(std::uint64_t{1} << i);
    --size_;
    if (slab.live != 0) return;
    slabs_[at].reset();
    --slabs_made_;
  }

  // Those behind it move up, so that no search ends too early.
  void remove_cell(Number number) {
    std::size_t hole = Hash{}(node(number).key) & mask();
    while (cells_[hole].number != number)
      hole = (hole + 1) & mask();
    for (std::size_t at = (hole + 1) & mask(); cells_[at].number != kNone; at = (at + 1) & mask()) {
      const std::size_t home = cells_[at].hash & mask();
      if (((at - home) & mask()) < ((at - hole) & mask())) continue;
      cells_[hole] = cells_[at];
      hole = at;
    }
    cells_[hole] = {};
  }

  void place(const Cell& cell) {
    std::size_t at = cell.hash & mask();
    while (cells_[at].number != kNone)
      at = (at + 1) & mask();
    cells_[at] = cell;
  }
  void grow() {
    const auto before =
        std::exchange(cells_, std::vector<Cell>(std::max(kCellsMin, cells_.size() * 2)));
    for (const auto& cell : before)
      if (cell.number != kNone) place(cell);
  }
  void rebuild_index() {
    const auto before =
        std::exchange(cells_, std::vector<Cell>(std::bit_ceil(std::max(kCellsMin, size_ * 2))));
    for (const auto& cell : before)
      if (cell.number != kNone && is_live(cell.number)) place(cell);
  }
  [[nodiscard]] bool is_live(Number number) const {
    const auto& slab = slabs_[number / kSlabNodes];
    return slab && (slab->live >> (number % kSlabNodes) & 1) != 0;
  }

  std::vector<std::unique_ptr<Slab>> slabs_;  // null: none of its nodes lives
  std::vector<std::uint32_t> open_;           // slabs with room, each once
  std::vector<Cell> cells_;                   // a power of two of them, or none
  std::size_t size_{0};
  std::size_t slabs_made_{0};
};

}  // namespace kopilka::state
