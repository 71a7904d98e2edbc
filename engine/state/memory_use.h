#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "engine/model/personal.h"
#include "engine/state/row_codec.h"

namespace kopilka::state {

// Adds up what a value holds outside of itself, as malloc gives it.
class HeapCounter {
 public:
  void operator()(int, const char*, const auto& value) { add(value); }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

  void add(const std::string& value) {
    constexpr std::size_t kWithin = 15;  // characters that stand in the string itself
    if (value.capacity() > kWithin) take(value.capacity() + 1);
  }
  void add(const model::Sealed& value) { add(value.bytes); }
  template <class T>
  void add(const std::optional<T>& value) {
    if (value) add(*value);
  }
  template <class T>
  void add(const std::vector<T>& values) {
    if (values.capacity() > 0) take(values.capacity() * sizeof(T));
    if constexpr (!std::is_trivially_copyable_v<T>)
      for (const auto& value : values)
        add(value);
  }
  template <class T, std::size_t N>
  void add(const std::array<T, N>& values) {
    if constexpr (!std::is_trivially_copyable_v<T>)
      for (const auto& value : values)
        add(value);
  }
  template <class... Ts>
  void add(const std::variant<Ts...>& value) {
    std::visit([&](const auto& alternative) { add(alternative); }, value);
  }
  template <class T>
  void add(const T& value) {
    if constexpr (!std::is_trivially_copyable_v<T>) T::fields(value, *this);
  }

 private:
  // A chunk has a header of 8 bytes, and is a multiple of 16, at least 32.
  void take(std::size_t size) {
    const std::size_t chunk = (size + 8 + 15) / 16 * 16;
    bytes_ += chunk < 32 ? 32 : chunk;
  }
  std::size_t bytes_{0};
};

template <class T>
[[nodiscard]] std::size_t heap_bytes_of(const T& value) {
  HeapCounter counter;
  counter.add(value);
  return counter.bytes();
}

}  // namespace kopilka::state
