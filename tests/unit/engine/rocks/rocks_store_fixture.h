#pragma once

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/rocks/rocks_state_store.h"
#include "tests/support/temporary_directory.h"
#include "tests/unit/engine/rocks/numbered.h"

namespace kopilka::rocks {

using base::Bytes;
using base::ByteView;
using base::ErrorKind;
using ports::Change;

class RocksStoreTest : public ::testing::Test {
 protected:
  std::unique_ptr<RocksStateStore> open(Access access = Access::read_write) {
    auto opened = RocksStateStore::open({.directory = path_, .access = access});
    if (!opened) throw std::runtime_error(opened.error().message);
    return std::move(*opened);
  }
  base::Error refusal(Access access = Access::read_write) {
    auto opened = RocksStateStore::open({.directory = path_, .access = access});
    EXPECT_FALSE(opened);
    return opened ? base::Error{} : opened.error();
  }
  static void apply(RocksStateStore& store, const std::vector<Change>& changes, ByteView position) {
    const auto applied = store.apply(changes, position);
    if (!applied) throw std::runtime_error(applied.error().message);
  }
  static std::string position_of(RocksStateStore& store) {
    return store.position().value_or("error");
  }
  std::vector<std::filesystem::path> files(std::string_view extension) const {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::directory_iterator(path_))
      if (entry.path().extension() == extension) found.push_back(entry.path());
    return found;
  }

  support::TemporaryDirectory directory_;
  std::filesystem::path path_{directory_.path() / "store"};
};

}  // namespace kopilka::rocks
