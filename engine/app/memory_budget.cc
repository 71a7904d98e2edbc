#include "engine/app/memory_budget.h"

#include <algorithm>

#include "engine/base/check.h"

namespace kopilka::app {
namespace {

constexpr std::size_t kRebuildFixed = 32 * kMiB;
constexpr std::size_t kRebuildShareMin = 32 * kMiB;
constexpr std::size_t kImportFixed = 128 * kMiB;
constexpr std::size_t kCacheMin = 4 * kMiB;
constexpr std::size_t kCacheMax = 64 * kMiB;

// A batch more than fits may have been folded, and malloc is not exact: some stays free.
RowsMemory divided(std::size_t share) {
  const auto cache = std::clamp(share / 8, kCacheMin, kCacheMax);
  return {.tables = (share - cache) / 4 * 3, .cache = cache};
}

}  // namespace

std::size_t rebuild_memory_min(std::size_t count) {
  return kRebuildFixed + count * kRebuildShareMin;
}

RowsMemory rebuild_memory(std::size_t budget, std::size_t count) {
  KOPILKA_CHECK(count > 0);
  return divided((std::max(budget, rebuild_memory_min(count)) - kRebuildFixed) / count);
}

WriterMemory writer_memory(std::size_t budget, std::size_t models) {
  KOPILKA_CHECK(models > 0);
  // Deciding needs rows again and again; read models mostly add some.
  const auto quarter = (std::max(budget, kImportMemoryMin) - kImportFixed) / 4;
  return {.state = divided(3 * quarter), .model = divided(quarter / models)};
}

}  // namespace kopilka::app
