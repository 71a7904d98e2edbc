#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace kopilka::state {

// Whether a key was ever added, of which its hash is told: a blocked Bloom filter, which never
// denies one that was and affirms one in some hundred that were not. It grows with what is added,
// by parts that double: ten bits a key, and up to twice of that while a part fills.
class KeyFilter {
 public:
  void add(std::uint32_t hash) {
    if (room_ == 0) grow();
    --room_;
    Block& block = parts_.back()[block_of(parts_.back(), hash)];
    for (int i = 0; i < kBits; ++i) {
      const std::uint64_t bit = bit_of(hash, i);
      block[bit / 64] |= std::uint64_t{1} << (bit % 64);
    }
  }
  [[nodiscard]] bool may_hold(std::uint32_t hash) const {
    for (const Part& part : parts_)
      if (may_hold(part, hash)) return true;
    return false;
  }
  [[nodiscard]] bool is_empty() const { return parts_.empty(); }
  void clear() {
    parts_.clear();
    room_ = 0;
    bytes_ = 0;
  }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  using Block = std::array<std::uint64_t, 8>;  // what one look into memory brings
  using Part = std::vector<Block>;
  static constexpr int kBits = 6;
  static constexpr std::size_t kKeysPerBlock = 51;
  static constexpr std::size_t kBlocksMin = 64;

  static std::size_t block_of(const Part& part, std::uint32_t hash) {
    return static_cast<std::size_t>(std::uint64_t{hash} * part.size() >> 32);
  }
  static std::uint64_t bit_of(std::uint32_t hash, int i) {
    const std::uint64_t mixed = (hash ^ std::uint64_t{hash} << 32) * 0xD6E8'FEB8'6659'FD93U;
    return (mixed ^ mixed >> 32) >> (9 * i) & 511;
  }
  static bool may_hold(const Part& part, std::uint32_t hash) {
    const Block& block = part[block_of(part, hash)];
    for (int i = 0; i < kBits; ++i) {
      const std::uint64_t bit = bit_of(hash, i);
      if ((block[bit / 64] >> (bit % 64) & 1) == 0) return false;
    }
    return true;
  }
  void grow() {
    parts_.emplace_back(parts_.empty() ? kBlocksMin : parts_.back().size() * 2);
    room_ = parts_.back().size() * kKeysPerBlock;
    bytes_ += parts_.back().size() * sizeof(Block);
  }

  std::vector<Part> parts_;
  std::size_t room_{0};  // keys that the last part still takes
  std::size_t bytes_{0};
};

}  // namespace kopilka::state
