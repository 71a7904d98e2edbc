#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/wide.h"
#include "engine/model/money.h"
#include "engine/model/time.h"

// Facts as people read them: a comma and thin spaces in money, Moscow time. Programs read JSON.
namespace kopilka::tools {

// "4 050,00" with narrow no-break spaces; "−0,05".
[[nodiscard]] std::string shown(model::Money money);
[[nodiscard]] std::string shown_kopecks(base::Int128 kopecks);
// With a sign: "+4 050,00".
[[nodiscard]] std::string shown_change(model::Money change);
// "12 345".
[[nodiscard]] std::string shown_count(std::uint64_t count);
// "1 member", "12 345 members".
[[nodiscard]] std::string shown_count(std::uint64_t count, std::string_view thing);
// "2019-03-01 12:15:00", in Moscow.
[[nodiscard]] std::string shown(model::Instant at);
[[nodiscard]] std::string shown(model::Date date);
[[nodiscard]] std::string shown(model::Month month);
// "0.4 s", "2 min 05 s".
[[nodiscard]] std::string shown_span(model::Span span);

// Kopecks as files and programs read them: "-4050.00".
[[nodiscard]] std::string plain_kopecks(base::Int128 kopecks);

}  // namespace kopilka::tools
