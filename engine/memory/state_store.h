#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "engine/ports/state_store.h"

namespace kopilka::memory {

// Rows in a sorted map: every promise of the port but surviving the process. Its faults are what
// can happen to a store on a disk: an apply that fails, a directory that is lost, an older copy
// put in its place. Thread-safe.
class MemoryStateStore final : public ports::StateStore {
 public:
  // Keeps what is needed to go back over the last `history` applies.
  explicit MemoryStateStore(std::size_t history = 0);
  ~MemoryStateStore() override;

  [[nodiscard]] base::Result<base::Bytes> position() override;
  [[nodiscard]] base::Result<std::optional<base::Bytes>> get(base::ByteView key) override;
  [[nodiscard]] base::Result<std::vector<std::optional<base::Bytes>>> multi_get(
      std::span<const base::Bytes> keys) override;
  [[nodiscard]] base::Result<std::unique_ptr<ports::RowCursor>> scan(base::ByteView prefix,
                                                                     base::ByteView from) override;
  [[nodiscard]] base::Result<void> apply(std::vector<ports::Change> changes,
                                         base::ByteView position) override;
  // As durable as it gets.
  [[nodiscard]] base::Result<void> sync() override { return {}; }
  // The copy stays in this process, under the name `directory`: see `open_checkpoint`.
  [[nodiscard]] base::Result<void> checkpoint(const std::filesystem::path& directory) override;

  // A store of its own with what was copied there; null: no such copy.
  [[nodiscard]] std::unique_ptr<MemoryStateStore> open_checkpoint(
      const std::filesystem::path& directory) const;

  // The next `count` applies change nothing and answer `error`.
  void fail_applies(std::size_t count, base::Error error);
  // As if the directory had been deleted: empty, position too.
  void lose_everything();
  // As if a copy from `applies` ago had been put back. REQUIRES: applies <= kept_history()
  void go_back(std::size_t applies);
  [[nodiscard]] std::size_t kept_history() const;
  [[nodiscard]] std::size_t row_count() const;

 private:
  using Rows = std::map<base::Bytes, base::Bytes, std::less<>>;
  // A moment of the store. Rows are copied before a change if a cursor still reads them.
  struct Moment {
    std::shared_ptr<Rows> rows{std::make_shared<Rows>()};
    base::Bytes position;
  };
  // How to undo one apply.
  struct Undo {
    std::vector<ports::Change> before;
    base::Bytes position;
  };
  struct Shared {
    mutable std::mutex mutex;
    Moment now;
  };
  class Cursor;

  [[nodiscard]] Rows& rows_to_change();

  std::shared_ptr<Shared> shared_;
  std::size_t history_max_;
  std::deque<Undo> history_;
  std::map<std::filesystem::path, Moment> copies_;
  std::size_t failures_left_{0};
  base::Error failure_;
};

}  // namespace kopilka::memory
