#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/check.h"
#include "engine/segments/file.h"

namespace kopilka::segments {
namespace {

using base::ErrorKind;
using base::Result;

std::unexpected<base::Error> refused(std::string_view what, const std::filesystem::path& path) {
  const int code = errno;
  return base::fail(
      code == ENOENT ? ErrorKind::not_available : ErrorKind::io,
      fmt::format("cannot {} {}: {}", what, path.string(), std::generic_category().message(code)));
}

// A file descriptor, closed at the end.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

// Repeats what a signal interrupted before anything was done.
template <class Call>
auto unless_interrupted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR)
    result = call();
  return result;
}

Result<std::size_t> read_fully(int descriptor, std::uint64_t offset, std::span<char> into,
                               const std::filesystem::path& path) {
  std::size_t done = 0;
  while (done < into.size()) {
    const auto got = unless_interrupted([&] {
      return ::pread(descriptor, into.data() + done, into.size() - done,
                     static_cast<off_t>(offset + done));
    });
    if (got < 0) return refused("read", path);
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

class MachineFile final : public File {
 public:
  MachineFile(Descriptor descriptor, std::filesystem::path path, Access access)
      : descriptor_(std::move(descriptor)), path_(std::move(path)), access_(access) {}

  Result<std::size_t> read_at(std::uint64_t offset, std::span<char> into) override {
    if (access_ != Access::write_through)
      return read_fully(descriptor_.number(), offset, into, path_);
    const auto begin = offset / kPageBytes * kPageBytes;
    const auto lead = static_cast<std::size_t>(offset - begin);
    PageBuffer pages(lead + into.size());
    KOPILKA_TRY_ASSIGN(const auto got,
                       read_fully(descriptor_.number(), begin, pages.span(), path_));
    if (got <= lead) return 0;
    const auto usable = std::min(got - lead, into.size());
    std::memcpy(into.data(), pages.view().data() + lead, usable);
    return usable;
  }

  Result<void> write_at(std::uint64_t offset, base::ByteView bytes) override {
    const auto done = unless_interrupted([&] {
      return ::pwrite(descriptor_.number(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    });
    if (done < 0) return refused("write", path_);
    // A short write is the beginning of a refusal. Going on would be trying again.
    if (static_cast<std::size_t>(done) != bytes.size())
      return base::fail(ErrorKind::io, fmt::format("cannot write {}: {} of {} bytes were taken",
                                                   path_.string(), done, bytes.size()));
    return {};
  }

  Result<void> sync() override {
    if (::fdatasync(descriptor_.number()) != 0) return refused("sync", path_);
    return {};
  }

  Result<std::uint64_t> size() override {
    struct stat facts{};
    if (::fstat(descriptor_.number(), &facts) != 0) return refused("look at", path_);
    return static_cast<std::uint64_t>(facts.st_size);
  }

  Result<void> resize(std::uint64_t size) override {
    if (::ftruncate(descriptor_.number(), static_cast<off_t>(size)) != 0)
      return refused("resize", path_);
    return {};
  }

  Result<void> reserve(std::uint64_t size) override {
    if (::fallocate(descriptor_.number(), 0, 0, static_cast<off_t>(size)) == 0) return {};
    if (errno == EOPNOTSUPP || errno == ENOSYS) return {};  // the zeros will take the space
    return refused("reserve space for", path_);
  }

  void forget_cached() override {
    // Advice only: where it is not taken, there is no disk behind the cache (tmpfs).
    (void)::posix_fadvise(descriptor_.number(), 0, 0, POSIX_FADV_DONTNEED);
  }

 private:
  Descriptor descriptor_;
  std::filesystem::path path_;
  Access access_;
};

// A lock of the open file, not of the process: a second log in one process is kept out too.
struct flock whole_file(short type) {
  struct flock range{};
  range.l_type = type;
  range.l_whence = SEEK_SET;
  return range;
}

class MachineLock final : public Lock {
 public:
  explicit MachineLock(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

 private:
  Descriptor descriptor_;
};

class MachineFiles final : public Files {
 public:
  Result<std::unique_ptr<File>> open(const std::filesystem::path& path, Access access) override {
    int flags = O_CLOEXEC;
    flags |= access == Access::read ? O_RDONLY : O_RDWR;
    if (access == Access::write_through) flags |= O_DIRECT | O_DSYNC;
    Descriptor descriptor(unless_interrupted([&] { return ::open(path.c_str(), flags); }));
    if (descriptor.number() < 0) {
      if (access == Access::write_through && errno == EINVAL)
        return base::fail(ErrorKind::not_available, path.string() + " cannot be written directly");
      return refused("open", path);
    }
    if (access == Access::write_through) {
      // Some file systems take the flag and refuse the transfers.
      PageBuffer page(kPageBytes);
      if (::pread(descriptor.number(), page.span().data(), kPageBytes, 0) < 0)
        return base::fail(ErrorKind::not_available, path.string() + " cannot be read directly");
    }
    return std::make_unique<MachineFile>(std::move(descriptor), path, access);
  }

  Result<std::unique_ptr<File>> create(const std::filesystem::path& path) override {
    Descriptor descriptor(unless_interrupted(
        [&] { return ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0640); }));
    if (descriptor.number() < 0) return refused("create", path);
    return std::make_unique<MachineFile>(std::move(descriptor), path, Access::write);
  }

  Result<void> rename(const std::filesystem::path& from, const std::filesystem::path& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) return refused("rename", from);
    return {};
  }

  Result<void> remove(const std::filesystem::path& path) override {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return refused("remove", path);
    return {};
  }

  Result<void> make_directory(const std::filesystem::path& path) override {
    std::error_code code;
    if (path.empty()) {
      errno = ENOENT;
      return refused("make directory", path);
    }
    if (std::filesystem::is_directory(path, code)) return {};
    const auto parent = std::filesystem::absolute(path, code).parent_path();
    if (!std::filesystem::is_directory(parent, code)) KOPILKA_TRY(make_directory(parent));
    if (::mkdir(path.c_str(), 0750) != 0 && errno != EEXIST) return refused("make directory", path);
    return sync_directory(parent);
  }

  Result<void> sync_directory(const std::filesystem::path& path) override {
    const Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (descriptor.number() < 0) return refused("open directory", path);
    if (::fsync(descriptor.number()) != 0) return refused("sync directory", path);
    return {};
  }

  Result<std::vector<std::string>> list(const std::filesystem::path& directory) override {
    std::vector<std::string> names;
    std::error_code code;
    std::filesystem::directory_iterator entry(directory, code);
    for (; !code && entry != std::filesystem::directory_iterator{}; entry.increment(code))
      if (std::error_code ignored; entry->is_regular_file(ignored))
        names.push_back(entry->path().filename().string());
    if (code) {
      errno = code.value();
      return refused("list", directory);
    }
    std::ranges::sort(names);
    return names;
  }

  Result<std::unique_ptr<Lock>> lock(const std::filesystem::path& path) override {
    Descriptor descriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640));
    if (descriptor.number() < 0) return refused("open", path);
    auto range = whole_file(F_WRLCK);
    if (::fcntl(descriptor.number(), F_OFD_SETLK, &range) != 0) {
      if (errno != EAGAIN && errno != EACCES) return refused("lock", path);
      std::string holder(16, '\0');
      const auto got = ::pread(descriptor.number(), holder.data(), holder.size(), 0);
      holder.resize(got > 0 ? std::min(holder.find('\n'), static_cast<std::size_t>(got)) : 0);
      return base::fail(ErrorKind::not_available,
                        fmt::format("another process ({}) has it: {}",
                                    holder.empty() ? "unknown" : holder, path.string()));
    }
    const auto pid = fmt::format("{}\n", ::getpid());
    if (::ftruncate(descriptor.number(), 0) != 0 ||
        ::pwrite(descriptor.number(), pid.data(), pid.size(), 0) < 0)
      return refused("write", path);
    return std::make_unique<MachineLock>(std::move(descriptor));
  }

  Result<bool> is_locked(const std::filesystem::path& path) override {
    const Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (descriptor.number() < 0) {
      if (errno == ENOENT) return false;
      return refused("open", path);
    }
    auto range = whole_file(F_WRLCK);
    if (::fcntl(descriptor.number(), F_OFD_GETLK, &range) != 0) return refused("look at", path);
    return range.l_type != F_UNLCK;
  }
};

}  // namespace

PageBuffer::PageBuffer(std::size_t size)
    : size_((std::max<std::size_t>(size, 1) + kPageBytes - 1) / kPageBytes * kPageBytes),
      bytes_(static_cast<char*>(std::aligned_alloc(kPageBytes, size_))) {
  KOPILKA_CHECK(bytes_ != nullptr);
  std::memset(bytes_.get(), 0, size_);
}

void PageBuffer::Release::operator()(char* bytes) const {
  std::free(bytes);
}

Files& machine_files() {
  static MachineFiles files;
  return files;
}

}  // namespace kopilka::segments
