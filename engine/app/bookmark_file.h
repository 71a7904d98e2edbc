#pragma once

#include <filesystem>
#include <vector>

#include "engine/base/result.h"
#include "engine/topic_log/bookmarks.h"

namespace kopilka::app {

// Bookmarks in a file of a store's directory: lines that are added to, each with its own checksum,
// so a line that was cut short or damaged is passed over. One process adds, any may load.
class BookmarkFile final : public topic_log::Bookmarks {
 public:
  enum class Use : unsigned char { load_only, load_and_save };
  BookmarkFile(std::filesystem::path path, Use use) : path_(std::move(path)), use_(use) {}

  [[nodiscard]] base::Result<std::vector<topic_log::Bookmark>> load() override;
  [[nodiscard]] base::Result<void> save(const topic_log::Bookmark& bookmark) override;

 private:
  std::filesystem::path path_;
  Use use_;
};

}  // namespace kopilka::app
