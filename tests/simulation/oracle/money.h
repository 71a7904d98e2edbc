#pragma once

// Money of the oracle: whole kopecks, rates in parts per million, no fractions kept anywhere.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kopilka::simulation {

/// Hundredths of a rouble (or of the order's currency, before it is converted).
using Kopecks = std::int64_t;

/// Ten digits before the point: the largest amount that a command may carry.
inline constexpr Kopecks kLargestAmount = 999'999'999'999;

/// `\d{1,10}\.\d\d`
std::optional<Kopecks> parse_money(std::string_view text);
/// The same with an optional sign.
std::optional<Kopecks> parse_signed_money(std::string_view text);
/// `\d{1,3}(\.\d{1,4})?` in percent, given back in parts per million (1 % = 10 000).
std::optional<std::int64_t> parse_percent(std::string_view text);
/// `\d{1,6}\.\d{4}`, given back in ten-thousandths.
std::optional<std::int64_t> parse_fx_rate(std::string_view text);

std::string money_text(Kopecks amount);

/// `base` × `ppm` / 1 000 000, rounded half away from zero. REQUIRES: base ≥ 0, ppm ≥ 0.
Kopecks share_of(Kopecks base, std::int64_t ppm);
/// Order minor units at a rate of ten-thousandths, rounded half up; more than fits an amount is
/// cut to kLargestAmount + 1, which the caller refuses.
Kopecks converted(Kopecks minor_units, std::int64_t rate);

}  // namespace kopilka::simulation
