#include "projections/statistics/numbers.h"

#include <cstddef>
#include <numeric>

namespace kopilka::projections::statistics {
namespace {

void add_to(Count& sum, Count part) {
  sum += part;
}
void add_to(model::Money& sum, model::Money part) {
  sum += part;
}
void add_to(statements::Totals& sum, const statements::Totals& part) {
  sum.add(part);
}
template <class T, std::size_t N>
void add_to(std::array<T, N>& sum, const std::array<T, N>& part) {
  for (std::size_t i = 0; i < N; ++i)
    add_to(sum[i], part[i]);
}

}  // namespace

Count Numbers::left() const {
  return std::accumulate(left_by_reason.begin(), left_by_reason.end(), Count{0});
}

void Numbers::add(const Numbers& part) {
  const auto each = [&](auto... member) { (add_to(this->*member, part.*member), ...); };
  each(&Numbers::organizations, &Numbers::total, &Numbers::by_category, &Numbers::by_sex_age,
       &Numbers::by_tenure, &Numbers::suspended, &Numbers::pedagogues, &Numbers::by_card,
       &Numbers::accounts, &Numbers::active_buyers);
  each(&Numbers::joined, &Numbers::rejoined, &Numbers::left_by_reason, &Numbers::purchases,
       &Numbers::purchases_in_year, &Numbers::cashback, &Numbers::dues_payments, &Numbers::dues);
  each(&Numbers::headcount_reports, &Numbers::employees, &Numbers::headcount_pedagogues,
       &Numbers::headcount_students, &Numbers::covered_members, &Numbers::covered_workers,
       &Numbers::covered_students, &Numbers::officers);
}

}  // namespace kopilka::projections::statistics
