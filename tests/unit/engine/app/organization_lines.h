#pragma once

#include <string>

#include <fmt/format.h>

namespace kopilka::app {

// Command lines that register organizations with these ids: one event each, and the day that opens
// before the first.
inline std::string organizations(int first, int last) {
  std::string text;
  for (int id = first; id <= last; ++id)
    text += fmt::format(
        R"({{"command":"register_organization","key":"o{0}","at":"2019-03-01T09:00:00Z",)"
        R"("organization_id":{0},"kind":"central","name":"Union {0}"}})"
        "\n",
        id);
  return text;
}

}  // namespace kopilka::app
