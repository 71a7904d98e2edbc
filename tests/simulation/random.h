#pragma once

// Reproducible chance: splitmix64, the same numbers for a seed on every machine.

#include <cstdint>
#include <string>
#include <vector>

namespace kopilka::simulation {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31U);
  }

  /// low to high, both included. REQUIRES: low ≤ high.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    const auto span = static_cast<std::uint64_t>(high - low) + 1;
    return low + static_cast<std::int64_t>(next() % span);
  }

  /// True in `percent` of a hundred cases.
  bool chance(int percent) { return between(1, 100) <= percent; }

  /// REQUIRES: items is not empty.
  template <typename Item>
  const Item& pick(const std::vector<Item>& items) {
    return items[next() % items.size()];
  }

  /// One that stands among the last `count`, mostly; any of them in 6 of a hundred cases.
  template <typename Item>
  Item& pick_recent(std::vector<Item>& items, std::size_t count) {
    const std::size_t span = chance(94) && items.size() > count ? count : items.size();
    return items[items.size() - 1 - next() % span];
  }

  /// The index of one weight, as often as it weighs. REQUIRES: their sum is above zero.
  std::size_t weighed(const std::vector<int>& weights) {
    int sum = 0;
    for (const int weight : weights) {
      sum += weight;
    }
    std::int64_t rest = between(1, sum);
    std::size_t index = 0;
    while (rest > weights[index]) {
      rest -= weights[index];
      ++index;
    }
    return index;
  }

  std::string pick_word(const std::vector<std::string>& words) { return pick(words); }

 private:
  std::uint64_t state_;
};

}  // namespace kopilka::simulation
