#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>

#include "engine/base/bytes.h"
#include "engine/base/strong.h"
#include "engine/model/personal.h"
#include "engine/model/time.h"
#include "engine/state/row_codec.h"

namespace kopilka::state {

// Mixes the parts of a key, without making its bytes. In memory only: it may change any time.
class KeyHasher {
 public:
  void operator()(int, const char*, const auto& part) { put(part); }
  // The upper half: the lower bits of a product know little of the upper bits of its factors.
  [[nodiscard]] std::uint32_t take() const { return static_cast<std::uint32_t>(hash_ >> 32); }

  template <std::integral T>
  void put(T value) {
    hash_ = (hash_ ^ static_cast<std::uint64_t>(value)) * 0x9E37'79B9'7F4A'7C15U;
    hash_ ^= hash_ >> 29;
  }
  template <class T>
    requires std::is_enum_v<T>
  void put(T value) {
    put(static_cast<std::underlying_type_t<T>>(value));
  }
  template <class Tag, class Rep>
  void put(base::Strong<Tag, Rep> value) {
    put(value.value());
  }
  void put(model::Date value) { put(value.in_days()); }
  void put(const std::string& value) { put(std::hash<std::string_view>{}(value)); }
  template <std::size_t N>
  void put(const std::array<std::uint8_t, N>& value) {
    put(std::hash<std::string_view>{}(base::view_of(value)));
  }
  void put(const model::LookupHash& value) { put(value.value); }
  template <Described T>
  void put(const T& key) {
    T::fields(key, *this);
  }

 private:
  std::uint64_t hash_{0x5851'F42D'4C95'7F2DU};
};

template <class Key>
struct KeyHash {
  std::uint32_t operator()(const Key& key) const {
    KeyHasher hasher;
    hasher.put(key);
    return hasher.take();
  }
};

}  // namespace kopilka::state
