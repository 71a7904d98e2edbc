#include "engine/vault/file_vault.h"

#include <array>
#include <cstring>
#include <utility>

#include <sodium/core.h>
#include <sodium/crypto_aead_xchacha20poly1305.h>
#include <sodium/crypto_box.h>
#include <sodium/crypto_generichash.h>
#include <sodium/crypto_kdf.h>
#include <sodium/utils.h>

#include "engine/base/check.h"
#include "engine/vault/key_file.h"

namespace kopilka::vault {

using base::Bytes;
using base::ByteView;
using base::ErrorKind;
using base::Result;

static_assert(kKeyBytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
static_assert(kNonceBytes == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
static_assert(kTagBytes == crypto_aead_xchacha20poly1305_ietf_ABYTES);
static_assert(kKeyBytes == crypto_box_PUBLICKEYBYTES);
static_assert(kKeyBytes == crypto_box_SECRETKEYBYTES);
static_assert(kKeyBytes == crypto_kdf_KEYBYTES);

namespace {

constexpr char kSealedVersion = 1;
constexpr std::size_t kSealedVersionBytes = 1 + 4;  // and generation
constexpr std::size_t kSealedHeadBytes = kSealedVersionBytes + kNonceBytes;

// Of the given store key, in the order of the header's secrets.
constexpr std::uint64_t kStoreKeyNumber = 1;
constexpr std::uint64_t kPepperNumber = 2;
constexpr std::uint64_t kMacKeyNumber = 3;
constexpr char kDerivation[crypto_kdf_CONTEXTBYTES + 1] = "kopilka_";

const unsigned char* unsigned_of(ByteView bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* unsigned_of(Bytes& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

struct AeadInput {
  ByteView text;
  ByteView associated;
};

// Ciphertext and tag; `out` has room for them.
void encrypt(const Key& key, const Nonce& nonce, AeadInput input, unsigned char* out) {
  crypto_aead_xchacha20poly1305_ietf_encrypt(
      out, nullptr, unsigned_of(input.text), input.text.size(), unsigned_of(input.associated),
      input.associated.size(), nullptr, nonce.data(), key.data());
}

// False: not what was encrypted with this key. `out` has room for the text without its tag.
bool decrypt(const Key& key, const unsigned char* nonce, AeadInput input, unsigned char* out) {
  return crypto_aead_xchacha20poly1305_ietf_decrypt(
             out, nullptr, nullptr, unsigned_of(input.text), input.text.size(),
             unsigned_of(input.associated), input.associated.size(), nonce, key.data()) == 0;
}

// A keyed hash that has swallowed its key and its domain already: copying it saves a block.
crypto_generichash_state keyed_state(const Key& key, unsigned char domain) {
  crypto_generichash_state state;
  crypto_generichash_init(&state, key.data(), key.size(), sizeof(base::Hash128));
  crypto_generichash_update(&state, &domain, 1);
  return state;
}

base::Hash128 finished(const crypto_generichash_state& keyed, ByteView text) {
  crypto_generichash_state state = keyed;
  base::Hash128 hash{};
  crypto_generichash_update(&state, unsigned_of(text), text.size());
  crypto_generichash_final(&state, hash.data(), hash.size());
  return hash;
}

Result<void> make_parent(const std::filesystem::path& path) {
  std::error_code failed;
  if (path.has_parent_path() && !std::filesystem::exists(path.parent_path())) {
    std::filesystem::create_directories(path.parent_path(), failed);
    if (!failed)
      std::filesystem::permissions(path.parent_path(), std::filesystem::perms::owner_all, failed);
  }
  if (failed)
    return base::fail(ErrorKind::io,
                      "cannot make " + path.parent_path().string() + ": " + failed.message());
  return {};
}

}  // namespace

struct FileVault::Secrets {
  Key store_key;
  Key pepper;
  Key mac_key;
  Key destinations_private;
  Key destinations_public;
  std::array<crypto_generichash_state, 3> lookup_states;
  crypto_generichash_state mac_state;

  Secrets() = default;
  Secrets(const Secrets&) = delete;
  Secrets& operator=(const Secrets&) = delete;
  ~Secrets() {  // the states hold what the keys became
    sodium_memzero(lookup_states.data(), sizeof(lookup_states));
    sodium_memzero(&mac_state, sizeof(mac_state));
  }

  void prepare() {
    for (std::size_t purpose = 0; purpose < lookup_states.size(); ++purpose)
      lookup_states[purpose] = keyed_state(pepper, static_cast<unsigned char>(purpose));
    mac_state = keyed_state(mac_key, 0);
  }
  [[nodiscard]] Secret<kSecretsBytes> joined() const {
    Secret<kSecretsBytes> all;
    unsigned char* at = all.data();
    for (const Key* key : {&store_key, &pepper, &mac_key, &destinations_private}) {
      std::memcpy(at, key->data(), key->size());
      at += key->size();
    }
    return all;
  }
  void split(const Secret<kSecretsBytes>& all) {
    const unsigned char* at = all.data();
    for (Key* key : {&store_key, &pepper, &mac_key, &destinations_private}) {
      std::memcpy(key->data(), at, key->size());
      at += key->size();
    }
  }
};

struct FileVault::SubjectKey {
  std::uint32_t generation{0};
  Key key;
};

VaultPlace vault_in(const std::filesystem::path& directory) {
  return {file_in(directory, 1), directory / "kek"};
}

namespace {

Result<Key> read_or_make_wrapping(const std::filesystem::path& path, ports::Random& random) {
  if (std::error_code ignored; std::filesystem::exists(path, ignored)) return read_key_file(path);
  KOPILKA_TRY(make_parent(path));
  Key key;
  random.fill(key.span());
  KOPILKA_TRY(write_key_file(path, key));
  return key;
}

}  // namespace

Result<void> FileVault::create(const VaultPlace& place, const std::optional<Key>& store_key,
                               ports::Random& random) {
  KOPILKA_CHECK(sodium_init() >= 0);
  if (std::error_code ignored; std::filesystem::exists(place.vault, ignored))
    return base::fail(ErrorKind::usage, place.vault.string() + " exists already");
  KOPILKA_TRY(make_parent(place.vault));
  KOPILKA_TRY_ASSIGN(const Key wrapping, read_or_make_wrapping(place.key_encryption_key, random));

  Secrets secrets;
  if (store_key) {
    const auto derive = [&](Key& key, std::uint64_t number) {
      crypto_kdf_derive_from_key(key.data(), key.size(), number, kDerivation, store_key->data());
    };
    derive(secrets.store_key, kStoreKeyNumber);
    derive(secrets.pepper, kPepperNumber);
    derive(secrets.mac_key, kMacKeyNumber);
  } else {
    random.fill(secrets.store_key.span());
    random.fill(secrets.pepper.span());
    random.fill(secrets.mac_key.span());
  }
  Key seed;
  random.fill(seed.span());
  Header header;
  crypto_box_seed_keypair(header.destinations_public.data(), secrets.destinations_private.data(),
                          seed.data());
  random.fill(header.nonce);
  const Secret<kSecretsBytes> all = secrets.joined();
  encrypt(wrapping, header.nonce, {all.view(), header_associated(header)}, header.wrapped.data());
  return VaultFile::create(place.vault, header);
}

Result<VaultPlace> FileVault::join(const VaultPlace& first) {
  KOPILKA_CHECK(sodium_init() >= 0);
  KOPILKA_TRY_ASSIGN(const VaultFile file, VaultFile::open(first.vault, Access::read_only));
  KOPILKA_TRY_ASSIGN(const Key wrapping, read_key_file(first.key_encryption_key));
  KOPILKA_TRY(secrets_in(file.header(), first, wrapping));
  const auto directory = first.vault.parent_path();
  for (std::uint32_t number = 2; number <= kFilesMax; ++number) {
    const auto path = file_in(directory, number);
    const auto made = VaultFile::create(path, file.header());
    if (made) return VaultPlace{path, first.key_encryption_key};
    if (made.error().kind != ErrorKind::usage) return std::unexpected(made.error());
  }
  return base::fail(ErrorKind::limit, "there are " + std::to_string(kFilesMax) + " vaults in " +
                                          directory.string() +
                                          " already: take those away that hold no keys");
}

FileVault::FileVault(KeyRing ring, const Key& wrapping, std::unique_ptr<Secrets> secrets,
                     ports::Random& random)
    : ring_(std::move(ring)), wrapping_(wrapping), secrets_(std::move(secrets)), random_(random) {}

FileVault::~FileVault() = default;

Result<std::unique_ptr<FileVault::Secrets>> FileVault::secrets_in(const Header& header,
                                                                  const VaultPlace& place,
                                                                  const Key& wrapping) {
  Secret<kSecretsBytes> all;
  if (!decrypt(wrapping, header.nonce.data(),
               {base::view_of(header.wrapped), header_associated(header)}, all.data()))
    return base::fail(ErrorKind::usage, "the key in " + place.key_encryption_key.string() +
                                            " is not the one that " + place.vault.string() +
                                            " was made with");
  auto secrets = std::make_unique<Secrets>();
  secrets->split(all);
  secrets->prepare();
  std::memcpy(secrets->destinations_public.data(), header.destinations_public.data(), kKeyBytes);
  return secrets;
}

Result<std::unique_ptr<FileVault>> FileVault::open(const VaultPlace& place, Access access,
                                                   ports::Random& random) {
  KOPILKA_CHECK(sodium_init() >= 0);
  KOPILKA_TRY_ASSIGN(KeyRing ring, KeyRing::open(place.vault, access));
  KOPILKA_TRY_ASSIGN(const Key wrapping, read_key_file(place.key_encryption_key));
  KOPILKA_TRY_ASSIGN(auto secrets, secrets_in(ring.header(), place, wrapping));
  return std::unique_ptr<FileVault>(
      new FileVault(std::move(ring), wrapping, std::move(secrets), random));
}

model::LookupHash FileVault::lookup_hash(ports::HashPurpose purpose, ByteView value) {
  return {finished(secrets_->lookup_states.at(static_cast<std::size_t>(purpose)), value)};
}

model::Mac FileVault::command_mac(ByteView content) {
  return {finished(secrets_->mac_state, content)};
}

ByteView FileVault::store_key() const {
  return secrets_->store_key.view();
}

std::size_t FileVault::subjects() const {
  const std::scoped_lock lock(mutex_);
  return ring_.subjects();
}

Result<void> FileVault::expect_writable() const {
  if (ring_.access() == Access::read_write) return {};
  return base::fail(ErrorKind::usage, ring_.path().string() + " was opened for reading only");
}

Result<Key> FileVault::unwrap(const HeldKey& held) const {
  const SlotRecord& record = held.record;
  Key key;
  if (!decrypt(wrapping_, record.nonce.data(),
               {base::view_of(record.wrapped), slot_associated(record)}, key.data()))
    return base::fail(ErrorKind::corrupt, "a key of a person in " + held.file->path().string() +
                                              " does not open: restore it from a copy");
  return key;
}

// Never another node's: that its record is durable only that node knows.
Result<FileVault::SubjectKey> FileVault::key_to_seal_with(model::MemberId subject) {
  KOPILKA_TRY_ASSIGN(const Standing standing, ring_.standing_of(subject));
  if (!standing.keys.empty() && standing.keys.front().is_own) {
    KOPILKA_TRY_ASSIGN(const Key key, unwrap(standing.keys.front()));
    return SubjectKey{standing.keys.front().record.generation, key};
  }
  SubjectKey made{standing.destroyed + 1, {}};
  random_.fill(made.key.span());
  SlotRecord record{subject, made.generation, SlotState::live, {}, {}};
  random_.fill(record.nonce);
  encrypt(wrapping_, record.nonce, {made.key.view(), slot_associated(record)},
          record.wrapped.data());
  KOPILKA_TRY(ring_.append(record));
  return made;
}

Result<model::Sealed> FileVault::seal(model::MemberId subject, ByteView clear) {
  KOPILKA_CHECK(subject.value() > 0 && subject.value() < model::kIdLimit);
  const std::scoped_lock lock(mutex_);
  KOPILKA_TRY(expect_writable());
  KOPILKA_TRY_ASSIGN(const SubjectKey subject_key, key_to_seal_with(subject));

  model::Sealed sealed;
  Bytes& out = sealed.bytes;
  out.push_back(kSealedVersion);
  base::put_little(out, subject_key.generation);
  Bytes associated = out;
  base::put_little(associated, subject.value());
  Nonce nonce{};
  random_.fill(nonce);
  out.append(base::view_of(nonce));
  out.resize(kSealedHeadBytes + clear.size() + kTagBytes);
  encrypt(subject_key.key, nonce, {clear, associated}, unsigned_of(out) + kSealedHeadBytes);
  return sealed;
}

Result<Bytes> FileVault::open(model::MemberId subject, const model::Sealed& sealed) {
  const ByteView bytes = sealed.bytes;
  if (bytes.size() < kSealedHeadBytes + kTagBytes || bytes.front() != kSealedVersion)
    return base::fail(ErrorKind::corrupt, "a sealed value is not in a form that we know");
  const auto generation = base::get_little<std::uint32_t>(bytes.substr(1));
  Bytes associated(bytes.substr(0, kSealedVersionBytes));
  base::put_little(associated, subject.value());
  Bytes clear(bytes.size() - kSealedHeadBytes - kTagBytes, '\0');
  bool has_key = false;
  const std::scoped_lock lock(mutex_);
  for (const bool is_second_look : {false, true}) {
    if (is_second_look) KOPILKA_TRY(ring_.look_again());
    KOPILKA_TRY_ASSIGN(const Standing standing, ring_.standing_of(subject));
    if (generation <= standing.destroyed)
      return base::fail(ErrorKind::not_available, "the key of this person was destroyed");
    for (const HeldKey& held : standing.keys) {
      if (held.record.generation != generation) continue;
      has_key = true;
      KOPILKA_TRY_ASSIGN(const Key key, unwrap(held));
      if (decrypt(key, unsigned_of(bytes) + kSealedVersionBytes,
                  {bytes.substr(kSealedHeadBytes), associated}, unsigned_of(clear)))
        return clear;
    }
  }
  return base::fail(ErrorKind::corrupt, has_key ? "a sealed value is not what was sealed"
                                                : ring_.path().string() +
                                                      " and the vaults beside it have no key for "
                                                      "this sealed value: they are older than the "
                                                      "log, or of another store");
}

Result<void> FileVault::destroy(model::MemberId subject) {
  const std::scoped_lock lock(mutex_);
  KOPILKA_TRY(expect_writable());
  return ring_.destroy(subject);
}

Result<model::Sealed> FileVault::seal_for_processor(ByteView clear) {
  model::Sealed sealed;
  sealed.bytes.resize(crypto_box_SEALBYTES + clear.size());
  KOPILKA_CHECK(crypto_box_seal(unsigned_of(sealed.bytes), unsigned_of(clear), clear.size(),
                                secrets_->destinations_public.data()) == 0);
  return sealed;
}

Result<Bytes> FileVault::open_for_processor(const model::Sealed& sealed) {
  if (sealed.bytes.size() < crypto_box_SEALBYTES)
    return base::fail(ErrorKind::corrupt, "a sealed destination is cut short");
  Bytes clear(sealed.bytes.size() - crypto_box_SEALBYTES, '\0');
  if (crypto_box_seal_open(unsigned_of(clear), unsigned_of(ByteView(sealed.bytes)),
                           sealed.bytes.size(), secrets_->destinations_public.data(),
                           secrets_->destinations_private.data()) != 0)
    return base::fail(ErrorKind::corrupt, "a sealed destination is not what was sealed");
  return clear;
}

Result<void> FileVault::sync() {
  const std::scoped_lock lock(mutex_);
  return ring_.sync();
}

}  // namespace kopilka::vault
