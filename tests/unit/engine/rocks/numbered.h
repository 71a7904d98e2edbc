#pragma once

#include <string>
#include <vector>

#include "engine/ports/state_store.h"

// Change sets that can be told apart: every row of one says its number.
namespace kopilka::rocks {

inline constexpr int kRows = 300;

inline base::Bytes key_of(int i) {
  const std::string digits = std::to_string(i);
  return "k" + std::string(6 - digits.size(), '0') + digits;
}

inline std::vector<ports::Change> numbered(int count, int number) {
  std::vector<ports::Change> changes;
  for (int i = 0; i < count; ++i)
    changes.push_back({key_of(i), std::to_string(number)});
  return changes;
}

// What every row says, if all `count` are there and say the same; "" if there is none, else "torn"
// or the error.
inline std::string number_in_all(ports::StateStore& store, int count) {
  auto cursor = store.scan("", "");
  if (!cursor) return cursor.error().message;
  std::string number;
  int seen = 0;
  while (true) {
    auto row = (*cursor)->next();
    if (!row) return row.error().message;
    if (!*row) break;
    if (seen++ > 0 && (*row)->value != number) return "torn";
    number = (*row)->value;
  }
  return seen == 0 ? "" : seen == count ? number : "torn";
}

}  // namespace kopilka::rocks
