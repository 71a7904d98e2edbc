#pragma once

#include <cstddef>
#include <cstdint>

namespace kopilka::model {

enum class Alphabet : std::uint8_t {
  raw,        // any UTF-8: a rule judges it
  any,        // without control characters
  printable,  // ASCII
  digits,
  identifier,  // [A-Za-z0-9_-]
};

struct TextRule {
  std::size_t bytes_min{1};
  std::size_t bytes_max{1'000};
  Alphabet alphabet{Alphabet::any};
};

inline constexpr TextRule kNameText{1, 1'000, Alphabet::any};
inline constexpr TextRule kReasonText{1, 1'000, Alphabet::any};
inline constexpr TextRule kCodeText{1, 64, Alphabet::printable};
inline constexpr TextRule kActionText{1, 100, Alphabet::any};
inline constexpr TextRule kReferenceText{1, 1'000, Alphabet::any};
inline constexpr TextRule kIdentifierText{1, 64, Alphabet::identifier};
inline constexpr TextRule kCardNumberText{6, 20, Alphabet::digits};
inline constexpr TextRule kInnText{10, 12, Alphabet::digits};
inline constexpr TextRule kCurrencyText{3, 3, Alphabet::printable};
inline constexpr TextRule kKeyText{1, 128, Alphabet::printable};
inline constexpr TextRule kDestinationText{0, 1'000, Alphabet::raw};

inline constexpr std::size_t kLinesMax = 1000;
inline constexpr std::size_t kTariffsMax = 100;
inline constexpr std::size_t kCategoriesMax = 100;
inline constexpr std::size_t kCalendarDaysMax = 366;
inline constexpr std::uint16_t kWindowDaysMax = 3650;
inline constexpr std::uint32_t kDuesPpmMax = 1'000'000;     // of the base: 100 %
inline constexpr std::uint32_t kHeadcountMax = 10'000'000;  // people

}  // namespace kopilka::model
