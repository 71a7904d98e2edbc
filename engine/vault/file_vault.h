#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>

#include "engine/ports/clock.h"
#include "engine/ports/key_vault.h"
#include "engine/vault/key_ring.h"
#include "engine/vault/secret.h"
#include "engine/vault/vault_file.h"

namespace kopilka::vault {

// Where a node's vault lies; other nodes of the store have theirs in the same directory
// (key_ring.h). The key that everything in them is wrapped with may stand elsewhere, so that a copy
// of the store alone opens nothing.
struct VaultPlace {
  std::filesystem::path vault;
  std::filesystem::path key_encryption_key;
};
// `vault` and `kek` in one directory.
[[nodiscard]] VaultPlace vault_in(const std::filesystem::path& directory);

// The KeyVault in files: the store's secrets and one key a person and node, each wrapped with
// XChaCha20-Poly1305 under a key-encryption key (docs/formats/vault.md). Lookup hashes and MACs are
// keyed BLAKE2b; what processors are to read is a sealed box for their X25519 key.
//
// A node seals with keys of its own file alone, whose durability it can answer for, and opens with
// those of every node's; what it does not find it looks for again. So nodes need not agree: one
// that was deposed and writes on does no harm.
//
// A person whose keys were destroyed gets a new one when something is sealed for them again; what
// was sealed before stays unreadable. Destroying needs the files of all nodes: `not_available`
// while another process has one open for writing.
//
// Threads: as the port says; hashes and MACs take no lock. Errors: usage: the wrong
// key-encryption key, or a write to a vault that was opened for reading.
class FileVault final : public ports::KeyVault {
 public:
  // Makes the directories, the vault, and the key-encryption key if its file is not there yet.
  // Two vaults made with the same `store_key` have the same store key, lookup hashes and MACs (not
  // the same keys of persons or destinations). usage: the vault exists already.
  [[nodiscard]] static base::Result<void> create(const VaultPlace& place,
                                                 const std::optional<Key>& store_key,
                                                 ports::Random& random);
  // Another node's file, with the same secrets and no keys yet, beside that of the first node;
  // where it is. Of those who join at once each gets its own. not_available: there is no first
  // file; usage: the wrong key-encryption key; limit: kFilesMax.
  [[nodiscard]] static base::Result<VaultPlace> join(const VaultPlace& first);
  // `random` must outlive the vault. Reads every record once: about 0.1 s a million.
  [[nodiscard]] static base::Result<std::unique_ptr<FileVault>> open(const VaultPlace& place,
                                                                     Access access,
                                                                     ports::Random& random);
  ~FileVault() override;

  [[nodiscard]] model::LookupHash lookup_hash(ports::HashPurpose purpose,
                                              base::ByteView value) override;
  [[nodiscard]] model::Mac command_mac(base::ByteView content) override;
  [[nodiscard]] base::Result<model::Sealed> seal(model::MemberId subject,
                                                 base::ByteView clear) override;
  [[nodiscard]] base::Result<base::Bytes> open(model::MemberId subject,
                                               const model::Sealed& sealed) override;
  [[nodiscard]] base::Result<void> destroy(model::MemberId subject) override;
  [[nodiscard]] base::Result<model::Sealed> seal_for_processor(base::ByteView clear) override;
  [[nodiscard]] base::ByteView store_key() const override;
  [[nodiscard]] base::Result<void> sync() override;

  // What `seal_for_processor` sealed, for the registry of payouts that a processor is sent.
  [[nodiscard]] base::Result<base::Bytes> open_for_processor(const model::Sealed& sealed);

  // Persons with a key, or with the mark of one destroyed, in this node's file.
  [[nodiscard]] std::size_t subjects() const;

 private:
  struct Secrets;
  struct SubjectKey;

  FileVault(KeyRing ring, const Key& wrapping, std::unique_ptr<Secrets> secrets,
            ports::Random& random);

  [[nodiscard]] static base::Result<std::unique_ptr<Secrets>> secrets_in(const Header& header,
                                                                         const VaultPlace& place,
                                                                         const Key& wrapping);
  [[nodiscard]] base::Result<void> expect_writable() const;
  [[nodiscard]] base::Result<Key> unwrap(const HeldKey& held) const;
  [[nodiscard]] base::Result<SubjectKey> key_to_seal_with(model::MemberId subject);

  mutable std::mutex mutex_;
  KeyRing ring_;
  Key wrapping_;
  std::unique_ptr<const Secrets> secrets_;
  ports::Random& random_;
};

}  // namespace kopilka::vault
