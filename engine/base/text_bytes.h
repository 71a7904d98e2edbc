#pragma once

#include <optional>
#include <span>
#include <string>

#include "engine/base/bytes.h"

// Bytes as text, read back strictly: each value has one spelling, so that no other text passes for
// it.
namespace kopilka::base {

// False: not exactly so many bytes in lower-case hexadecimal, as `to_hex` writes them.
[[nodiscard]] bool from_hex(ByteView text, std::span<unsigned char> bytes);

// RFC 4648 base64, with padding.
[[nodiscard]] std::string to_base64(ByteView bytes);
// Nothing: not what `to_base64` writes.
[[nodiscard]] std::optional<Bytes> from_base64(ByteView text);

}  // namespace kopilka::base
