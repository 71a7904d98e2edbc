#include "engine/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace kopilka::base {

void fail_check(std::string_view what, std::source_location where) noexcept {
  std::fprintf(stderr, "kopilka: broken assumption `%.*s` at %s:%u. Please report this.\n",
               static_cast<int>(what.size()), what.data(), where.file_name(),
               static_cast<unsigned>(where.line()));
  std::abort();
}

}  // namespace kopilka::base
