#pragma once

#include <algorithm>
#include <iterator>
#include <vector>

#include "engine/model/time.h"

namespace kopilka::registry {

// A value and the Moscow day from which it holds.
template <class T>
struct Dated {
  model::Date from;
  T value{};
  bool operator==(const Dated&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "from", self.from);
    field(1, "value", self.value);
  }
};

// Values by day, ascending, no day twice: each holds until the day of the next.
template <class T>
using History = std::vector<Dated<T>>;

// Null: before the first. Logarithmic.
template <class T>
[[nodiscard]] const T* in_force(const History<T>& history, model::Date date) {
  const auto next = std::ranges::upper_bound(history, date, {}, &Dated<T>::from);
  return next == history.begin() ? nullptr : &std::prev(next)->value;
}

// From `from` until the next day that the history knows; what held from the same day is replaced.
template <class T>
void set_from(History<T>& history, model::Date from, T value) {
  const auto at = std::ranges::lower_bound(history, from, {}, &Dated<T>::from);
  if (at != history.end() && at->from == from)
    at->value = value;
  else
    history.insert(at, {from, value});
}

// From `from` for good: what was foreseen for that day and later is dropped.
template <class T>
void begin_anew(History<T>& history, model::Date from, T value) {
  const auto later = std::ranges::lower_bound(history, from, {}, &Dated<T>::from);
  history.erase(later, history.end());
  history.push_back({from, value});
}

}  // namespace kopilka::registry
