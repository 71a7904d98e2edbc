#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "engine/app/layout.h"
#include "engine/base/result.h"
#include "engine/model/batch.h"
#include "engine/ports/clock.h"
#include "engine/segments/file.h"
#include "engine/vault/file_vault.h"
#include "engine/vault/secret.h"

// Where the keys of a store stand: in its directory, or in one that several nodes share, whose file
// for this node the store's directory then names (docs/formats/vault.md).
namespace kopilka::app {

struct NewKeys {
  std::optional<std::filesystem::path> directory;           // absent: in the store's own
  std::optional<std::filesystem::path> key_encryption_key;  // absent: beside them
  std::optional<vault::Key> store_key;                      // absent: drawn
};

// This node's file and the key that wraps. not_available: there is no store's part that names them;
// corrupt: what names them is damaged; usage: they are another store's.
[[nodiscard]] base::Result<vault::VaultPlace> keys_of(const Layout& layout);

// A file with the key that signs heads of the log, and the key that wraps it.
struct SigningPlace {
  std::filesystem::path file;  // not there: the store was made before heads were signed
  std::filesystem::path key_encryption_key;
};
// One for all nodes. Errors as `keys_of`.
[[nodiscard]] base::Result<SigningPlace> signing_key_of(const Layout& layout);

// The first node's, for a store that is being made. Until `finish_keys` they bear a mark, and what
// bears it is thrown away first. What is given back keeps other inits away from a directory that
// was named; it may be null. usage: there are keys in that directory already.
[[nodiscard]] base::Result<std::unique_ptr<segments::Lock>> make_keys(const Layout& layout,
                                                                      const NewKeys& keys,
                                                                      ports::Random& random);
// Theirs that heads are signed with, before `finish_keys`. REQUIRES: make_keys
[[nodiscard]] base::Result<SigningPlace> new_signing_key_of(const Layout& layout,
                                                            const NewKeys& keys);
// The log is there, and this is its store.
[[nodiscard]] base::Result<void> finish_keys(const Layout& layout, const NewKeys& keys,
                                             const model::StoreId& store);
// Whether `finish_keys` has come to its end.
[[nodiscard]] base::Result<bool> are_keys_finished(const Layout& layout);

// Whether the directory names a file of keys that is another node's than the first.
[[nodiscard]] base::Result<bool> has_joined(const Layout& layout);

// Whether another node of that store may have keys in the directory. usage: there are none, or
// another store's; not_available: the first node's `init` has not finished.
[[nodiscard]] base::Result<void> expect_keys_to_join(const std::filesystem::path& directory,
                                                     const model::StoreId& store);
// A file for this node beside that of the first, and its name in the store's directory; called
// again after it was cut short it goes on. `key_encryption_key`: where this node finds it; absent:
// where the first one does. REQUIRES: expect_keys_to_join
[[nodiscard]] base::Result<void> join_keys(
    const Layout& layout, const std::filesystem::path& directory,
    const std::optional<std::filesystem::path>& key_encryption_key, const model::StoreId& store);

// All keys of the store, of every node, into the directory of a copy of it.
[[nodiscard]] base::Result<void> copy_keys(const Layout& from, const Layout& to,
                                           const model::StoreId& store);

}  // namespace kopilka::app
