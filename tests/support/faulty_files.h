#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/check.h"
#include "engine/base/result.h"
#include "engine/segments/file.h"

namespace kopilka::support {

// What happens at a chosen step instead of what was asked.
enum class FileFault : unsigned char {
  refuse,       // an error, and nothing done; a failed sync forgets what it should have written
  refuse_torn,  // an error, and every other sector of a write done
  stop,         // the machine stops before the step
  stop_torn,    // the machine stops in it: every other sector of a write is on the disk
};

// What a machine that stopped has of what was never synced.
enum class Unsynced : unsigned char {
  lost,    // nothing: power failed
  patchy,  // every other sector of the data, none of the names
  kept,    // everything: only the process was killed
};

// A file system in memory that keeps apart what a process sees and what a disk holds. Every step
// that changes something is counted, and one can be made to fail. Thread-safe.
class FaultyFiles final : public segments::Files {
 public:
  // Steps so far.
  [[nodiscard]] std::uint64_t steps() const {
    const std::lock_guard lock(mutex_);
    return steps_;
  }
  // The step that comes after `after` others from now on fails; 0: the next one.
  void plan(std::uint64_t after, FileFault fault) {
    const std::lock_guard lock(mutex_);
    planned_.emplace(steps_ + after, fault);
  }
  void allow_write_through(segments::Access best) {
    const std::lock_guard lock(mutex_);
    write_through_ = best == segments::Access::write_through;
  }
  // All files together may take so much.
  void limit_space(std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    space_ = bytes;
  }

  // From now on every step fails.
  void stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  [[nodiscard]] bool stopped() const {
    const std::lock_guard lock(mutex_);
    return stopped_;
  }
  // The machine again, with what survived, and no lock held.
  void restart(Unsynced unsynced) {
    const std::lock_guard lock(mutex_);
    stopped_ = false;
    planned_.clear();
    locks_.clear();
    ++life_;
    if (unsynced == Unsynced::kept) return;
    names_ = durable_names_;
    for (auto& [name, node] : names_) {
      if (unsynced == Unsynced::patchy) node->write_back(Parity::odd);
      node->dirty.clear();
      node->live = node->durable;
    }
  }

  [[nodiscard]] std::string content(const std::filesystem::path& path) const {
    const std::lock_guard lock(mutex_);
    return names_.at(path.string())->live;
  }
  // Behind everybody's back, on the disk too.
  void put(const std::filesystem::path& path, std::string bytes) {
    const std::lock_guard lock(mutex_);
    auto& node = *names_.at(path.string());
    node.live = bytes;
    node.durable = std::move(bytes);
  }
  void flip(const std::filesystem::path& path, std::uint64_t offset, unsigned char mask) {
    const std::lock_guard lock(mutex_);
    auto& node = *names_.at(path.string());
    for (auto* bytes : {&node.live, &node.durable})
      bytes->at(offset) = static_cast<char>(static_cast<unsigned char>(bytes->at(offset)) ^ mask);
  }
  void erase(const std::filesystem::path& path) {
    const std::lock_guard lock(mutex_);
    names_.erase(path.string());
    durable_names_.erase(path.string());
  }

  base::Result<std::unique_ptr<segments::File>> open(const std::filesystem::path& path,
                                                     segments::Access access) override;
  base::Result<std::unique_ptr<segments::File>> create(const std::filesystem::path& path) override;
  base::Result<void> rename(const std::filesystem::path& from,
                            const std::filesystem::path& to) override;
  base::Result<void> remove(const std::filesystem::path& path) override;
  base::Result<void> make_directory(const std::filesystem::path& /*path*/) override { return {}; }
  base::Result<void> sync_directory(const std::filesystem::path& path) override;
  base::Result<std::vector<std::string>> list(const std::filesystem::path& directory) override;
  base::Result<std::unique_ptr<segments::Lock>> lock(const std::filesystem::path& path) override;
  base::Result<bool> is_locked(const std::filesystem::path& path) override {
    const std::lock_guard lock(mutex_);
    return locks_.contains(path.string());
  }

 private:
  static constexpr std::size_t kSectorBytes = 512;
  enum class Parity : unsigned char { all, odd };

  struct Node {
    std::string live;
    std::string durable;
    std::set<std::size_t> dirty;  // sectors that differ only in the cache

