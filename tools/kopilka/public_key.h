#pragma once

#include <string>

#include "engine/vault/signing_key.h"
#include "tools/kopilka/exit_code.h"

namespace kopilka::tools {

// 64 hexadecimal digits.
[[nodiscard]] Outcome<vault::PublicKey> parse_public_key(const std::string& text);

// What a person must know of a store's key, in lines.
[[nodiscard]] std::string public_key_text(const vault::PublicKey& key);

}  // namespace kopilka::tools
