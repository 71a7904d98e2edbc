#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>

#include "engine/ports/state_store.h"

namespace kopilka::rocks {

enum class Access : unsigned char {
  read_write,  // one process at a time
  read_only,   // what was applied before it was opened; a writer may go on meanwhile
  // As read_write, for filling a store from nothing: runs are neither bounded nor merged until
  // `finish_bulk_load`, so that each row is written twice at most. Reads grow dear meanwhile.
  bulk_load,
};

struct Options {
  std::filesystem::path directory;      // made by a writer when absent
  std::size_t memory_bytes{64U << 20};  // of the block cache: data, indexes and filters
  Access access{Access::read_write};
};

struct Stats {
  std::size_t runs{0};          // sorted runs that a look-up may have to ask, at most kRunsMax
  std::uint64_t disk_bytes{0};  // of live files
};

// Look-ups grow dearer with every sorted run, so an apply waits for compaction rather than add one
// above this.
inline constexpr std::size_t kRunsMax = 6;

// A StateStore in a directory of RocksDB. Each change set becomes one sorted file that holds its
// rows and its position, and is taken over by one atomic record of the manifest: there is no
// write-ahead log, and nothing of a change set that a crash cut short is ever seen.
//
// Keys must not begin with the byte 0x00; the position lies there.
// Threads: as the port says; `stats` from any thread.
// Errors: not_available: another process writes, or nothing to read yet; corrupt names the file;
// io: the machine's answer ("no space" named). After a failed `apply` the store may be read, and
// is to be opened again before the next `apply`.
class RocksStateStore final : public ports::StateStore {
 public:
  [[nodiscard]] static base::Result<std::unique_ptr<RocksStateStore>> open(const Options& options);
  // Removes the store and all that is in its directory. not_available: it is open for writing.
  [[nodiscard]] static base::Result<void> destroy(const std::filesystem::path& directory);
  ~RocksStateStore() override;

  [[nodiscard]] base::Result<base::Bytes> position() override;
  [[nodiscard]] base::Result<std::optional<base::Bytes>> get(base::ByteView key) override;
  [[nodiscard]] base::Result<std::vector<std::optional<base::Bytes>>> multi_get(
      std::span<const base::Bytes> keys) override;
  [[nodiscard]] base::Result<std::unique_ptr<ports::RowCursor>> scan(base::ByteView prefix,
                                                                     base::ByteView from) override;
  // Durable when it returns. May wait for compaction.
  [[nodiscard]] base::Result<void> apply(std::vector<ports::Change> changes,
                                         base::ByteView position) override;
  // Nothing is left to be done.
  [[nodiscard]] base::Result<void> sync() override { return {}; }
  // Hard links where the file system allows it, so quick and small. The directory that it is to
  // stand in must exist.
  [[nodiscard]] base::Result<void> checkpoint(const std::filesystem::path& directory) override;

  [[nodiscard]] Stats stats() const;
  // Reads every block of every file and checks it. corrupt names the first that is damaged.
  [[nodiscard]] base::Result<void> verify();
  // Merges all runs into one: dear.
  [[nodiscard]] base::Result<void> compact();
  // Leaves no more runs than a store in use has when it rests: merges them into one if there are
  // more, and nothing otherwise.
  [[nodiscard]] base::Result<void> finish_bulk_load();

 private:
  struct Engine;
  explicit RocksStateStore(std::unique_ptr<Engine> engine);

  std::unique_ptr<Engine> engine_;
};

}  // namespace kopilka::rocks
