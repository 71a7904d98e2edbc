#include "engine/base/hashing.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <nmmintrin.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <xxhash.h>

#include "engine/base/check.h"

namespace kopilka::base {
namespace {

constexpr std::array<std::uint32_t, 256> make_crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82F63B78U : 0U);
    table[i] = crc;
  }
  return table;
}

constexpr auto kCrcTable = make_crc_table();

std::uint32_t crc32c_by_table(ByteView bytes) {
  std::uint32_t crc = ~0U;
  for (const char c : bytes)
    crc = (crc >> 8) ^ kCrcTable[(crc ^ static_cast<std::uint8_t>(c)) & 0xFF];
  return ~crc;
}

__attribute__((target("sse4.2"))) std::uint32_t crc32c_by_instruction(ByteView bytes) {
  std::uint64_t crc = ~0U;
  while (bytes.size() >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), 8);
    crc = _mm_crc32_u64(crc, word);
    bytes.remove_prefix(8);
  }
  auto tail = static_cast<std::uint32_t>(crc);
  for (const char c : bytes)
    tail = _mm_crc32_u8(tail, static_cast<std::uint8_t>(c));
  return ~tail;
}

const unsigned char* raw(ByteView bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace

Hash256 sha256(ByteView bytes) {
  Hash256 out{};
  SHA256(raw(bytes), bytes.size(), out.data());
  return out;
}

Hash128 keyed_hash(ByteView key, ByteView bytes) {
  KOPILKA_CHECK(!key.empty());
  Hash256 whole{};
  unsigned int length = whole.size();
  const auto* done = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), raw(bytes),
                          bytes.size(), whole.data(), &length);
  KOPILKA_CHECK(done != nullptr && length == whole.size());
  Hash128 out{};
  std::copy_n(whole.begin(), out.size(), out.begin());
  return out;
}

std::uint32_t crc32c(ByteView bytes) {
  static const bool has_instruction = __builtin_cpu_supports("sse4.2") != 0;
  return has_instruction ? crc32c_by_instruction(bytes) : crc32c_by_table(bytes);
}

Uint128 fast_hash128(ByteView bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return static_cast<Uint128>(hash.high64) << 64 | hash.low64;
}

}  // namespace kopilka::base
