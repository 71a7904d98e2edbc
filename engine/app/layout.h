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
};

}  // namespace kopilka::app
