// Business days: what opens them and what their opening brings.

#include <algorithm>

#include "tests/simulation/oracle/purchase_steps.h"
#include "tests/simulation/oracle/rules.h"

namespace kopilka::simulation {
namespace {

constexpr Day kParkedDaysMax = 91;

void expire_parked(World& world) {
  for (auto& [key, purchase] : world.purchases) {
    if (purchase.stage == Stage::parked &&
        purchase.first_parked_on + kParkedDaysMax <= *world.business_day) {
      purchase.stage = Stage::expired;
      note(world, "PurchaseExpired");
    }
  }
}

std::set<Day> days_in(const Fields& fields, const char* name) {
  std::set<Day> days;
  for (const auto& day : fields.at(name).as_array()) {
    days.insert(day.as_int64());
  }
  return days;
}

}  // namespace

void open_day(World& world, Day day) {
  world.business_day = day;
  const Instant midnight = moscow_midnight(day);
  world.last_recorded_at = std::max(world.last_recorded_at.value_or(midnight), midnight);
  note(world, "BusinessDayOpened");
  release_all(world, std::nullopt);
  expire_parked(world);
}

void open_days_to(World& world, Day day) {
  if (!world.business_day) {
    open_day(world, day);
  }
  while (*world.business_day < day) {
    open_day(world, *world.business_day + 1);
  }
}

bool is_working_day(const World& world, Day day) {
  const auto calendar = world.calendars.find(civil_of(day).year);
  if (calendar != world.calendars.end()) {
    if (calendar->second.working_weekends.contains(day)) {
      return true;
    }
    if (calendar->second.days_off.contains(day)) {
      return false;
    }
  }
  return !is_weekend(day);
}

Verdict publish_calendar(World& world, const Fields& fields, Instant) {
  world.calendars[number_in(fields, "year")] = {days_in(fields, "days_off"),
                                                days_in(fields, "working_weekends")};
  note(world, "CalendarPublished");
  return accepted();
}

Verdict open_business_day(World& world, const Fields& fields, Instant at, Gaps gaps) {
  const Day day = number_in(fields, "date");
  if (world.business_day && day <= *world.business_day) {
    return refused("day_already_open");
  }
  if (day > moscow_day(at)) {
    return refused("day_not_reached");
  }
  if (gaps == Gaps::are_refused && world.business_day && day != *world.business_day + 1) {
    return refused("day_skipped");
  }
  open_days_to(world, day);
  return accepted();
}

}  // namespace kopilka::simulation
