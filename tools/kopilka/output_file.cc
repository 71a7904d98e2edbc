#include "tools/kopilka/output_file.h"

#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace kopilka::tools {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kFileMode = 0640;  // sums of people: not for everybody on this machine

std::string reason() {
  return std::generic_category().message(errno);
}

std::unexpected<Failure> is_there(const fs::path& path) {
  return usage_error(fmt::format(
      "{} is there already; name another file, or replace it with --force", path.string()));
}

base::Result<void> write_all(int descriptor, std::string_view text, std::string_view where) {
  while (!text.empty()) {
    const auto written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0)
      return base::fail(base::ErrorKind::io, fmt::format("cannot write {}: {}", where, reason()));
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Outcome<void> sync_directory_of(const fs::path& path) {
  const auto directory = path.has_parent_path() ? path.parent_path() : fs::path(".");
  const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool is_synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  const auto why = reason();
  if (descriptor >= 0) ::close(descriptor);
  if (is_synced) return {};
  return std::unexpected(
      Failure{ExitCode::not_available,
              fmt::format("{} is whole, but a power cut may still undo it: cannot sync {}: {}",
                          path.string(), directory.string(), why)});
}

}  // namespace

Outcome<std::unique_ptr<OutputFile>> OutputFile::create(const fs::path& path, Existing existing) {
  std::error_code ignored;
  const auto status = fs::status(path, ignored);
  auto target = path;
  if (fs::exists(status)) {
    if (!fs::is_regular_file(status))
      return usage_error(
          fmt::format("{} is no plain file; leave --output out and redirect standard output there",
                      path.string()));
    if (existing == Existing::refuse) return is_there(path);
    target = fs::canonical(path, ignored);
    if (ignored) target = path;
  }
  std::unique_ptr<OutputFile> file(new OutputFile(std::move(target), existing));
  KOPILKA_TRY(file->open());
  return file;
}

// Named after this process, so that two that write the same file do not meet before the end.
Outcome<void> OutputFile::open() {
  for (int attempt = 0;; ++attempt) {
    auto name = path_;
    name += fmt::format(".unfinished-{}-{}", ::getpid(), attempt);
    descriptor_ = ::open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, kFileMode);
    if (descriptor_ >= 0) {
      unfinished_ = std::move(name);
      return {};
    }
    if (errno != EEXIST)
      return usage_error(fmt::format("cannot write {}: {}", path_.string(), reason()));
  }
}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!unfinished_.empty()) ::unlink(unfinished_.c_str());
}

base::Result<void> OutputFile::write(std::string_view text) {
  return write_all(descriptor_, text, path_.string());
}

Outcome<void> OutputFile::finish() {
  if (::fsync(descriptor_) != 0)
    return std::unexpected(Failure{
        ExitCode::not_available,
        fmt::format("cannot write {}: {}; nothing there was changed", path_.string(), reason())});
  // Somebody may have made a file of that name meanwhile.
  const unsigned flags = existing_ == Existing::refuse ? RENAME_NOREPLACE : 0;
  if (::renameat2(AT_FDCWD, unfinished_.c_str(), AT_FDCWD, path_.c_str(), flags) != 0) {
    if (errno == EEXIST) return is_there(path_);
    // File systems without that flag.
    if (errno != EINVAL || ::rename(unfinished_.c_str(), path_.c_str()) != 0)
      return std::unexpected(Failure{ExitCode::not_available,
                                     fmt::format("cannot rename {} to {}: {}", unfinished_.string(),
                                                 path_.string(), reason())});
  }
  unfinished_.clear();
  return sync_directory_of(path_);
}

base::Result<void> StandardOutput::write(std::string_view text) {
  return write_all(STDOUT_FILENO, text, "standard output");
}

}  // namespace kopilka::tools