    void change(std::uint64_t offset, base::ByteView bytes) {
      const auto end = static_cast<std::size_t>(offset) + bytes.size();
      if (live.size() < end) live.resize(end, '\0');
      live.replace(static_cast<std::size_t>(offset), bytes.size(), bytes);
      for (auto sector = static_cast<std::size_t>(offset) / kSectorBytes;
           sector * kSectorBytes < end; ++sector)
        dirty.insert(sector);
    }
    void write_back(Parity parity) {
      durable.resize(std::max(durable.size(), live.size()), '\0');
      for (const auto sector : dirty) {
        const auto begin = sector * kSectorBytes;
        if (begin >= live.size() || (parity == Parity::odd && sector % 2 == 0)) continue;
        const auto part = live.substr(begin, kSectorBytes);
        durable.replace(begin, part.size(), part);
      }
    }
    void sync() {
      write_back(Parity::all);
      durable.resize(live.size());
      dirty.clear();
    }
  };

  class OpenFile;
  class HeldLock;

  static std::unexpected<base::Error> refused(const std::string& what) {
    return base::fail(base::ErrorKind::io, "injected: " + what);
  }
  // Counts a step; the fault that was planned for it, if any.
  std::optional<FileFault> begin_step() {
    const auto found = planned_.find(steps_++);
    if (stopped_) return FileFault::stop;
    if (found == planned_.end()) return std::nullopt;
    stopped_ = found->second == FileFault::stop || found->second == FileFault::stop_torn;
    return found->second;
  }
  [[nodiscard]] std::uint64_t used() const {
    std::uint64_t sum = 0;
    for (const auto& [name, node] : names_)
      sum += node->live.size();
    return sum;
  }

  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Node>> names_;
  std::map<std::string, std::shared_ptr<Node>> durable_names_;
  std::set<std::string> locks_;
  std::map<std::uint64_t, FileFault> planned_;
  std::uint64_t steps_{0};
  std::uint64_t space_{std::uint64_t{1} << 40};
  std::uint64_t life_{0};
  bool write_through_{true};
  bool stopped_{false};
};

class FaultyFiles::OpenFile final : public segments::File {
 public:
  OpenFile(FaultyFiles& files, std::shared_ptr<Node> node, segments::Access access)
      : files_(files), node_(std::move(node)), access_(access) {}

  base::Result<std::size_t> read_at(std::uint64_t offset, std::span<char> into) override {
    const std::lock_guard lock(files_.mutex_);
    if (files_.stopped_) return refused("read");
    // A direct read writes the cache back first and then asks the disk.
    if (access_ == segments::Access::write_through && !node_->dirty.empty()) node_->sync();
    const auto& bytes = access_ == segments::Access::write_through ? node_->durable : node_->live;
    if (offset >= bytes.size()) return 0;
    const auto size = std::min(into.size(), bytes.size() - static_cast<std::size_t>(offset));
    bytes.copy(into.data(), size, static_cast<std::size_t>(offset));
    return size;
  }

  base::Result<void> write_at(std::uint64_t offset, base::ByteView bytes) override {
    const std::lock_guard lock(files_.mutex_);
    KOPILKA_CHECK(access_ != segments::Access::read);
    const bool through = access_ == segments::Access::write_through;
    if (through) {
      KOPILKA_CHECK(offset % segments::kPageBytes == 0);
      KOPILKA_CHECK(bytes.size() % segments::kPageBytes == 0);
      KOPILKA_CHECK(reinterpret_cast<std::uintptr_t>(bytes.data()) % segments::kPageBytes == 0);
    }
    const auto fault = files_.begin_step();
    const auto grown = offset + bytes.size() - std::min(offset + bytes.size(), node_->live.size());
    if (!fault && files_.used() + grown > files_.space_) return refused("no space left");
    if (fault == FileFault::refuse || fault == FileFault::stop) return refused("write");
    if (fault) {
      for (std::size_t at = kSectorBytes; at < bytes.size(); at += 2 * kSectorBytes)
        node_->change(offset + at, bytes.substr(at, kSectorBytes));
    } else {
      node_->change(offset, bytes);
    }
    if (through) node_->sync();
    if (fault) return refused("write");
    return {};
  }

  base::Result<void> sync() override {
    const std::lock_guard lock(files_.mutex_);
    const auto fault = files_.begin_step();
    if (!fault) {
      node_->sync();
      return {};
    }
    // As Linux does it: pages that could not be written are clean afterwards, and still there.
    if (fault == FileFault::refuse || fault == FileFault::refuse_torn) node_->dirty.clear();
    return refused("sync");
  }

