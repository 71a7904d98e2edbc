#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/model/money.h"

namespace kopilka::registry {

// What a percent tariff may give a member (I-5, R17). Fixed tariffs and commissions are free (R35).
inline constexpr model::Rate kMemberRateMin = model::Rate::ppm(10'000);
inline constexpr model::Rate kMemberRateMax = model::Rate::ppm(300'000);

// Calendar days that a purchase may stay frozen (I-6, R25, C8).
inline constexpr std::uint16_t kFreezeDaysMin = 30;
inline constexpr std::uint16_t kFreezeDaysMax = 60;

// Organisations from a primary one up to the central one, both counted (R9): a parent's kind is
// strictly above, and there are four.
inline constexpr std::size_t kTreeDepthMax = 4;

}  // namespace kopilka::registry
