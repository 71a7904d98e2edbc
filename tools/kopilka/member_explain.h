#pragma once

#include <cstdint>
#include <optional>

#include "engine/model/ids.h"
#include "tools/kopilka/command.h"

namespace kopilka::tools {

// `kopilka member explain`; `purchase`: of that one only.
[[nodiscard]] Outcome<ExitCode> explain_member(Program& program, model::MemberId id,
                                               std::optional<model::PurchaseId> purchase);

}  // namespace kopilka::tools
