#pragma once

#include <string_view>

#include "engine/base/check.h"
#include "engine/model/time.h"

namespace kopilka::support {

// REQUIRES: "2019-03-01"
inline model::Date day(std::string_view text) {
  const auto date = model::parse_date(text);
  KOPILKA_CHECK(date.has_value());
  return *date;
}

// REQUIRES: RFC 3339 with an offset
inline model::Instant instant(std::string_view text) {
  const auto at = model::parse_instant(text);
  KOPILKA_CHECK(at.has_value());
  return *at;
}

// 00:00 Moscow of "2019-03-01"
inline model::Instant midnight(std::string_view text) {
  return model::moscow_midnight(day(text));
}

// Noon in Moscow of "2019-03-01"
inline model::Instant noon(std::string_view text) {
  return midnight(text) + model::Span::hours(12);
}

}  // namespace kopilka::support
