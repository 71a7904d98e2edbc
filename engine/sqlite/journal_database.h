#pragma once

#include <atomic>
#include <filesystem>
#include <memory>

#include "engine/base/result.h"
#include "engine/journal/writer.h"

namespace kopilka::sqlite {

// Writes the journal into `file`, an empty database that is there already; it is of no use before
// `end`, which makes its indices and views, and is not synced to the disk. When `interrupt` is set,
// a statement that takes long ends in an error; it must outlive the writer, or be null. Errors name
// the file. limit: an opening balance above what 64 bits hold.
[[nodiscard]] base::Result<std::unique_ptr<journal::Writer>> open_journal(
    const std::filesystem::path& file, const std::atomic<bool>* interrupt);

}  // namespace kopilka::sqlite
