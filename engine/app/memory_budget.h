#pragma once

#include <cstddef>

// How a budget of memory is divided. What is not counted here (the program, a few batches under
// way, what malloc adds) has a fixed share.
namespace kopilka::app {

inline constexpr std::size_t kMiB = std::size_t{1} << 20;

// For building rows anew: each set that is built at once has its own share. Less than the least is
// taken as the least.
inline constexpr std::size_t kRebuildMemoryDefault = 1'024 * kMiB;
[[nodiscard]] std::size_t rebuild_memory_min(std::size_t count);

// Of one set of rows and its store, in bytes.
struct RowsMemory {
  std::size_t tables{0};  // rows in memory, and what a flush of them takes
  std::size_t cache{0};   // of the store's blocks
};
// Of each of `count` that are built at once. REQUIRES: count > 0
[[nodiscard]] RowsMemory rebuild_memory(std::size_t budget, std::size_t count);

// For deciding.
inline constexpr std::size_t kImportMemoryDefault = 1'024 * kMiB;
inline constexpr std::size_t kImportMemoryMin = 256 * kMiB;

struct WriterMemory {
  RowsMemory state;
  RowsMemory model;  // of each read model
};
// REQUIRES: models > 0
[[nodiscard]] WriterMemory writer_memory(std::size_t budget, std::size_t models);

}  // namespace kopilka::app
