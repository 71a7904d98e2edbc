#pragma once

#include <cstdint>
#include <string>

namespace kopilka::bench {

// Command lines of a small shop: members with cards, one partner, purchases that follow one another
// by the second. Purchases are offline by card, so that one line is one purchase.
struct World {
  std::uint64_t members{1'000};
  std::uint64_t purchases{10'000};
  // Of the purchases, those that are reported when others were that came after them: each as if
  // from any moment since the first.
  std::uint64_t backdated_percent{0};
};

// Organisation, partner, terms, and each member with a card: what must be there before a purchase.
[[nodiscard]] std::string founding_lines(const World& world);

// The `i`-th purchase, as first reported. 2019-03-01 and after.
[[nodiscard]] std::string purchase_line(const World& world, std::uint64_t i);

// Its approval some time later.
[[nodiscard]] std::string approval_line(const World& world, std::uint64_t i);

// The day after the last freeze.
[[nodiscard]] std::string closing_line(const World& world);

}  // namespace kopilka::bench
