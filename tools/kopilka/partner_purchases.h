#pragma once

#include "tools/kopilka/command.h"

namespace kopilka::tools {

// `kopilka partner purchases`.
void add_partner_purchases(Program& program, CLI::App& noun);

}  // namespace kopilka::tools
