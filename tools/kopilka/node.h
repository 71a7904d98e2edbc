#pragma once

#include <optional>

#include "tools/kopilka/command.h"

namespace kopilka::tools {

// Has a node that runs over the same directory answer what was asked. Nothing: none runs, or it is
// not for a node to say.
[[nodiscard]] Outcome<std::optional<ExitCode>> ask_node(const Program& program);

}  // namespace kopilka::tools
