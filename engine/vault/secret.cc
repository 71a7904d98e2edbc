#include "engine/vault/secret.h"

#include <sodium/utils.h>

namespace kopilka::vault {

void wipe(std::span<unsigned char> bytes) {
  sodium_memzero(bytes.data(), bytes.size());
}

void wipe(base::Bytes& text) {
  sodium_memzero(text.data(), text.size());
  text.clear();
}

}  // namespace kopilka::vault
