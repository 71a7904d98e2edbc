#include "engine/app/small_file.h"

#include <charconv>
#include <system_error>

#include <fmt/format.h>

#include "engine/segments/file.h"

namespace kopilka::app {

using base::Result;

Result<void> make_file(const std::filesystem::path& path, base::ByteView text) {
  auto& files = segments::machine_files();
  auto unfinished = path;
  unfinished += ".new";
  KOPILKA_TRY_ASSIGN(const auto file, files.create(unfinished));
  KOPILKA_TRY(file->write_at(0, text));
  KOPILKA_TRY(file->sync());
  KOPILKA_TRY(files.rename(unfinished, path));
  return files.sync_directory(path.parent_path());
}

Result<void> remove_tree(const std::filesystem::path& path) {
  std::error_code failed;
  std::filesystem::remove_all(path, failed);
  if (!failed) return {};
  return base::fail(base::ErrorKind::io,
                    fmt::format("cannot remove {}: {}", path.string(), failed.message()));
}

Result<std::filesystem::path> full_path(const std::filesystem::path& given) {
  std::error_code failed;
  auto found = std::filesystem::absolute(given, failed).lexically_normal();
  if (failed)
    return base::fail(base::ErrorKind::io,
                      fmt::format("cannot look at {}: {}", given.string(), failed.message()));
  return found.has_filename() ? found : found.parent_path();
}

std::string text_of(const model::StoreId& store) {
  return base::to_hex(base::view_of(store));
}

std::optional<model::StoreId> parse_store(std::string_view text) {
  model::StoreId id{};
  if (text.size() != 2 * id.size()) return std::nullopt;
  for (std::size_t i = 0; i < id.size(); ++i) {
    const auto digits = text.substr(2 * i, 2);
    const auto [end, failed] =
        std::from_chars(digits.data(), digits.data() + digits.size(), id[i], 16);
    if (failed != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  }
  return id;
}

}  // namespace kopilka::app
