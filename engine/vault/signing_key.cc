#include "engine/vault/signing_key.h"

#include <string>
#include <system_error>

#include <fcntl.h>
#include <sodium/core.h>
#include <sodium/crypto_aead_xchacha20poly1305.h>
#include <sodium/crypto_sign.h>

#include "engine/base/check.h"
#include "engine/base/text_bytes.h"
#include "engine/vault/key_file.h"
#include "engine/vault/open_file.h"

namespace kopilka::vault {

using base::ErrorKind;
using base::Result;

static_assert(std::tuple_size_v<PublicKey> == crypto_sign_PUBLICKEYBYTES);
static_assert(std::tuple_size_v<Signature> == crypto_sign_BYTES);
static_assert(Key::size() == crypto_sign_SEEDBYTES);

namespace {

constexpr base::ByteView kMagic = "kopilka-signing-key 1\n";
constexpr std::size_t kFileBytesMax = 1'024;

// What the file says: two more lines, `public` and 64 digits, `wrapped`, 48 and 96 digits.
struct WrappedPair {
  PublicKey public_half{};
  std::array<unsigned char, crypto_aead_xchacha20poly1305_ietf_NPUBBYTES> nonce{};
  std::array<unsigned char, crypto_sign_SEEDBYTES + crypto_aead_xchacha20poly1305_ietf_ABYTES>
      wrapped{};
};

const unsigned char* unsigned_of(base::ByteView bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

std::string text_of(const WrappedPair& pair) {
  return std::string(kMagic) + "public " + base::to_hex(base::view_of(pair.public_half)) +
         "\nwrapped " + base::to_hex(base::view_of(pair.nonce)) + " " +
         base::to_hex(base::view_of(pair.wrapped)) + "\n";
}

std::optional<WrappedPair> parse(base::ByteView text) {
  WrappedPair pair;
  const auto expected = text_of(pair);
  if (text.size() != expected.size()) return std::nullopt;
  const auto digits_after = [&](base::ByteView word, std::size_t count) {
    return text.substr(expected.find(word) + word.size(), count);
  };
  const auto wrapped = digits_after("wrapped ", 2 * (pair.nonce.size() + pair.wrapped.size()) + 1);
  const bool is_read =
      base::from_hex(digits_after("public ", 2 * pair.public_half.size()), pair.public_half) &&
      base::from_hex(wrapped.substr(0, 2 * pair.nonce.size()), pair.nonce) &&
      base::from_hex(wrapped.substr(2 * pair.nonce.size() + 1), pair.wrapped);
  if (!is_read || text_of(pair) != text) return std::nullopt;
  return pair;
}

Result<WrappedPair> read_pair(const std::filesystem::path& path) {
  KOPILKA_TRY_ASSIGN(const OpenFile file, OpenFile::open(path, O_RDONLY));
  KOPILKA_TRY_ASSIGN(const auto text, file.read_at(0, kFileBytesMax));
  if (const auto pair = parse(text)) return *pair;
  return base::fail(ErrorKind::corrupt,
                    path.string() + " is not a file of a signing key: restore it from a copy");
}

// What the wrapping binds the secret half to.
base::Bytes associated(const WrappedPair& pair) {
  return std::string(kMagic) + base::Bytes(base::view_of(pair.public_half));
}

}  // namespace

bool is_signature_of(const PublicKey& key, base::ByteView message, const Signature& signature) {
  KOPILKA_CHECK(sodium_init() >= 0);
  return crypto_sign_verify_detached(signature.data(), unsigned_of(message), message.size(),
                                     key.data()) == 0;
}

Result<void> SigningKey::create(const std::filesystem::path& file,
                                const std::filesystem::path& key_encryption_key,
                                ports::Random& random) {
  KOPILKA_CHECK(sodium_init() >= 0);
  if (std::error_code ignored; std::filesystem::exists(file, ignored))
    return base::fail(ErrorKind::usage, file.string() + " exists already");
  KOPILKA_TRY_ASSIGN(const Key wrapping, read_key_file(key_encryption_key));
  Key seed;
  random.fill(seed.span());
  WrappedPair pair;
  Private secret;
  crypto_sign_seed_keypair(pair.public_half.data(), secret.data(), seed.data());
  random.fill(pair.nonce);
  const auto bound_to = associated(pair);
  crypto_aead_xchacha20poly1305_ietf_encrypt(pair.wrapped.data(), nullptr, seed.data(), Key::size(),
                                             unsigned_of(bound_to), bound_to.size(), nullptr,
                                             pair.nonce.data(), wrapping.data());
  // Whole or not at all.
  auto unfinished = file;
  unfinished += ".new";
  {
    KOPILKA_TRY_ASSIGN(OpenFile made, OpenFile::open(unfinished, O_WRONLY | O_CREAT | O_TRUNC));
    KOPILKA_TRY(made.write_at(0, text_of(pair)));
    KOPILKA_TRY(made.sync());
  }
  std::error_code failed;
  std::filesystem::rename(unfinished, file, failed);
  if (failed)
    return base::fail(ErrorKind::io, "cannot make " + file.string() + ": " + failed.message());
  return sync_directory(file.parent_path());
}

Result<SigningKey> SigningKey::open(const std::filesystem::path& file,
                                    const std::filesystem::path& key_encryption_key) {
  KOPILKA_CHECK(sodium_init() >= 0);
  KOPILKA_TRY_ASSIGN(const auto pair, read_pair(file));
  KOPILKA_TRY_ASSIGN(const Key wrapping, read_key_file(key_encryption_key));
  Key seed;
  const auto bound_to = associated(pair);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          seed.data(), nullptr, nullptr, pair.wrapped.data(), pair.wrapped.size(),
          unsigned_of(bound_to), bound_to.size(), pair.nonce.data(), wrapping.data()) != 0)
    return base::fail(ErrorKind::usage, "the key in " + key_encryption_key.string() +
                                            " is not the one that " + file.string() +
                                            " was made with");
  PublicKey made{};
  Private secret;
  crypto_sign_seed_keypair(made.data(), secret.data(), seed.data());
  KOPILKA_CHECK(made == pair.public_half);
  return SigningKey(made, secret);
}

Signature SigningKey::sign(base::ByteView message) const {
  Signature signature{};
  crypto_sign_detached(signature.data(), nullptr, unsigned_of(message), message.size(),
                       private_.data());
  return signature;
}

Result<std::optional<PublicKey>> read_public_key(const std::filesystem::path& file) {
  std::error_code failed;
  const auto found = std::filesystem::status(file, failed);
  if (found.type() == std::filesystem::file_type::not_found) return std::nullopt;
  KOPILKA_TRY_ASSIGN(const auto pair, read_pair(file));
  return pair.public_half;
}

}  // namespace kopilka::vault