  base::Result<std::uint64_t> size() override {
    const std::lock_guard lock(files_.mutex_);
    if (files_.stopped_) return refused("size");
    return node_->live.size();
  }

  base::Result<void> resize(std::uint64_t size) override {
    const std::lock_guard lock(files_.mutex_);
    if (files_.begin_step()) return refused("resize");
    node_->live.resize(static_cast<std::size_t>(size), '\0');
    return {};
  }

  base::Result<void> reserve(std::uint64_t size) override {
    const std::lock_guard lock(files_.mutex_);
    if (files_.begin_step()) return refused("reserve");
    if (files_.used() + size > files_.space_) return refused("no space left");
    return {};
  }

  void forget_cached() override {
    const std::lock_guard lock(files_.mutex_);
    if (node_->dirty.empty()) node_->live = node_->durable;
  }

 private:
  FaultyFiles& files_;
  std::shared_ptr<Node> node_;
  segments::Access access_;
};

class FaultyFiles::HeldLock final : public segments::Lock {
 public:
  HeldLock(FaultyFiles& files, std::string path)
      : files_(files), path_(std::move(path)), life_(files.life_) {}
  ~HeldLock() override {
    const std::lock_guard lock(files_.mutex_);
    if (files_.life_ == life_) files_.locks_.erase(path_);
  }

 private:
  FaultyFiles& files_;
  std::string path_;
  std::uint64_t life_;
};

inline base::Result<std::unique_ptr<segments::File>> FaultyFiles::open(
    const std::filesystem::path& path, segments::Access access) {
  const std::lock_guard lock(mutex_);
  if (stopped_) return refused("open");
  const auto found = names_.find(path.string());
  if (found == names_.end() || (access == segments::Access::write_through && !write_through_))
    return base::fail(base::ErrorKind::not_available, path.string() + " is not there");
  return std::make_unique<OpenFile>(*this, found->second, access);
}

inline base::Result<std::unique_ptr<segments::File>> FaultyFiles::create(
    const std::filesystem::path& path) {
  const std::lock_guard lock(mutex_);
  if (begin_step()) return refused("create");
  auto node = std::make_shared<Node>();
  names_[path.string()] = node;
  return std::make_unique<OpenFile>(*this, std::move(node), segments::Access::write);
}

inline base::Result<void> FaultyFiles::rename(const std::filesystem::path& from,
                                              const std::filesystem::path& to) {
  const std::lock_guard lock(mutex_);
  if (begin_step()) return refused("rename");
  const auto found = names_.find(from.string());
  if (found == names_.end()) return refused("rename of nothing");
  names_[to.string()] = found->second;
  names_.erase(found);
  return {};
}

inline base::Result<void> FaultyFiles::remove(const std::filesystem::path& path) {
  const std::lock_guard lock(mutex_);
  if (begin_step()) return refused("remove");
  names_.erase(path.string());
  return {};
}

inline base::Result<void> FaultyFiles::sync_directory(const std::filesystem::path& path) {
  const std::lock_guard lock(mutex_);
  if (begin_step()) return refused("sync directory");
  const auto is_inside = [&](const auto& entry) {
    return std::filesystem::path(entry.first).parent_path() == path;
  };
  std::erase_if(durable_names_, is_inside);
  for (const auto& entry : names_)
    if (is_inside(entry)) durable_names_.insert(entry);
  return {};
}

inline base::Result<std::vector<std::string>> FaultyFiles::list(
    const std::filesystem::path& directory) {
  const std::lock_guard lock(mutex_);
  if (stopped_) return refused("list");
  std::vector<std::string> found;
  for (const auto& [name, node] : names_)
    if (const std::filesystem::path path(name); path.parent_path() == directory)
      found.push_back(path.filename().string());
  return found;
}

inline base::Result<std::unique_ptr<segments::Lock>> FaultyFiles::lock(
    const std::filesystem::path& path) {
  const std::lock_guard lock(mutex_);
  if (stopped_) return refused("lock");
  if (!locks_.insert(path.string()).second)
    return base::fail(base::ErrorKind::not_available, "another process (1) has it");
  return std::make_unique<HeldLock>(*this, path.string());
}

}  // namespace kopilka::support
