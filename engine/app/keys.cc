#include "engine/app/keys.h"

#include <algorithm>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "engine/app/presence.h"
#include "engine/app/small_file.h"
#include "engine/vault/key_ring.h"
#include "engine/vault/signing_key.h"

namespace kopilka::app {
namespace {

using base::ErrorKind;
using base::Result;
using std::filesystem::path;

// What lies where in a directory of keys, beside the vaults.
struct KeysLayout {
  path root;

  [[nodiscard]] path kek() const { return root / "kek"; }
  [[nodiscard]] path kek_pointer() const { return root / "kek.path"; }
  [[nodiscard]] path signing() const { return root / "signing"; }
  [[nodiscard]] path store() const { return root / "store"; }
  [[nodiscard]] path unfinished() const { return root / "init.unfinished"; }
  [[nodiscard]] path init_lock() const { return root / "init.lock"; }
};

// What a store's directory says of keys that are not in it.
struct Pointer {
  path vault;
  model::StoreId store{};
  std::optional<path> key_encryption_key;
};

std::string lines_of(const Pointer& pointer) {
  auto text = fmt::format("vault {}\nstore {}\n", pointer.vault.string(), text_of(pointer.store));
  if (pointer.key_encryption_key)
    text += fmt::format("kek {}\n", pointer.key_encryption_key->string());
  return text;
}

// Nothing: the keys are in the store's own directory.
Result<std::optional<Pointer>> read_pointer(const Layout& layout) {
  KOPILKA_TRY_ASSIGN(const bool is_elsewhere, is_there(layout.keys_elsewhere()));
  if (!is_elsewhere) return std::nullopt;
  std::ifstream in(layout.keys_elsewhere(), std::ios::binary);
  Pointer pointer;
  std::optional<model::StoreId> store;
  for (std::string line; std::getline(in, line);) {
    const std::string_view text = line;
    const auto value = text.substr(std::min(text.find(' ') + 1, text.size()));
    if (text.starts_with("vault ")) pointer.vault = value;
    if (text.starts_with("store ")) store = parse_store(value);
    if (text.starts_with("kek ")) pointer.key_encryption_key = value;
  }
  if (pointer.vault.is_absolute() && store) {
    pointer.store = *store;
    return pointer;
  }
  return base::fail(ErrorKind::corrupt,
                    fmt::format("{} must name this node's file of keys and the store's id",
                                layout.keys_elsewhere().string()));
}

// Nothing: keys of before this was written down.
Result<std::optional<model::StoreId>> read_store(const KeysLayout& keys) {
  KOPILKA_TRY_ASSIGN(const bool is_known, is_there(keys.store()));
  if (!is_known) return std::nullopt;
  std::ifstream in(keys.store(), std::ios::binary);
  std::string text;
  std::getline(in, text);
  if (const auto store = parse_store(text)) return store;
  return base::fail(
      ErrorKind::corrupt,
      fmt::format("{} must hold a store's id: restore it from a copy", keys.store().string()));
}

Result<void> write_store(const KeysLayout& keys, const model::StoreId& store) {
  return make_file(keys.store(), text_of(store) + "\n");
}

Result<void> expect_keys_of(const KeysLayout& keys, const model::StoreId& store) {
  KOPILKA_TRY_ASSIGN(const auto found, read_store(keys));
  if (!found || *found == store) return {};
  return base::fail(
      ErrorKind::usage,
      fmt::format("the keys in {} are those of another store, {}, and the log is of store {}: name "
                  "the directory with this store's keys",
                  keys.root.string(), text_of(*found), text_of(store)));
}

Result<path> kek_of(const KeysLayout& keys) {
  KOPILKA_TRY_ASSIGN(const bool is_elsewhere, is_there(keys.kek_pointer()));
  if (!is_elsewhere) return keys.kek();
  std::ifstream in(keys.kek_pointer(), std::ios::binary);
  std::string text;
  if (std::getline(in, text) && !text.empty()) return path(text);
  return base::fail(ErrorKind::corrupt,
                    fmt::format("{} must name the file with the key-encryption key",
                                keys.kek_pointer().string()));
}

Result<KeysLayout> keys_to_make(const Layout& layout, const NewKeys& keys) {
  if (!keys.directory) return KeysLayout{layout.keys()};
  KOPILKA_TRY_ASSIGN(auto directory, full_path(*keys.directory));
  return KeysLayout{std::move(directory)};
}

// Its owner's only, if it was not there.
Result<void> make_directory(const path& directory) {
  KOPILKA_TRY_ASSIGN(const bool there, is_there(directory));
  if (there) return {};
  KOPILKA_TRY(segments::machine_files().make_directory(directory));
  std::error_code failed;
  std::filesystem::permissions(directory, std::filesystem::perms::owner_all, failed);
  return {};
}

// What a finished init made is never thrown away; the key that wraps may be a user's own.
Result<void> remove_unfinished(const KeysLayout& keys) {
  KOPILKA_TRY_ASSIGN(const bool is_unfinished, is_there(keys.unfinished()));
  const auto vault = vault::file_in(keys.root, 1);
  if (is_unfinished) {
    for (const auto& part : {vault, keys.signing(), keys.store(), keys.kek_pointer()})
      KOPILKA_TRY(segments::machine_files().remove(part));
    return segments::machine_files().sync_directory(keys.root);
  }
  KOPILKA_TRY_ASSIGN(const bool has_vault, is_there(vault));
  KOPILKA_TRY_ASSIGN(const bool has_store, is_there(keys.store()));
  if (!has_vault && !has_store) return {};
  return base::fail(ErrorKind::usage,
                    fmt::format("there are keys in {} already: name another directory with --keys; "
                                "or --join that one, to be another node of their store",
                                keys.root.string()));
}

}  // namespace

Result<vault::VaultPlace> keys_of(const Layout& layout) {
  KOPILKA_TRY_ASSIGN(const auto pointer, read_pointer(layout));
  const KeysLayout keys{pointer ? pointer->vault.parent_path() : layout.keys()};
  if (pointer) KOPILKA_TRY(expect_keys_of(keys, pointer->store));
  vault::VaultPlace place{pointer ? pointer->vault : vault::file_in(keys.root, 1), {}};
  if (pointer && pointer->key_encryption_key) {
    place.key_encryption_key = *pointer->key_encryption_key;
    return place;
  }
  KOPILKA_TRY_ASSIGN(place.key_encryption_key, kek_of(keys));
  return place;
}

Result<SigningPlace> signing_key_of(const Layout& layout) {
  KOPILKA_TRY_ASSIGN(const auto place, keys_of(layout));
  return SigningPlace{KeysLayout{place.vault.parent_path()}.signing(), place.key_encryption_key};
}

Result<std::unique_ptr<segments::Lock>> make_keys(const Layout& layout, const NewKeys& keys,
                                                  ports::Random& random) {
  KOPILKA_TRY_ASSIGN(const auto made, keys_to_make(layout, keys));
  KOPILKA_TRY(make_directory(made.root));
  std::unique_ptr<segments::Lock> lock;
  if (keys.directory) {
    KOPILKA_TRY_ASSIGN(lock, segments::machine_files().lock(made.init_lock()));
  }
  KOPILKA_TRY(remove_unfinished(made));
  KOPILKA_TRY(make_file(made.unfinished(), "made by a `kopilka init` that has not finished\n"));
  vault::VaultPlace place{vault::file_in(made.root, 1), made.kek()};
  if (keys.key_encryption_key) {
    KOPILKA_TRY_ASSIGN(place.key_encryption_key, full_path(*keys.key_encryption_key));
    KOPILKA_TRY(make_file(made.kek_pointer(), place.key_encryption_key.string() + "\n"));
  }
  KOPILKA_TRY(vault::FileVault::create(place, keys.store_key, random));
  KOPILKA_TRY(vault::SigningKey::create(made.signing(), place.key_encryption_key, random));
  return lock;
}

Result<SigningPlace> new_signing_key_of(const Layout& layout, const NewKeys& keys) {
  KOPILKA_TRY_ASSIGN(const auto made, keys_to_make(layout, keys));
  KOPILKA_TRY_ASSIGN(auto kek, kek_of(made));
  return SigningPlace{made.signing(), std::move(kek)};
}

Result<void> finish_keys(const Layout& layout, const NewKeys& keys, const model::StoreId& store) {
  KOPILKA_TRY_ASSIGN(const auto made, keys_to_make(layout, keys));
  if (keys.directory) {
    const Pointer pointer{vault::file_in(made.root, 1), store, {}};
    KOPILKA_TRY(make_file(layout.keys_elsewhere(), lines_of(pointer)));
  }
  KOPILKA_TRY(write_store(made, store));
  KOPILKA_TRY(segments::machine_files().remove(made.unfinished()));
  return segments::machine_files().sync_directory(made.root);
}

Result<bool> are_keys_finished(const Layout& layout) {
  KOPILKA_TRY_ASSIGN(const auto pointer, read_pointer(layout));
  const KeysLayout keys{pointer ? pointer->vault.parent_path() : layout.keys()};
  KOPILKA_TRY_ASSIGN(const bool is_unfinished, is_there(keys.unfinished()));
  KOPILKA_TRY_ASSIGN(const bool has_store, is_there(keys.store()));
  return has_store && !is_unfinished;
}

Result<bool> has_joined(const Layout& layout) {
  KOPILKA_TRY_ASSIGN(const auto pointer, read_pointer(layout));
  return pointer && vault::number_of(pointer->vault.filename().string()) != 1U;
}

Result<void> expect_keys_to_join(const path& directory, const model::StoreId& store) {
  KOPILKA_TRY_ASSIGN(auto root, full_path(directory));
  const KeysLayout keys{std::move(root)};
  KOPILKA_TRY_ASSIGN(const bool is_unfinished, is_there(keys.unfinished()));
  if (is_unfinished)
    return base::fail(
        ErrorKind::not_available,
        fmt::format("the `init` that makes the keys in {} has not finished: if it was "
                    "cut short, run it again first",
                    keys.root.string()));
  KOPILKA_TRY_ASSIGN(const bool has_vault, is_there(vault::file_in(keys.root, 1)));
  if (!has_vault)
    return base::fail(
        ErrorKind::usage,
        fmt::format("there are no keys in {}: name the directory that holds those of the first "
                    "node, its `keys` or what its --keys said",
                    keys.root.string()));
  return expect_keys_of(keys, store);
}

Result<void> join_keys(const Layout& layout, const path& directory,
                       const std::optional<path>& key_encryption_key, const model::StoreId& store) {
  KOPILKA_TRY_ASSIGN(auto root, full_path(directory));
  const KeysLayout keys{std::move(root)};
  KOPILKA_TRY_ASSIGN(const auto known, read_store(keys));
  if (!known) KOPILKA_TRY(write_store(keys, store));
  Pointer pointer{.vault = {}, .store = store, .key_encryption_key = {}};
  KOPILKA_TRY_ASSIGN(auto kek, kek_of(keys));
  if (key_encryption_key) {
    KOPILKA_TRY_ASSIGN(kek, full_path(*key_encryption_key));
    pointer.key_encryption_key = kek;
  }
  // What is named was made: the name comes last.
  KOPILKA_TRY_ASSIGN(const auto left, read_pointer(layout));
  if (left && left->vault.parent_path() == keys.root) {
    KOPILKA_TRY_ASSIGN(const bool there, is_there(left->vault));
    if (there) pointer.vault = left->vault;
  }
  if (pointer.vault.empty()) {
    KOPILKA_TRY_ASSIGN(const auto own, vault::FileVault::join({vault::file_in(keys.root, 1), kek}));
    pointer.vault = own.vault;
  }
  return make_file(layout.keys_elsewhere(), lines_of(pointer));
}

Result<void> copy_keys(const Layout& from, const Layout& to, const model::StoreId& store) {
  auto& files = segments::machine_files();
  KOPILKA_TRY_ASSIGN(const auto place, keys_of(from));
  const KeysLayout source{place.vault.parent_path()};
  const KeysLayout copy{to.keys()};
  KOPILKA_TRY(make_directory(copy.root));
  KOPILKA_TRY_ASSIGN(const auto names, files.list(source.root));
  const bool has_kek = place.key_encryption_key == source.kek();
  for (const auto& name : names) {
    const auto part = source.root / name;
    const bool is_key =
        vault::number_of(name) || part == source.signing() || (has_kek && part == source.kek());
    if (!is_key) continue;
    std::error_code failed;
    std::filesystem::copy_file(source.root / name, copy.root / name,
                               std::filesystem::copy_options::overwrite_existing, failed);
    if (failed)
      return base::fail(ErrorKind::io,
                        fmt::format("cannot copy {} to {}: {}", (source.root / name).string(),
                                    copy.root.string(), failed.message()));
    KOPILKA_TRY_ASSIGN(const auto copied, files.open(copy.root / name, segments::Access::write));
    KOPILKA_TRY(copied->sync());
  }
  if (!has_kek)
    KOPILKA_TRY(make_file(copy.kek_pointer(), place.key_encryption_key.string() + "\n"));
  return write_store(copy, store);
}

}  // namespace kopilka::app
