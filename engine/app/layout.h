#pragma once

#include <filesystem>

namespace kopilka::app {

// What lies where in a store's directory. Only `log` and `keys` hold what cannot be made again.
struct Layout {
  std::filesystem::path root;

  [[nodiscard]] std::filesystem::path log() const { return root / "log"; }
  [[nodiscard]] std::filesystem::path state() const { return root / "state"; }
  [[nodiscard]] std::filesystem::path projections() const { return root / "projections"; }
  [[nodiscard]] std::filesystem::path keys() const { return root / "keys"; }

  // Held by an `init` under way.
  [[nodiscard]] std::filesystem::path init_lock() const { return root / "init.lock"; }
  // There from the first file that `init` makes to the last: a store that still has it was never
  // used, and may be made again from the beginning.
  [[nodiscard]] std::filesystem::path unfinished() const { return root / "init.unfinished"; }
};

}  // namespace kopilka::app
