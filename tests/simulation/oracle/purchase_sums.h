#pragma once

// What order lines come to, under terms and caps.

#include "tests/simulation/oracle/world.h"

namespace kopilka::simulation {

/// The tariff that a line names, or the only one when it names none; nullptr when there is none.
const Tariff* tariff_of(const Terms& terms, const OrderLine& line);
bool all_tariffs_known(const Terms& terms, const std::vector<OrderLine>& lines);

/// Base, cashback before caps (`cashback` = `uncapped`) and commission of the lines.
Sums sums_of(const Terms& terms, const Message& message);

/// The largest cashback that the caps of the purchase's terms leave, where `sums.uncapped` is
/// wanted. Other purchases of the member, the partner and the Moscow month count as they now stand.
Kopecks capped_cashback(const World& world, const PurchaseKey& key, const Purchase& purchase,
                        Kopecks uncapped);

/// The lines that make "the same sums" of section 5: those above zero, in any order.
std::multiset<std::tuple<std::int64_t, Kopecks, std::string>> comparable_lines(
    const std::vector<OrderLine>& lines);

}  // namespace kopilka::simulation
