#include "engine/ledger/earning.h"

#include <algorithm>
#include <tuple>

#include "engine/base/check.h"
#include "engine/base/hashing.h"
#include "engine/state/row_codec.h"

namespace kopilka::ledger {
namespace {

using model::Money;

// A percent of the line, or the fixed sum on the first line of the tariff that costs something.
struct Share {
  std::optional<model::Rate> percent;
  std::optional<Money> fixed;

  [[nodiscard]] Money of(Money base, bool first_of_tariff) const {
    if (percent) return model::share(base, *percent);
    return fixed && first_of_tariff ? *fixed : Money{};
  }
};

template <class Line>
base::Hash128 hash_sums(std::span<const Line> lines) {
  std::vector<const Line*> counted;
  for (const auto& line : lines)
    if (line.amount > Money{}) counted.push_back(&line);
  std::ranges::sort(counted, {}, [](const Line* line) { return line->line; });
  state::RowWriter writer;
  for (const Line* line : counted) {
    writer.put(line->line);
    writer.put(line->amount);
    writer.put(line->tariff);
  }
  const auto whole = base::sha256(writer.take());
  base::Hash128 out{};
  std::copy_n(whole.begin(), out.size(), out.begin());
  return out;
}

}  // namespace

const model::Tariff* find_tariff(const std::optional<std::string>& code,
                                 std::span<const model::Tariff> tariffs) {
  if (!code) return tariffs.size() == 1 ? &tariffs.front() : nullptr;
  const auto it = std::ranges::find(tariffs, *code, &model::Tariff::code);
  return it == tariffs.end() ? nullptr : &*it;
}

Earned earn(std::span<const model::OrderLine> lines, std::optional<model::ExchangeRate> fx_rate,
            std::span<const model::Tariff> tariffs) {
  Earned earned;
  std::vector<const model::Tariff*> counted;  // tariffs whose fixed sums are given already
  for (const auto& line : lines) {
    const auto* tariff = find_tariff(line.tariff, tariffs);
    KOPILKA_CHECK(tariff != nullptr);
    // Structure bounds converted amounts, so a conversion here always has a value.
    const Money base = fx_rate ? model::convert(line.amount, *fx_rate).value() : line.amount;
    const bool first = line.amount > Money{} && std::ranges::find(counted, tariff) == counted.end();
    if (first) counted.push_back(tariff);

    model::EarnedLine out{.line = line.line, .amount = line.amount, .tariff = line.tariff};
    if (fx_rate) out.base = base;
    out.rate = tariff->percent;
    out.cashback = Share{tariff->percent, tariff->fixed}.of(base, first);
    out.commission = Share{tariff->commission_percent, tariff->commission_fixed}.of(base, first);
    earned.base += base;
    earned.cashback += out.cashback;
    earned.commission += out.commission;
    earned.lines.push_back(std::move(out));
  }
#ifdef KOPILKA_PLANT_rounded_sum
  if (tariffs.size() == 1 && tariffs.front().percent)
    earned.cashback = model::share(earned.base, *tariffs.front().percent);
#endif
  return earned;
}

bool names_known_tariffs(std::span<const model::OrderLine> lines,
                         std::span<const model::Tariff> tariffs) {
  return std::ranges::all_of(
      lines, [&](const auto& line) { return find_tariff(line.tariff, tariffs) != nullptr; });
}

std::vector<model::EarnedLine> without_earnings(std::span<const model::OrderLine> lines) {
  std::vector<model::EarnedLine> out;
  out.reserve(lines.size());
  for (const auto& line : lines)
    out.push_back({.line = line.line, .amount = line.amount, .tariff = line.tariff});
  return out;
}

base::Hash128 sums_of(std::span<const model::OrderLine> lines) {
  return hash_sums(lines);
}
base::Hash128 sums_of(std::span<const model::EarnedLine> lines) {
  return hash_sums(lines);
}

Capped apply_caps(const registry::Terms& terms, Money earned, Money used,
                  std::optional<Money> ceiling) {
  Money cashback = earned;
  if (terms.cap_per_order) cashback = std::min(cashback, *terms.cap_per_order);
  if (terms.cap_per_month)
    cashback = std::min(cashback, std::max(Money{}, *terms.cap_per_month - used));
  if (ceiling) cashback = std::min(cashback, *ceiling);
  if (cashback == earned) return {cashback, std::nullopt};
  return {cashback, earned};
}

MonthKey month_of(model::MemberId member, model::PartnerId partner, model::Instant purchase_at) {
  const auto month = model::month_number(model::moscow_date(purchase_at));
  return {member, partner, static_cast<std::uint32_t>(month)};
}

}  // namespace kopilka::ledger
