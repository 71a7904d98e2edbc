#pragma once

#include <optional>
#include <string>

#include "engine/model/time.h"
#include "tools/kopilka/command.h"

namespace kopilka::tools {

// What `--as-of` says to a read that is by day: a date, or a time and then its Moscow day.
struct AsOf {
  std::optional<model::Date> day;  // absent: that of the last entry
  // Of money: movements that were true by then; the end of the day when a date was given. Absent:
  // every movement.
  std::optional<model::Instant> until;

  [[nodiscard]] model::Date day_or(model::Instant recorded_at) const {
    return day.value_or(model::moscow_date(recorded_at));
  }
};

[[nodiscard]] Outcome<AsOf> as_of_of(const Settings& settings);

// "as of 2019-03-01 23:59:59 (Moscow); ", to stand before a position; empty: every movement.
[[nodiscard]] std::string as_of_text(const AsOf& as_of);

}  // namespace kopilka::tools
