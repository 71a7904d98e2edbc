#pragma once

#include <filesystem>

#include "engine/base/result.h"
#include "engine/vault/secret.h"

namespace kopilka::vault {

// A key alone in a file: 64 hexadecimal digits and a line end. Readable by its owner only; one that
// others may read is refused with `usage`, as ssh does.
[[nodiscard]] base::Result<Key> read_key_file(const std::filesystem::path& path);

// Durable when it returns. usage: the file exists already.
[[nodiscard]] base::Result<void> write_key_file(const std::filesystem::path& path, const Key& key);

}  // namespace kopilka::vault
