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

  // A file with a header and no records, durable. It appears whole or not at all.
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
  // that is unused. A writer calls it once, before it appends, and mends what a crash left.
  [[nodiscard]] base::Result<void> visit_new(const Visit& visit);

  [[nodiscard]] base::Result<SlotRecord> read(Slot slot) const;
  // Durable after `sync` only. REQUIRES: read_write
  [[nodiscard]] base::Result<Slot> append(const SlotRecord& record);
  // Overwrites the key of a record with zeros; durable when it returns. REQUIRES: read_write
  [[nodiscard]] base::Result<void> destroy(Slot slot);
  [[nodiscard]] base::Result<void> sync();

 private:
  VaultFile(OpenFile file, Access access, Header header, Slot floor)
      : file_(std::move(file)), access_(access), header_(header), floor_(floor) {}

  [[nodiscard]] std::unexpected<base::Error> damaged(std::uint64_t offset) const;
  [[nodiscard]] base::Result<void> fill(const std::vector<Slot>& holes);
  [[nodiscard]] base::Result<void> write_pending();
  [[nodiscard]] base::Result<void> sync_file();

  OpenFile file_;
  Access access_;
  Header header_;
  Slot floor_;  // slots below are durable for certain
  Slot floor_on_disk_{floor_};
  Slot written_{0};      // slots that the file holds
  Slot count_{0};        // slots with those that wait in pending_
  base::Bytes pending_;  // the file's bytes from slot written_ on
  bool is_synced_{true};
  bool is_broken_{false};  // a write failed: what the file holds is not known
};

}  // namespace kopilka::vault
