#pragma once

#include <optional>

#include "engine/model/refusal.h"
#include "engine/model/time.h"
#include "engine/registry/rows.h"

namespace kopilka::registry {

// Whether the member is an active one on the day of a change: not_active, or date_before_admission.
// A day before the first admission is a wrong date rather than a wrong status. Private to the
// registry.
[[nodiscard]] std::optional<model::Refusal> refusal_on(const Member& member, model::Date date);

}  // namespace kopilka::registry
