#pragma once

#include "tools/kopilka/command.h"

namespace kopilka::tools {

void add_log_copy(Program& program, CLI::App& noun);
void add_log_export(Program& program, CLI::App& noun);
void add_log_replay(Program& program, CLI::App& noun);
void add_log_tail(Program& program, CLI::App& noun);
void add_log_verify(Program& program, CLI::App& noun);

}  // namespace kopilka::tools
