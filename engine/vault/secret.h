#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "engine/base/bytes.h"

namespace kopilka::vault {

// Overwrites bytes in a way that the compiler may not leave out.
void wipe(std::span<unsigned char> bytes);
// Overwrites the text and leaves it empty. A copy that the string made earlier is out of reach.
void wipe(base::Bytes& text);

// Key material: overwritten when it goes.
template <std::size_t N>
class Secret {
 public:
  Secret() = default;
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;
  ~Secret() { wipe(bytes_); }

  [[nodiscard]] unsigned char* data() { return bytes_.data(); }
  [[nodiscard]] const unsigned char* data() const { return bytes_.data(); }
  [[nodiscard]] static constexpr std::size_t size() { return N; }
  [[nodiscard]] std::span<unsigned char, N> span() { return bytes_; }
  [[nodiscard]] base::ByteView view() const {
    return {reinterpret_cast<const char*>(bytes_.data()), N};
  }
  bool operator==(const Secret&) const = default;

 private:
  std::array<unsigned char, N> bytes_{};
};

using Key = Secret<32>;

}  // namespace kopilka::vault
