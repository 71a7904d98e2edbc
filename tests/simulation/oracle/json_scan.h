#pragma once

// Plain JSON with one thing more: Boost.JSON keeps the last of two equal names, we must notice.

#include <string>
#include <string_view>

#include <boost/json.hpp>

namespace kopilka::simulation {

/// Whether an object anywhere in the text names a member twice. REQUIRES: the text is valid JSON.
bool has_duplicate_name(std::string_view text);

}  // namespace kopilka::simulation
