#include "engine/vault/open_file.h"

#include <system_error>

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kopilka::vault {
namespace {

using base::Bytes;
using base::Result;

std::unexpected<base::Error> failed(std::string_view what, const std::filesystem::path& path) {
  const std::error_code why(errno, std::generic_category());
  return base::fail(base::ErrorKind::io,
                    "cannot " + std::string(what) + " " + path.string() + ": " + why.message());
}

}  // namespace

Result<OpenFile> OpenFile::open(const std::filesystem::path& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor < 0) return failed("open", path);
  return OpenFile(path, descriptor);
}

OpenFile::~OpenFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<std::uint64_t> OpenFile::size() const {
  struct stat found{};
  if (::fstat(descriptor_, &found) != 0) return failed("look at", path_);
  return static_cast<std::uint64_t>(found.st_size);
}

Result<Bytes> OpenFile::read_at(std::uint64_t offset, std::size_t size) const {
  Bytes bytes(size, '\0');
  std::size_t done = 0;
  while (done < size) {
    const auto got =
        ::pread(descriptor_, bytes.data() + done, size - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed("read", path_);
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

Result<void> OpenFile::write_at(std::uint64_t offset, base::ByteView bytes) {
  while (!bytes.empty()) {
    const auto put = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return failed("write", path_);
    offset += static_cast<std::uint64_t>(put);
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return {};
}

Result<void> OpenFile::sync() {
  if (::fdatasync(descriptor_) != 0) return failed("sync", path_);
  return {};
}

Result<void> OpenFile::truncate(std::uint64_t size) {
  if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) return failed("cut", path_);
  return {};
}

Result<bool> OpenFile::try_lock() {
  while (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return false;
    if (errno != EINTR) return failed("lock", path_);
  }
  return true;
}

Result<bool> OpenFile::is_open_to_others() const {
  struct stat found{};
  if (::fstat(descriptor_, &found) != 0) return failed("look at", path_);
  return (found.st_mode & (S_IRWXG | S_IRWXO)) != 0;
}

Result<void> sync_directory(const std::filesystem::path& directory) {
  const auto& path = directory.empty() ? std::filesystem::path(".") : directory;
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return failed("open", path);
  const int synced = ::fsync(descriptor);
  const int why = errno;
  ::close(descriptor);
  errno = why;
  if (synced != 0) return failed("sync", path);
  return {};
}

}  // namespace kopilka::vault
