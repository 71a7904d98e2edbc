#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/ledger/rows.h"
#include "engine/ledger/tables.h"
#include "engine/model/commands.h"
#include "engine/model/events_purchases.h"
#include "engine/registry/rows.h"

// What an order earns under a partner's terms (domain.md §8).
namespace kopilka::ledger {

struct Earned {
  std::vector<model::EarnedLine> lines;
  model::Money base;
  model::Money cashback;  // before caps
  model::Money commission;
};

// Rounds half away from zero once per line, then adds. A fixed tariff counts once per action while
// the sum of its lines is above 0.
// REQUIRES: every line names a tariff of the terms (see `names_known_tariffs`)
[[nodiscard]] Earned earn(std::span<const model::OrderLine> lines,
                          std::optional<model::ExchangeRate> fx_rate,
                          std::span<const model::Tariff> tariffs);

// What a line that names this tariff falls under, or, where it names none, the only one. Null:
// none.
[[nodiscard]] const model::Tariff* find_tariff(const std::optional<std::string>& code,
                                               std::span<const model::Tariff> tariffs);

// Each line names a tariff that the terms have, or none where they have only one.
[[nodiscard]] bool names_known_tariffs(std::span<const model::OrderLine> lines,
                                       std::span<const model::Tariff> tariffs);

// The lines of an order that earned nothing: amounts and tariffs only.
[[nodiscard]] std::vector<model::EarnedLine> without_earnings(
    std::span<const model::OrderLine> lines);

// Stands for the set of (line, amount, tariff) with an amount above 0 (domain.md §5).
[[nodiscard]] base::Hash128 sums_of(std::span<const model::OrderLine> lines);
[[nodiscard]] base::Hash128 sums_of(std::span<const model::EarnedLine> lines);

// A cashback after the caps of its terms. `from` is what was cut, if anything was.
struct Capped {
  model::Money cashback;
  std::optional<model::Money> from;
};

// `used` is what the member's other purchases of that partner and month stand at. `ceiling`: what
// an adjustment may not exceed because a cap has cut it before.
[[nodiscard]] Capped apply_caps(const registry::Terms& terms, model::Money earned,
                                model::Money used, std::optional<model::Money> ceiling);

[[nodiscard]] MonthKey month_of(model::MemberId member, model::PartnerId partner,
                                model::Instant purchase_at);

}  // namespace kopilka::ledger
