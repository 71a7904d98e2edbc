#include "engine/memory/state_store.h"

#include "engine/rocks/rocks_state_store.h"
#include "engine/write_behind/write_behind_store.h"
#include "tests/contract/state_store_contract.h"
#include "tests/support/temporary_directory.h"

namespace kopilka::contract {
namespace {

class MemoryWorld {
 public:
  ports::StateStore& store() { return store_; }
  void reopen() {}  // it lives as long as the process
  std::filesystem::path copy_path() { return "copy" + std::to_string(++copies_); }
  std::unique_ptr<ports::StateStore> open_copy(const std::filesystem::path& path) {
    return store_.open_checkpoint(path);
  }

 private:
  memory::MemoryStateStore store_;
  int copies_{0};
};

using StorePtr = std::unique_ptr<ports::StateStore>;

StorePtr open_rocks(const std::filesystem::path& path) {
  auto opened = rocks::RocksStateStore::open({.directory = path});
  if (!opened) throw std::runtime_error(opened.error().message);
  return std::move(*opened);
}

StorePtr open_write_behind(const std::filesystem::path& path) {
  return std::make_unique<write_behind::WriteBehindStore>(open_rocks(path));
}

template <StorePtr (*Open)(const std::filesystem::path&)>
class DirectoryWorld {
 public:
  DirectoryWorld() { reopen(); }
  ports::StateStore& store() { return *store_; }
  void reopen() {
    store_.reset();
    store_ = Open(directory_.path() / "store");
  }
  std::filesystem::path copy_path() {
    return directory_.path() / ("copy" + std::to_string(++copies_));
  }
  StorePtr open_copy(const std::filesystem::path& path) { return Open(path); }

 private:
  support::TemporaryDirectory directory_;
  StorePtr store_;
  int copies_{0};
};

using RocksWorld = DirectoryWorld<open_rocks>;
using WriteBehindWorld = DirectoryWorld<open_write_behind>;

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(memory, StateStoreContract, MemoryWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(rocks, StateStoreContract, RocksWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(write_behind, StateStoreContract, WriteBehindWorld);

}  // namespace kopilka::contract
