#pragma once

#include <memory>
#include <string_view>

#include "engine/app/derived.h"
#include "engine/app/place.h"
#include "engine/base/result.h"
#include "projections/runtime/read_models.h"

// The rows in use, by the names of projections.h, looked at while another process may be writing
// them.
namespace kopilka::app {

inline constexpr std::string_view kStateProjection = "state";

// Null: `state`. usage: no such name.
[[nodiscard]] base::Result<const projections::runtime::ModelKind*> kind_named(
    std::string_view name);

// As open_state_for_reading.
[[nodiscard]] base::Result<StateRows> kept_state(const Place& place);

// Null: none are kept, or of another version.
[[nodiscard]] base::Result<std::unique_ptr<projections::runtime::Host>> kept_model(
    const Place& place, const projections::runtime::ModelKind& kind);

}  // namespace kopilka::app
