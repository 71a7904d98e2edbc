#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "engine/base/result.h"
#include "engine/vault/open_file.h"
#include "engine/vault/vault_format.h"

namespace kopilka::vault {

enum class Access : unsigned char {
  read_write,  // one process at a time
  read_only,   // beside a writer; sees what that one adds and destroys
};

// The records of a vault on a disk: appended, and destroyed in place. Knows offsets, checksums and
// what a crash may leave, but no keys. Not shared between threads.
class VaultFile {
 public:
  using Visit = std::function<void(Slot, const SlotRecord&)>;

  // A file with a header and no records, durable. It appears whole or not at all, and of two who
  // make it at once one does. usage: it is there already; not_available: another is making it.
  [[nodiscard]] static base::Result<void> create(const std::filesystem::path& path,
                                                 const Header& header);
  // not_available: another process writes to it; corrupt: names file and offset.
  [[nodiscard]] static base::Result<VaultFile> open(const std::filesystem::path& path,
                                                    Access access);
  VaultFile(VaultFile&&) = default;
  ~VaultFile();

  [[nodiscard]] const Header& header() const { return header_; }
  [[nodiscard]] const std::filesystem::path& path() const { return file_.path(); }
  [[nodiscard]] Access access() const { return access_; }

  // Visits the records from the first that was not visited yet to the last in the file, but none
  // that is unused; a reader may be shown some again that lie behind one not yet whole. A writer
  // calls it once, before it appends, and mends what a crash left.
  [[nodiscard]] base::Result<void> visit_new(const Visit& visit);

  // As it is now, which another process may have destroyed. REQUIRES: a visit came by it, or it was
  // appended
  [[nodiscard]] base::Result<SlotRecord> read(Slot slot) const;
  // Durable after `sync` only. REQUIRES: read_write
  [[nodiscard]] base::Result<Slot> append(const SlotRecord& record);
  // Overwrites the key of a record with zeros; durable when it returns. REQUIRES: read_write; the
  // slot is one of the file's, though this need not have visited it
  [[nodiscard]] base::Result<void> destroy(Slot slot);
  [[nodiscard]] base::Result<void> sync();

 private:
  struct Head {
    Header header;
    Slot floor{0};
  };

  VaultFile(OpenFile file, Access access, const Head& head)
      : file_(std::move(file)), access_(access), header_(head.header), floor_(head.floor) {}

  [[nodiscard]] static base::Result<Head> read_head(const OpenFile& file, Access access);
  [[nodiscard]] base::Result<void> open_again();
  [[nodiscard]] base::Result<SlotRecord> read_on_disk(Slot slot) const;
  [[nodiscard]] std::unexpected<base::Error> damaged(std::uint64_t offset) const;
  [[nodiscard]] base::Result<void> fill(const std::vector<Slot>& holes);
  [[nodiscard]] base::Result<void> write_pending();
  [[nodiscard]] base::Result<void> sync_file();

  OpenFile file_;
  Access access_;
  Header header_;
  Slot floor_;  // slots below are durable for certain
  Slot floor_on_disk_{floor_};
  bool was_visited_{false};
  Slot unvisited_{0};    // where the next visit begins
  Slot written_{0};      // slots that the file holds
  Slot count_{0};        // slots with those that wait in pending_
  base::Bytes pending_;  // the file's bytes from slot written_ on
  bool is_synced_{true};
  bool is_broken_{false};  // a write failed: what the file holds is not known
};

}  // namespace kopilka::vault
