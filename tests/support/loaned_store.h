#pragma once

#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "engine/ports/state_store.h"

namespace kopilka::support {

// A store that outlives who it is given to, as a directory does: closing it closes nothing. What
// else a test wants of a store on its way to another it overrides.
class LoanedStore : public ports::StateStore {
 public:
  explicit LoanedStore(std::shared_ptr<ports::StateStore> of) : of_(std::move(of)) {}

  base::Result<base::Bytes> position() override { return of_->position(); }
  base::Result<std::optional<base::Bytes>> get(base::ByteView key) override {
    return of_->get(key);
  }
  base::Result<std::vector<std::optional<base::Bytes>>> multi_get(
      std::span<const base::Bytes> keys) override {
    return of_->multi_get(keys);
  }
  base::Result<std::unique_ptr<ports::RowCursor>> scan(base::ByteView prefix,
                                                       base::ByteView from) override {
    return of_->scan(prefix, from);
  }
  base::Result<void> apply(std::vector<ports::Change> changes, base::ByteView position) override {
    return of_->apply(std::move(changes), position);
  }
  base::Result<void> sync() override { return of_->sync(); }
  base::Result<void> checkpoint(const std::filesystem::path& directory) override {
    return of_->checkpoint(directory);
  }

 private:
  std::shared_ptr<ports::StateStore> of_;
};

}  // namespace kopilka::support
