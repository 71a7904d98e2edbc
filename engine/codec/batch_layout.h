#pragma once

#include <cstdint>
#include <string_view>

// What builder and reader of batches agree on: docs/formats/batch.md. Private to the codec.
namespace kopilka::codec {

inline constexpr std::string_view kBatchMagic = "KPLB";
// In every format the checksum of the header is its last four bytes, so that damage and a newer
// format can be told apart.
inline constexpr std::size_t kHeaderChecksumBytes = 4;
inline constexpr std::size_t kHeaderPrefixBytes = 8;  // magic, format, length
inline constexpr std::uint8_t kEntryHasOrigin = 1;

}  // namespace kopilka::codec
