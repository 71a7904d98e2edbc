#pragma once

#include <string>
#include <string_view>

namespace kopilka::vault {

// A person's name as it is compared (R19): blanks of any kind collapsed to one space and cut at
// both ends, Latin and Cyrillic letters small, «ё» as «е». «  Ёлкина   АННА » and «елкина анна» are
// the same name. Letters of other scripts, and bytes that are not UTF-8, stay as they are.
[[nodiscard]] std::string normal_name(std::string_view name);

}  // namespace kopilka::vault
