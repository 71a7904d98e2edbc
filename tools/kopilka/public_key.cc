#include "tools/kopilka/public_key.h"

#include <fmt/format.h>

#include "engine/base/text_bytes.h"

namespace kopilka::tools {

Outcome<vault::PublicKey> parse_public_key(const std::string& text) {
  vault::PublicKey key{};
  if (base::from_hex(text, key)) return key;
  return usage_error(
      fmt::format("`{}` is not a public key: 64 hexadecimal digits, as `kopilka init` and `kopilka "
                  "log heads` print it",
                  text));
}

std::string public_key_text(const vault::PublicKey& key) {
  return fmt::format("Public key {}\n", base::to_hex(base::view_of(key)));
}

}  // namespace kopilka::tools
