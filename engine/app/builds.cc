#include "engine/app/builds.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/app/presence.h"
#include "engine/base/hashing.h"
#include "engine/rocks/rocks_state_store.h"
#include "engine/shard/state.h"
#include "projections/runtime/read_models.h"

namespace kopilka::app {
namespace {

using base::ErrorKind;
using base::Result;

constexpr std::size_t kManifestBytesMax = 256;
constexpr std::string_view kTemporary = ".tmp";

std::filesystem::path manifest_of(const RowsPlace& place) {
  return place.folder / (place.name + ".in-use");
}

// Is there while a manifest is being put in place, and after a death just then.
std::filesystem::path unfinished_manifest_of(const RowsPlace& place) {
  auto path = manifest_of(place);
  path += kTemporary;
  return path;
}

std::string build_name(const RowsPlace& place, std::uint64_t number) {
  return fmt::format("{}.build-{}", place.name, number);
}

// Nothing: it is no build's name.
std::optional<std::uint64_t> number_of(const RowsPlace& place, std::string_view name) {
  const auto prefix = place.name + ".build-";
  if (!name.starts_with(prefix)) return std::nullopt;
  const auto digits = name.substr(prefix.size());
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  // One number has one name.
  if (failed != std::errc() || name != build_name(place, number)) return std::nullopt;
  return number;
}

std::string manifest_text(std::string_view build) {
  return fmt::format("{} {:08x}\n", build, base::crc32c(build));
}

std::unexpected<base::Error> damaged(const std::filesystem::path& manifest) {
  return base::fail(ErrorKind::corrupt,
                    fmt::format("{} is damaged: remove it; the rows that it names are rebuilt from "
                                "the log",
                                manifest.string()));
}

// Nothing: there is no manifest.
Result<std::optional<std::string>> read_manifest(const RowsPlace& place) {
  const auto path = manifest_of(place);
  const auto file = segments::machine_files().open(path, segments::Access::read);
  if (!file && file.error().kind == ErrorKind::not_available) return std::nullopt;
  if (!file) return std::unexpected(file.error());
  std::string text(kManifestBytesMax, '\0');
  KOPILKA_TRY_ASSIGN(const auto size, (*file)->read_at(0, text));
  text.resize(size);
  auto name = text.substr(0, text.find(' '));
  if (!number_of(place, name) || text != manifest_text(name)) return damaged(path);
  return name;
}

// The builds that are there, in use or not, in no order. What cannot be looked at is not there.
std::vector<std::uint64_t> builds_of(const RowsPlace& place) {
  std::vector<std::uint64_t> numbers;
  std::error_code failed;
  for (std::filesystem::directory_iterator entry(place.folder, failed), end;
       !failed && entry != end; entry.increment(failed))
    if (const auto number = number_of(place, entry->path().filename().string()))
      numbers.push_back(*number);
  return numbers;
}

// One that somebody still writes to stays, until the next time.
void remove_rows(const std::filesystem::path& directory) {
  static_cast<void>(rocks::RocksStateStore::destroy(directory));
}

}  // namespace

RowsPlace place_of_state(const Layout& layout) {
  return {.name = fmt::format("state-{}", shard::kStateVersion),
          .first = layout.state(),
          .folder = layout.projections()};
}

RowsPlace place_of_model(const Layout& layout, std::string_view store_name) {
  return {.name = std::string(store_name),
          .first = layout.projections() / store_name,
          .folder = layout.projections()};
}

Result<std::filesystem::path> directory_in_use(const RowsPlace& place) {
  KOPILKA_TRY_ASSIGN(const auto named, read_manifest(place));
  return named ? place.folder / *named : place.first;
}

Result<std::filesystem::path> next_build(const RowsPlace& place) {
  auto numbers = builds_of(place);
  const auto named = read_manifest(place);
  // A damaged one names nothing that a reader could still be opening.
  if (!named && named.error().kind != ErrorKind::corrupt) return std::unexpected(named.error());
  if (named && *named) numbers.push_back(number_of(place, **named).value_or(0));
  const auto last = numbers.empty() ? 0 : std::ranges::max(numbers);
  return place.folder / build_name(place, last + 1);
}

Result<void> put_in_use(const RowsPlace& place, const std::filesystem::path& build) {
  auto& files = segments::machine_files();
  const auto manifest = manifest_of(place);
  const auto unfinished = unfinished_manifest_of(place);
  {
    KOPILKA_TRY_ASSIGN(const auto file, files.create(unfinished));
    KOPILKA_TRY(file->write_at(0, manifest_text(build.filename().string())));
    KOPILKA_TRY(file->sync());
  }
  // The build's own entry first: a manifest must not outlive what it names.
  KOPILKA_TRY(files.sync_directory(place.folder));
  KOPILKA_TRY(files.rename(unfinished, manifest));
  return files.sync_directory(place.folder);
}

void remove_unused(const RowsPlace& place) {
  const auto in_use = directory_in_use(place);
  if (!in_use) return;
  std::error_code ignored;
  std::filesystem::remove(unfinished_manifest_of(place), ignored);
  for (const auto number : builds_of(place))
    if (const auto build = place.folder / build_name(place, number); build != *in_use)
      remove_rows(build);
  if (*in_use != place.first) remove_rows(place.first);
}

void remove_unused(const Layout& layout) {
  remove_unused(place_of_state(layout));
  for (const auto& kind : projections::runtime::model_kinds())
    remove_unused(place_of_model(layout, kind.store_name));
}

Result<std::unique_ptr<segments::Lock>> hold_rows(const Layout& layout) {
  auto held = segments::machine_files().lock(layout.rows_lock());
  if (!held && held.error().kind == ErrorKind::not_available)
    held.error().message = fmt::format("another process is at work on {}; wait until it ends ({})",
                                       layout.root.string(), held.error().message);
  return held;
}

}  // namespace kopilka::app
