#pragma once

#include <filesystem>

#include "engine/base/result.h"

namespace kopilka::app {

// Whether anything is at the path. io: that cannot be told, as where this user may not look.
[[nodiscard]] base::Result<bool> is_there(const std::filesystem::path& path);

}  // namespace kopilka::app
