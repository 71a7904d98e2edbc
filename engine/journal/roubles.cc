#include "engine/journal/roubles.h"

#include <array>
#include <cstddef>

namespace kopilka::journal {

void append_roubles(base::Int128 kopecks, std::string& out) {
  constexpr std::size_t kPlacesMax = 44;  // 39 digits, point and sign
  constexpr int kDigitsMin = 3;           // one before the point, two behind it
  std::array<char, kPlacesMax> places{};
  auto magnitude =
      kopecks < 0 ? -static_cast<base::Uint128>(kopecks) : static_cast<base::Uint128>(kopecks);
  std::size_t begin = kPlacesMax;
  for (int digits = 0; magnitude > 0 || digits < kDigitsMin; ++digits) {
    if (digits == 2) places.at(--begin) = '.';
    places.at(--begin) = static_cast<char>('0' + static_cast<int>(magnitude % 10));
    magnitude /= 10;
  }
  if (kopecks < 0) places.at(--begin) = '-';
  out.append(places.data() + begin, kPlacesMax - begin);
}

}  // namespace kopilka::journal
