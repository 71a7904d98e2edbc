#include "projections/statistics/bands.h"

#include <algorithm>

namespace kopilka::projections::statistics {
namespace {

constexpr std::int32_t kMonthsPerYear = 12;

// The same number some months later, or the last day of that month (domain.md §9).
model::Date months_after(model::Date date, std::int32_t months) {
  const auto month = model::Month::months(model::month_of(date).in_months() + months);
  const auto same_number =
      model::first_day(month) + (static_cast<std::int32_t>(model::to_civil(date).day) - 1);
  return std::min(same_number, model::last_day(month));
}

}  // namespace

AgeBand age_band(std::optional<std::int32_t> birth_month, model::Date on) {
  if (!birth_month) return AgeBand::unknown;
  const auto months = model::month_number(on) - *birth_month;
  if (months < 14 * kMonthsPerYear) return AgeBand::under_14;
  if (months < 18 * kMonthsPerYear) return AgeBand::from_14;
  if (months < 35 * kMonthsPerYear) return AgeBand::from_18;
  if (months < 55 * kMonthsPerYear) return AgeBand::from_35;
  return AgeBand::from_55;
}

TenureBand tenure_band(model::Date tenure_from, model::Date on) {
  if (on < months_after(tenure_from, 6)) return TenureBand::under_6_months;
  if (on < months_after(tenure_from, kMonthsPerYear)) return TenureBand::from_6_months;
  if (on <= months_after(tenure_from, 5 * kMonthsPerYear)) return TenureBand::from_1_year;
  return TenureBand::over_5_years;
}

}  // namespace kopilka::projections::statistics
