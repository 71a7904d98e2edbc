#include "engine/app/presence.h"

#include <system_error>

#include <fmt/format.h>

namespace kopilka::app {

base::Result<bool> is_there(const std::filesystem::path& path) {
  std::error_code error;
  const bool found = std::filesystem::exists(path, error);
  if (!error) return found;
  return base::fail(base::ErrorKind::io,
                    fmt::format("cannot look at {}: {}", path.string(), error.message()));
}

}  // namespace kopilka::app
