#pragma once

namespace kopilka::base {

// Products and sums of money are taken in 128 bits, so that they cannot overflow.
__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 Uint128;

}  // namespace kopilka::base
