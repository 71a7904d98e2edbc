#include <tuple>

#include "engine/model/commands.h"
#include "engine/registry/decide.h"

namespace kopilka::registry {

Decision decide(const Tables& tables, const model::PublishCalendar& command,
                const Context& context) {
  std::ignore = tables.calendars.find(Year{command.year});  // fold writes it
  return record(context.now,
                model::CalendarPublished{.year = command.year,
                                         .days_off = command.days_off,
                                         .working_weekends = command.working_weekends});
}

}  // namespace kopilka::registry
