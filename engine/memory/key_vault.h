#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <set>

#include "engine/ports/clock.h"
#include "engine/ports/key_vault.h"

namespace kopilka::memory {

// Keys that live as long as the process. Real keyed hashes; the sealing is a toy (a keyed-hash
// stream and a keyed-hash tag) that keeps every promise of the port for a test, and is never to be
// used for real people. The same seed gives the same keys, hashes and ciphertexts. Thread-safe.
class MemoryKeyVault final : public ports::KeyVault {
 public:
  explicit MemoryKeyVault(std::uint64_t seed);

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

  // What a processor would do with its private key.
  [[nodiscard]] base::Result<base::Bytes> open_as_processor(const model::Sealed& sealed);

  // As after a power cut: the keys made since the last `sync` are gone.
  void lose_unsynced();

 private:
  struct SubjectKey {
    std::uint32_t generation{0};
    base::Bytes key;  // empty: destroyed
  };

  [[nodiscard]] SubjectKey& key_to_seal_with(model::MemberId subject);

  std::mutex mutex_;
  base::Bytes root_;
  base::Bytes store_key_;
  std::map<model::MemberId, SubjectKey> keys_;
  std::set<model::MemberId> unsynced_;
  std::uint64_t sealings_{0};
  std::uint64_t keys_made_{0};
};

}  // namespace kopilka::memory
