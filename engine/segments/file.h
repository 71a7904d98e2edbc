#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/result.h"

// What the segments need of a file system, small enough that a twin in memory can lose, tear and
// refuse at every step.
namespace kopilka::segments {

// Unbuffered I/O moves whole pages from page-aligned memory; every slot begins on a page.
inline constexpr std::size_t kPageBytes = 4096;

// Memory on a page boundary, zeroed.
class PageBuffer {
 public:
  // Rounded up to whole pages.
  explicit PageBuffer(std::size_t size);
  [[nodiscard]] std::span<char> span() { return {bytes_.get(), size_}; }
  [[nodiscard]] base::ByteView view() const { return {bytes_.get(), size_}; }

 private:
  struct Release {
    void operator()(char* bytes) const;
  };
  std::size_t size_;
  std::unique_ptr<char, Release> bytes_;
};

enum class Access : unsigned char {
  read,
  // Writes go through the page cache and are durable after `sync`.
  write,
  // Writes bypass the cache and are durable when they return (O_DIRECT and O_DSYNC). They move
  // whole pages from page-aligned memory to page-aligned offsets; reads may be of any range.
  write_through,
};

// One open file. Reads may come from several threads, if nobody writes; else one thread.
class File {
 public:
  virtual ~File() = default;
  // Fills `into` from `offset` on; fewer bytes only at the end of the file.
  [[nodiscard]] virtual base::Result<std::size_t> read_at(std::uint64_t offset,
                                                          std::span<char> into) = 0;
  // All of them, or an error after which any part may have been written.
  [[nodiscard]] virtual base::Result<void> write_at(std::uint64_t offset, base::ByteView bytes) = 0;
  // What was written, and the size, durably.
  [[nodiscard]] virtual base::Result<void> sync() = 0;
  [[nodiscard]] virtual base::Result<std::uint64_t> size() = 0;
  // Shorter, or longer by zeros.
  [[nodiscard]] virtual base::Result<void> resize(std::uint64_t size) = 0;
  // Takes the space, so that a full disk is known before a batch is written; may do nothing.
  [[nodiscard]] virtual base::Result<void> reserve(std::uint64_t size) = 0;
  // The next reads come from the disk, not from what the page cache believes.
  virtual void forget_cached() = 0;
};

// Held until destroyed, or until the process ends in any way.
class Lock {
 public:
  virtual ~Lock() = default;
};

// A file that is not there is `not_available`; every other refusal of the machine is `io`.
// Thread-safe.
class Files {
 public:
  virtual ~Files() = default;
  // `write_through` is `not_available` where the file system cannot do it.
  [[nodiscard]] virtual base::Result<std::unique_ptr<File>> open(const std::filesystem::path& path,
                                                                 Access access) = 0;
  // New and empty, whatever was there before, with Access::write.
  [[nodiscard]] virtual base::Result<std::unique_ptr<File>> create(
      const std::filesystem::path& path) = 0;
  // Replaces `to`. Durable after `sync_directory`, as `remove` and `create` are.
  [[nodiscard]] virtual base::Result<void> rename(const std::filesystem::path& from,
                                                  const std::filesystem::path& to) = 0;
  // Nothing happens when it is not there.
  [[nodiscard]] virtual base::Result<void> remove(const std::filesystem::path& path) = 0;
  // With its parents; durable itself.
  [[nodiscard]] virtual base::Result<void> make_directory(const std::filesystem::path& path) = 0;
  [[nodiscard]] virtual base::Result<void> sync_directory(const std::filesystem::path& path) = 0;
  // Names of the plain files, in ascending order.
  [[nodiscard]] virtual base::Result<std::vector<std::string>> list(
      const std::filesystem::path& directory) = 0;
  // not_available, naming the holder, when another open log has it.
  [[nodiscard]] virtual base::Result<std::unique_ptr<Lock>> lock(
      const std::filesystem::path& path) = 0;
  // Whether somebody holds that lock, without disturbing anyone who is about to take it.
  [[nodiscard]] virtual base::Result<bool> is_locked(const std::filesystem::path& path) = 0;
};

// Those of this machine.
[[nodiscard]] Files& machine_files();

}  // namespace kopilka::segments
