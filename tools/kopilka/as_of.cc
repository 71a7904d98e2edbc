#include "tools/kopilka/as_of.h"

#include <fmt/format.h>

#include "tools/kopilka/shown.h"

namespace kopilka::tools {

Outcome<AsOf> as_of_of(const Settings& settings) {
  const auto& text = settings.as_of;
  if (text.empty()) return AsOf{};
  if (const auto day = model::parse_date(text))
    return AsOf{day, model::moscow_midnight(*day + 1) - model::Span::micros(1)};
  if (const auto at = model::parse_instant(text)) return AsOf{model::moscow_date(*at), at};
  return usage_error(fmt::format(
      "--as-of {}: neither a date such as 2019-01-01 nor a time such as 2019-01-01T00:00:00+03:00",
      text));
}

std::string as_of_text(const AsOf& as_of) {
  return as_of.until ? fmt::format("as of {} (Moscow); ", shown(*as_of.until)) : std::string();
}

}  // namespace kopilka::tools
