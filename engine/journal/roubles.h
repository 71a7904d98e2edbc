#pragma once

#include <string>

#include "engine/base/wide.h"

namespace kopilka::journal {

// "-4050.00", at the end of `out`.
void append_roubles(base::Int128 kopecks, std::string& out);

}  // namespace kopilka::journal
