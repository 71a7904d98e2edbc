#pragma once

#include <compare>
#include <cstddef>
#include <functional>

namespace kopilka::base {

// An integer that means one thing. Different tags do not mix, and nothing converts silently.
template <class Tag, class Rep>
class Strong {
 public:
  using rep = Rep;
  constexpr Strong() = default;
  constexpr explicit Strong(Rep value) : value_(value) {}
  [[nodiscard]] constexpr Rep value() const { return value_; }
  constexpr auto operator<=>(const Strong&) const = default;

 private:
  Rep value_{};
};

template <class T>
inline constexpr bool is_strong = false;
template <class Tag, class Rep>
inline constexpr bool is_strong<Strong<Tag, Rep>> = true;

}  // namespace kopilka::base

template <class Tag, class Rep>
struct std::hash<kopilka::base::Strong<Tag, Rep>> {
  std::size_t operator()(kopilka::base::Strong<Tag, Rep> id) const noexcept {
    return std::hash<Rep>{}(id.value());
  }
};
