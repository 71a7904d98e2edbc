#pragma once

#include <cstdint>

#include "engine/base/bytes.h"
#include "engine/base/wide.h"

namespace kopilka::base {

// The chain's hash. SHA-256: see docs/decisions/0002-hash-of-the-chain.md.
[[nodiscard]] Hash256 sha256(ByteView bytes);

// HMAC-SHA-256 cut to its first 16 bytes.
// REQUIRES: !key.empty()
[[nodiscard]] Hash128 keyed_hash(ByteView key, ByteView bytes);

// CRC-32C (Castagnoli), as in iSCSI and Kafka; finds accidents, proves nothing.
[[nodiscard]] std::uint32_t crc32c(ByteView bytes);

// XXH3, 128 bits: fast and not secret. Only for digests of read models, never against forgery.
[[nodiscard]] Uint128 fast_hash128(ByteView bytes);

}  // namespace kopilka::base
