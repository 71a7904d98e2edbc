#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/vault/slot_index.h"
#include "engine/vault/vault_file.h"
#include "engine/vault/vault_format.h"

namespace kopilka::vault {

// The files of one store in a directory: `vault`, `vault.2`, `vault.3`, ... Each node writes its
// own, and all read all.
inline constexpr std::uint32_t kFilesMax = 1'000;
[[nodiscard]] std::filesystem::path file_in(const std::filesystem::path& directory,
                                            std::uint32_t number);
// Nothing: no name of such a file.
[[nodiscard]] std::optional<std::uint32_t> number_of(std::string_view name);

// A person's key as a file holds it, wrapped.
struct HeldKey {
  const VaultFile* file{nullptr};
  bool is_own{false};  // in the node's own file
  SlotRecord record;
};

// What all files together say of a person.
struct Standing {
  std::uint32_t destroyed{0};  // every key of a generation up to this one is gone; 0: none
  // Of later generations; at most one a file, the own one first.
  std::vector<HeldKey> keys;
};

// Those files as one: which keys a person has and had, and where a new one goes. What one file
// says was destroyed is destroyed in all. Knows no secrets. Not shared between threads.
class KeyRing {
 public:
  // `own` with `access`, and whatever lies beside it for reading. Errors are VaultFile's and name
  // the file; usage: one of them is another store's.
  [[nodiscard]] static base::Result<KeyRing> open(const std::filesystem::path& own, Access access);

  [[nodiscard]] const Header& header() const { return own().header(); }
  [[nodiscard]] const std::filesystem::path& path() const { return own().path(); }
  [[nodiscard]] Access access() const { return own().access(); }
  // Persons that the own file knows of.
  [[nodiscard]] std::size_t subjects() const { return sources_.front().index.size(); }

  [[nodiscard]] base::Result<Standing> standing_of(model::MemberId member) const;
  // Finds what other nodes added since the last look, new files too.
  [[nodiscard]] base::Result<void> look_again();

  // Into the own file; durable after `sync`. REQUIRES: read_write; a later generation than was
  // destroyed, and no own key of it yet
  [[nodiscard]] base::Result<void> append(const SlotRecord& record);
  // Overwrites every key of the member in every file; durable when it returns. Cut short, it has
  // happened or not, and may be called again. not_available: another process writes one of the
  // files; nothing was destroyed. REQUIRES: read_write
  [[nodiscard]] base::Result<void> destroy(model::MemberId member);
  [[nodiscard]] base::Result<void> sync() { return sources_.front().file.sync(); }

 private:
  struct Source {
    VaultFile file;
    SlotIndex index;
  };

  explicit KeyRing(VaultFile own) { sources_.push_back({std::move(own), {}}); }

  [[nodiscard]] const VaultFile& own() const { return sources_.front().file; }
  struct Found {
    Slot slot{0};
    SlotRecord record;
  };

  // The last slot of the member, as it is now.
  [[nodiscard]] static base::Result<std::optional<Found>> find(const Source& source,
                                                               model::MemberId member);
  [[nodiscard]] base::Result<void> load(Source& source);
  [[nodiscard]] base::Result<void> add_new_files();
  [[nodiscard]] base::Result<std::vector<VaultFile>> hold_others() const;

  std::deque<Source> sources_;  // the own one first
};

}  // namespace kopilka::vault
