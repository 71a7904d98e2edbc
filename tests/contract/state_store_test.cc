#include "engine/memory/state_store.h"

#include "engine/rocks/rocks_state_store.h"
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

class RocksWorld {
 public:
  RocksWorld() { reopen(); }
  ports::StateStore& store() { return *store_; }
  void reopen() {
    store_.reset();
    store_ = open(directory_.path() / "store");
  }
  std::filesystem::path copy_path() {
    return directory_.path() / ("copy" + std::to_string(++copies_));
  }
  std::unique_ptr<ports::StateStore> open_copy(const std::filesystem::path& path) {
    return open(path);
  }

 private:
  static std::unique_ptr<rocks::RocksStateStore> open(const std::filesystem::path& path) {
    auto opened = rocks::RocksStateStore::open({.directory = path});
    if (!opened) throw std::runtime_error(opened.error().message);
    return std::move(*opened);
  }

  support::TemporaryDirectory directory_;
  std::unique_ptr<rocks::RocksStateStore> store_;
  int copies_{0};
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(memory, StateStoreContract, MemoryWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(rocks, StateStoreContract, RocksWorld);

}  // namespace kopilka::contract
