#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/model/names.h"
#include "engine/model/time.h"

namespace kopilka::projections::statistics {

// Full years on a day (domain.md §11). The log has the month of birth only: a year is full from the
// first day of that month.
enum class AgeBand : std::uint8_t { under_14, from_14, from_18, from_35, from_55, unknown };

// Since the first day of uninterrupted tenure; the bands of material aid (R51, C19): exactly five
// years are not yet more than five.
enum class TenureBand : std::uint8_t { under_6_months, from_6_months, from_1_year, over_5_years };

// `birth_month`: model::month_number; absent: unknown.
[[nodiscard]] AgeBand age_band(std::optional<std::int32_t> birth_month, model::Date on);

// REQUIRES: tenure_from <= on
[[nodiscard]] TenureBand tenure_band(model::Date tenure_from, model::Date on);

}  // namespace kopilka::projections::statistics

template <>
inline constexpr std::array<std::string_view, 6>
    kopilka::model::kNames<kopilka::projections::statistics::AgeBand>{
        "under_14", "14-17", "18-34", "35-54", "55+", "unknown"};
template <>
inline constexpr std::array<std::string_view, 4>
    kopilka::model::kNames<kopilka::projections::statistics::TenureBand>{
        "under_6_months", "6_to_12_months", "1_to_5_years", "over_5_years"};
