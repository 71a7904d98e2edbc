#include "tests/simulation/oracle/purchase_sums.h"

#include <algorithm>

namespace kopilka::simulation {
namespace {

std::pair<int, int> moscow_month(Instant instant) {
  const Civil date = civil_of(moscow_day(instant));
  return {date.year, date.month};
}

Kopecks roubles(const Message& message, Kopecks amount) {
  return message.fx_rate ? converted(amount, *message.fx_rate) : amount;
}

}  // namespace

const Tariff* tariff_of(const Terms& terms, const OrderLine& line) {
  if (!line.tariff) {
    return terms.tariffs.size() == 1 ? &terms.tariffs.front() : nullptr;
  }
  for (const Tariff& tariff : terms.tariffs) {
    if (tariff.code == *line.tariff) {
      return &tariff;
    }
  }
  return nullptr;
}

bool all_tariffs_known(const Terms& terms, const std::vector<OrderLine>& lines) {
  return std::all_of(lines.begin(), lines.end(),
                     [&](const OrderLine& line) { return tariff_of(terms, line) != nullptr; });
}

Sums sums_of(const Terms& terms, const Message& message) {
  Sums sums;
  for (const Tariff& tariff : terms.tariffs) {
    Kopecks ordered = 0;
    for (const OrderLine& line : message.lines) {
      if (tariff_of(terms, line) != &tariff) {
        continue;
      }
      const Kopecks base = roubles(message, line.amount);
      ordered += line.amount;
      sums.base += base;
      if (tariff.percent) {
        sums.uncapped += share_of(base, *tariff.percent);
      }
      if (tariff.commission_percent) {
        sums.commission += share_of(base, *tariff.commission_percent);
      }
    }
    if (ordered > 0) {  // a fixed tariff counts once, however many lines it has
      sums.uncapped += tariff.fixed;
      sums.commission += tariff.commission_fixed;
    }
  }
  sums.cashback = sums.uncapped;
  return sums;
}

Kopecks capped_cashback(const World& world, const PurchaseKey& key, const Purchase& purchase,
                        Kopecks uncapped) {
  Kopecks cashback = uncapped;
  if (purchase.terms.cap_per_order) {
    cashback = std::min(cashback, *purchase.terms.cap_per_order);
  }
  if (purchase.terms.cap_per_month) {
    Kopecks used = 0;
    for (const auto& [other_key, other] : world.purchases) {
      if (other.stage == Stage::recorded && other_key != key && other_key.first == key.first &&
          other.member == purchase.member &&
          moscow_month(other.last.purchase_at) == moscow_month(purchase.last.purchase_at)) {
        used += other.sums.cashback;
      }
    }
    const Kopecks headroom = std::max<Kopecks>(0, *purchase.terms.cap_per_month - used);
    cashback = std::min(cashback, headroom);
  }
  return cashback;
}

std::multiset<std::tuple<std::int64_t, Kopecks, std::string>> comparable_lines(
    const std::vector<OrderLine>& lines) {
  std::multiset<std::tuple<std::int64_t, Kopecks, std::string>> comparable;
  for (const OrderLine& line : lines) {
    const std::string tariff = line.tariff ? "=" + *line.tariff : "";
    if (line.amount > 0) {
      comparable.insert({line.line, line.amount, tariff});
    }
  }
  return comparable;
}

}  // namespace kopilka::simulation
