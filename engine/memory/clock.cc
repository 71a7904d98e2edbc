#include "engine/memory/clock.h"

namespace kopilka::memory {
namespace {

// SplitMix64 (Steele, Lea, Flood 2014).
std::uint64_t next_word(std::uint64_t& state) {
  state += 0x9E37'79B9'7F4A'7C15U;
  std::uint64_t mixed = state;
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58'476D'1CE4'E5B9U;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D0'49BB'1331'11EBU;
  return mixed ^ (mixed >> 31);
}

}  // namespace

void SeededRandom::fill(std::span<unsigned char> bytes) {
  for (unsigned char& byte : bytes) {
    if (left_ == 0) {
      word_ = next_word(state_);
      left_ = sizeof(word_);
    }
    byte = static_cast<unsigned char>(word_ & 0xFF);
    word_ >>= 8;
    --left_;
  }
}

}  // namespace kopilka::memory
