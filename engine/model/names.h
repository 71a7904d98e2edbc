#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace kopilka::model {

// The one name of each value of a closed list: in code, schema, docs, metrics and command line.
// Specialised beside each enum; the index is the value.
template <class E>
inline constexpr std::array<std::string_view, 0> kNames{};

template <class E>
concept Named = requires { requires kNames<E>.size() > 0; };

template <Named E>
[[nodiscard]] constexpr std::string_view name_of(E value) {
  return kNames<E>.at(static_cast<std::size_t>(value));
}

template <Named E>
[[nodiscard]] constexpr std::optional<E> from_name(std::string_view name) {
  for (std::size_t i = 0; i < kNames<E>.size(); ++i)
    if (kNames<E>.at(i) == name) return static_cast<E>(i);
  return std::nullopt;
}

}  // namespace kopilka::model
