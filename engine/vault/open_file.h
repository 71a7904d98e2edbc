#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <utility>

#include "engine/base/bytes.h"
#include "engine/base/result.h"

namespace kopilka::vault {

// An open file, closed when it goes. Offsets are in bytes from its beginning. Errors are of kind
// io and name the path and the machine's reason.
class OpenFile {
 public:
  // `flags` as for open(2); a file that is made is its owner's only.
  [[nodiscard]] static base::Result<OpenFile> open(const std::filesystem::path& path, int flags);
  OpenFile(OpenFile&& other) noexcept
      : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}
  OpenFile& operator=(OpenFile&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~OpenFile();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] base::Result<std::uint64_t> size() const;
  // At most `size` bytes; fewer only at the end of the file.
  [[nodiscard]] base::Result<base::Bytes> read_at(std::uint64_t offset, std::size_t size) const;
  [[nodiscard]] base::Result<void> write_at(std::uint64_t offset, base::ByteView bytes);
  // fdatasync. One that failed must not be tried again: the kernel may have dropped what it held.
  [[nodiscard]] base::Result<void> sync();
  [[nodiscard]] base::Result<void> truncate(std::uint64_t size);
  // False: another process has it.
  [[nodiscard]] base::Result<bool> try_lock();
  // Whether anyone but the owner may read or write it.
  [[nodiscard]] base::Result<bool> is_open_to_others() const;

 private:
  OpenFile(std::filesystem::path path, int descriptor)
      : path_(std::move(path)), descriptor_(descriptor) {}

  std::filesystem::path path_;
  int descriptor_;
};

// Makes what happened to names in a directory durable.
[[nodiscard]] base::Result<void> sync_directory(const std::filesystem::path& directory);

}  // namespace kopilka::vault
