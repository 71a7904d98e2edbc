#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace kopilka::base {

// Bytes that are not text. The names say what is meant; the types stay the standard's.
using Bytes = std::string;
using ByteView = std::string_view;

using Hash256 = std::array<std::uint8_t, 32>;
using Hash128 = std::array<std::uint8_t, 16>;

template <std::size_t N>
[[nodiscard]] ByteView view_of(const std::array<std::uint8_t, N>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), N};
}

// Lower-case hexadecimal.
[[nodiscard]] std::string to_hex(ByteView bytes);

// RFC 4648 base32 in lower case without padding: 5 bits a character, most significant first.
[[nodiscard]] std::string to_base32(ByteView bytes);

// Little-endian integers, the byte order of every format here.
template <class T>
void put_little(Bytes& out, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i)
    out.push_back(static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i) & 0xFF));
}

// REQUIRES: bytes.size() >= sizeof(T)
template <class T>
[[nodiscard]] T get_little(ByteView bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i)
    value |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(bytes[i])) << (8 * i);
  return static_cast<T>(value);
}

// Unsigned LEB128: 7 bits a byte, least significant first, at most 10 bytes.
void put_varint(Bytes& out, std::uint64_t value);
// Takes one varint off the front of `in`. False: cut short or longer than 10 bytes.
[[nodiscard]] bool take_varint(ByteView& in, std::uint64_t& value);

// Zigzag, so that small negative numbers stay short.
[[nodiscard]] constexpr std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
[[nodiscard]] constexpr std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

}  // namespace kopilka::base
