#pragma once

#include <string_view>

#include "engine/app/reader.h"
#include "engine/model/ids.h"
#include "engine/registry/rows.h"
#include "tools/kopilka/command.h"

namespace kopilka::tools {

[[nodiscard]] std::unexpected<Failure> no_such_member(const app::Reader& reader,
                                                      model::MemberId id);

// A standing in the words of the command line.
[[nodiscard]] std::string_view status_name(registry::MembershipStatus status);

// `kopilka member show`.
[[nodiscard]] Outcome<ExitCode> show_member(Program& program, model::MemberId id);

}  // namespace kopilka::tools
