#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/ports/clock.h"
#include "engine/vault/secret.h"

namespace kopilka::vault {

// Ed25519 (RFC 8032).
using PublicKey = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;

[[nodiscard]] bool is_signature_of(const PublicKey& key, base::ByteView message,
                                   const Signature& signature);

// The key that signs heads of the log, in a file of its own: the public half as text that anybody
// may read, the other wrapped with the store's key-encryption key (docs/formats/vault.md).
class SigningKey {
 public:
  // Draws one; durable when it returns. usage: there is one in that file already.
  [[nodiscard]] static base::Result<void> create(const std::filesystem::path& file,
                                                 const std::filesystem::path& key_encryption_key,
                                                 ports::Random& random);
  // usage: the wrong key-encryption key; corrupt: the file is not one of these.
  [[nodiscard]] static base::Result<SigningKey> open(
      const std::filesystem::path& file, const std::filesystem::path& key_encryption_key);

  [[nodiscard]] const PublicKey& public_key() const { return public_; }
  [[nodiscard]] Signature sign(base::ByteView message) const;

 private:
  using Private = Secret<64>;

  SigningKey(const PublicKey& made, const Private& secret) : public_(made), private_(secret) {}

  PublicKey public_;
  Private private_;
};

// The public half, for which no other key is needed. Nothing: there is no such file.
[[nodiscard]] base::Result<std::optional<PublicKey>> read_public_key(
    const std::filesystem::path& file);

}  // namespace kopilka::vault
