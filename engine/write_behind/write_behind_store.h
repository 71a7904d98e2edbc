#pragma once

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <span>
#include <thread>
#include <vector>

#include "engine/ports/state_store.h"

namespace kopilka::write_behind {

// A StateStore before another. `apply` returns when the change set before it was written, and a
// thread writes this one; until that is done reads find its rows in memory. So at most one change
// set is under way, and memory holds it twice: for reads, and as it is written.
//
// A change set that cannot be written stays readable; every later `apply` and `sync` returns its
// error. Destroying waits for what is under way; its error is then lost, so `sync` before.
// Threads: as the port says. The other store is written by the thread, and read by whoever reads.
class WriteBehindStore final : public ports::StateStore {
 public:
  explicit WriteBehindStore(std::unique_ptr<ports::StateStore> store);
  ~WriteBehindStore() override;
  WriteBehindStore(const WriteBehindStore&) = delete;
  WriteBehindStore& operator=(const WriteBehindStore&) = delete;

  [[nodiscard]] base::Result<base::Bytes> position() override;
  [[nodiscard]] base::Result<std::optional<base::Bytes>> get(base::ByteView key) override;
  [[nodiscard]] base::Result<std::vector<std::optional<base::Bytes>>> multi_get(
      std::span<const base::Bytes> keys) override;
  [[nodiscard]] base::Result<std::unique_ptr<ports::RowCursor>> scan(base::ByteView prefix,
                                                                     base::ByteView from) override;
  [[nodiscard]] base::Result<void> apply(std::vector<ports::Change> changes,
                                         base::ByteView position) override;
  [[nodiscard]] base::Result<void> sync() override;
  [[nodiscard]] base::Result<void> checkpoint(const std::filesystem::path& directory) override;

 private:
  struct ChangeSet;
  class MergedCursor;

  void write_what_comes();
  [[nodiscard]] base::Result<void> await_idle(std::unique_lock<std::shared_mutex>& lock);

  const std::unique_ptr<ports::StateStore> store_;
  // Held, shared, over a whole read: between looking here and looking there nothing may be added.
  std::shared_mutex mutex_;
  std::condition_variable_any changed_;
  std::shared_ptr<const ChangeSet> under_way_;  // kept when it failed
  std::optional<base::Error> failure_;
  bool is_ending_{false};
  std::thread writer_;  // last: it uses all of the above
};

}  // namespace kopilka::write_behind
