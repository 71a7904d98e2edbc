#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/model/batch.h"

// The few lines of text by which a store remembers where its parts are.
namespace kopilka::app {

// A file of that text, whatever was there before; it appears whole or not at all, and is durable
// when this returns.
[[nodiscard]] base::Result<void> make_file(const std::filesystem::path& path, base::ByteView text);

// With everything in it; nothing happens when it is not there.
[[nodiscard]] base::Result<void> remove_tree(const std::filesystem::path& path);

// Absolute, without a separator at its end: it stays true wherever a process is started.
[[nodiscard]] base::Result<std::filesystem::path> full_path(const std::filesystem::path& given);

// 32 hexadecimal digits.
[[nodiscard]] std::string text_of(const model::StoreId& store);
[[nodiscard]] std::optional<model::StoreId> parse_store(std::string_view text);

}  // namespace kopilka::app
