#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/model/enums.h"

namespace kopilka::vault {

// Where money may be sent, in the one spelling of it that is hashed and sent to the processor.
struct Destination {
  std::string value;
  std::string mask;  // what may be shown, stored and logged
};

// Checks a value by its method (domain.md §10). Nothing: malformed.
//   phone    a Russian mobile number: +79 and nine digits, or the same with 8, 7 or nothing before
//            the 9; spaces, brackets and dashes do not matter. "+79161234567", "+79*****4567"
//   card     13 to 19 digits with a right Luhn digit. "427600******1234"
//   account  BIK, slash, account: 9 and 20 digits with a right key (Bank of Russia No. 515,
//            8 September 1997). "044525225/****1234"
//   wallet   1 to 64 printable ASCII characters. "****1234"
[[nodiscard]] std::optional<Destination> parse_destination(model::WithdrawalMethod method,
                                                           std::string_view value);

}  // namespace kopilka::vault
