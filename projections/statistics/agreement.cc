#include "projections/statistics/agreement.h"

#include <array>
#include <cstddef>
#include <unordered_map>

#include <fmt/format.h>

#include "engine/registry/queries.h"

namespace kopilka::projections::statistics {
namespace {

using ByCategory = std::array<Count, 4>;

Count sum_of(Count count) {
  return count;
}
template <class T, std::size_t N>
Count sum_of(const std::array<T, N>& counts) {
  Count sum = 0;
  for (const auto& part : counts)
    sum += sum_of(part);
  return sum;
}

// Members on the day, counted in every organisation above them.
std::unordered_map<std::uint64_t, ByCategory> count_register(const registry::Tables& known,
                                                             model::Date on) {
  std::unordered_map<std::uint64_t, ByCategory> counted;
  known.members.for_each_loaded([&](model::MemberId, const registry::Member& member) {
    const auto status = registry::status_on(member, on);
    if (status != registry::MembershipStatus::active &&
        status != registry::MembershipStatus::suspended)
      return;
    // A log that makes no sense may have changed somebody whom it never admitted.
    if (member.organizations.empty() || member.categories.empty()) return;
    const auto category = static_cast<std::size_t>(registry::category_on(member, on));
    for (const auto id : registry::path_of(known, registry::organization_on(member, on)))
      ++counted[id.value()].at(category);
  });
  return counted;
}

}  // namespace

std::vector<std::string> disagreements(const Report& report, const registry::Tables& known) {
  std::vector<std::string> found;
  auto counted = count_register(known, report.as_of);
  for (const auto& line : report.lines) {
    const auto& numbers = line.numbers;
    const auto complain = [&](const std::string& what) {
      found.push_back(fmt::format("organisation {} on {}: {}", line.organization.value(),
                                  to_text(report.as_of), what));
    };
    const auto expect_sum = [&](const char* of, Count sum) {
      if (sum != numbers.total)
        complain(fmt::format("{} members, but {} {}", numbers.total, sum, of));
    };
    expect_sum("by category", sum_of(numbers.by_category));
    expect_sum("by sex and age", sum_of(numbers.by_sex_age));
    expect_sum("by tenure", sum_of(numbers.by_tenure));
    const auto& wanted = counted[line.organization.value()];
    for (std::size_t i = 0; i < wanted.size(); ++i)
      if (wanted.at(i) != numbers.by_category.at(i))
        complain(fmt::format("{} {}, but the register has {}", numbers.by_category.at(i),
                             model::name_of(static_cast<model::MemberCategory>(i)), wanted.at(i)));
  }
  return found;
}

}  // namespace kopilka::projections::statistics
