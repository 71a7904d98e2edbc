#pragma once

#include <exception>
#include <filesystem>
#include <string>
#include <type_traits>
#include <utility>

#include <rocksdb/status.h>

#include "engine/base/result.h"

namespace kopilka::rocks {

// RocksDB's status in our kinds; names the directory, and the file where RocksDB does.
// REQUIRES: !status.ok()
[[nodiscard]] base::Error error_of(const rocksdb::Status& status,
                                   const std::filesystem::path& directory);

// Runs `action` and turns whatever it throws into an io error: RocksDB reports by Status, but what
// it is built on (memory, file systems) may throw.
template <class Action>
[[nodiscard]] auto guarded(const std::filesystem::path& directory, Action&& action)
    -> std::invoke_result_t<Action> {
  try {
    return std::forward<Action>(action)();
  } catch (const std::exception& thrown) {
    return base::fail(base::ErrorKind::io, directory.string() + ": " + thrown.what());
  }
}

}  // namespace kopilka::rocks
