#pragma once

#include "engine/app/heads.h"
#include "tools/kopilka/command.h"

namespace kopilka::tools {

void add_log_copy(Program& program, CLI::App& noun);
void add_log_export(Program& program, CLI::App& noun);
void add_log_replay(Program& program, CLI::App& noun);
// `heads` and `sign`.
void add_log_heads(Program& program, CLI::App& noun);
// `prove` and `check-receipt`.
void add_log_prove(Program& program, CLI::App& noun);
void add_log_tail(Program& program, CLI::App& noun);
void add_log_verify(Program& program, CLI::App& noun);

// Where a store that is made, or begins to sign, keeps its heads. `wish` must outlive the verb.
void add_heads_wish(CLI::App& verb, app::HeadsWish& wish);

}  // namespace kopilka::tools
