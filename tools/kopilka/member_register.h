#pragma once

#include "engine/app/reader.h"
#include "engine/model/ids.h"
#include "tools/kopilka/command.h"

namespace kopilka::tools {

[[nodiscard]] std::unexpected<Failure> no_such_member(const app::Reader& reader,
                                                      model::MemberId id);

// `kopilka member show`.
[[nodiscard]] Outcome<ExitCode> show_member(Program& program, model::MemberId id);

}  // namespace kopilka::tools
