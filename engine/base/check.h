#pragma once

#include <source_location>
#include <string_view>

namespace kopilka::base {

// Ends the process, in release builds too: a broken invariant must never become a wrong balance.
[[noreturn]] void fail_check(std::string_view what, std::source_location where) noexcept;

}  // namespace kopilka::base

// A programmer's assumption. Not for input, which gets an Error or a refusal.
#define KOPILKA_CHECK(condition)                                                \
  do {                                                                          \
    if (!(condition)) [[unlikely]]                                              \
      ::kopilka::base::fail_check(#condition, std::source_location::current()); \
  } while (false)
