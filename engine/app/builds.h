#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "engine/app/layout.h"
#include "engine/base/result.h"
#include "engine/segments/file.h"

// In which directory the rows of the shard or of a read model lie, when they may be built anew
// beside the ones in use (docs/formats/projections.md).
namespace kopilka::app {

// Of one model and version.
struct RowsPlace {
  std::string name;              // `statements-1`
  std::filesystem::path first;   // the directory in use while no manifest names another
  std::filesystem::path folder;  // where the manifest and every later build lie
};
[[nodiscard]] RowsPlace place_of_state(const Layout& layout);
// `store_name`: of model and version, `statements-1`.
[[nodiscard]] RowsPlace place_of_model(const Layout& layout, std::string_view store_name);

// May be of a directory that is not there: its rows are to be made from the log.
// corrupt: the manifest is damaged, and may be removed.
[[nodiscard]] base::Result<std::filesystem::path> directory_in_use(const RowsPlace& place);

// A directory for a build, which is not there and which no manifest has named so far.
[[nodiscard]] base::Result<std::filesystem::path> next_build(const RowsPlace& place);

// Has the manifest name the build; durable when it returns. Whoever looks meanwhile finds the one
// before or this one. After an error it may be either.
// REQUIRES: `build` is of `next_build`, its rows are durable; this process holds the rows
[[nodiscard]] base::Result<void> put_in_use(const RowsPlace& place,
                                            const std::filesystem::path& build);

// Removes what a swap or a build that was cut short left, as far as that can be done now.
// REQUIRES: this process holds the rows
void remove_unused(const RowsPlace& place);
// Of the shard and every read model.
void remove_unused(const Layout& layout);

// Whoever writes rows of a store holds them: a process that decides, one that builds them anew, or
// a reader that makes what is missing. not_available: another process holds them, and is named.
[[nodiscard]] base::Result<std::unique_ptr<segments::Lock>> hold_rows(const Layout& layout);

// Opens, for reading, what may be swapped and taken away meanwhile: `open(directory)` is called
// again when its directory was no longer in use.
template <class Open>
[[nodiscard]] auto open_in_use(const RowsPlace& place, const Open& open)
    -> decltype(open(place.first)) {
  for (;;) {
    KOPILKA_TRY_ASSIGN(const auto directory, directory_in_use(place));
    auto opened = open(directory);
    if (opened) return opened;
    KOPILKA_TRY_ASSIGN(const auto now, directory_in_use(place));
    if (now == directory) return opened;
  }
}

}  // namespace kopilka::app
