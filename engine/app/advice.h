#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "engine/base/result.h"

namespace kopilka::app {

// What the machine refused, with what a person can do about it behind a semicolon; every other
// error, and a success, as it is.
template <class T>
[[nodiscard]] base::Result<T> advised(base::Result<T> result, std::string_view advice) {
  if (!result && result.error().kind == base::ErrorKind::io)
    result.error().message += "; " + std::string(advice);
  return result;
}

}  // namespace kopilka::app
