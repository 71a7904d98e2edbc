#include "engine/app/bookmark_file.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "engine/base/hashing.h"

namespace kopilka::app {
namespace {

using base::Result;
using topic_log::Bookmark;

template <class T>
bool take_number(std::string_view& line, T& value, int numeral_base) {
  const auto [end, failed] =
      std::from_chars(line.data(), line.data() + line.size(), value, numeral_base);
  if (failed != std::errc()) return false;
  line.remove_prefix(static_cast<std::size_t>(end - line.data()));
  if (!line.empty()) {
    if (line.front() != ' ') return false;
    line.remove_prefix(1);
  }
  return true;
}

bool take_hash(std::string_view& line, base::Hash256& hash) {
  if (line.size() < 2 * hash.size()) return false;
  for (std::size_t i = 0; i < hash.size(); ++i) {
    const auto digits = line.substr(2 * i, 2);
    const auto [end, failed] =
        std::from_chars(digits.data(), digits.data() + digits.size(), hash[i], 16);
    if (failed != std::errc() || end != digits.data() + digits.size()) return false;
  }
  line.remove_prefix(2 * hash.size());
  return true;
}

std::string text_of(const Bookmark& bookmark) {
  return fmt::format("{} {} {} {}", bookmark.offset, bookmark.n.value(), bookmark.last_seq.value(),
                     base::to_hex(base::view_of(bookmark.hash)));
}

std::optional<Bookmark> parse(std::string_view line) {
  const auto space = line.rfind(' ');
  if (space == std::string_view::npos) return std::nullopt;
  auto checksum = line.substr(space + 1);
  std::uint32_t expected = 0;
  auto body = line.substr(0, space);
  if (!take_number(checksum, expected, 16) || expected != base::crc32c(body)) return std::nullopt;
  Bookmark bookmark;
  std::uint64_t n = 0;
  std::uint64_t seq = 0;
  if (!take_number(body, bookmark.offset, 10) || !take_number(body, n, 10) ||
      !take_number(body, seq, 10) || !take_hash(body, bookmark.hash) || !body.empty())
    return std::nullopt;
  bookmark.n = model::BatchNumber{n};
  bookmark.last_seq = model::Seq{seq};
  return bookmark;
}

}  // namespace

Result<std::vector<Bookmark>> BookmarkFile::load() {
  std::vector<Bookmark> bookmarks;
  std::ifstream in(path_, std::ios::binary);
  for (std::string line; std::getline(in, line);)
    if (const auto bookmark = parse(line)) bookmarks.push_back(*bookmark);
  return bookmarks;
}

Result<void> BookmarkFile::save(const Bookmark& bookmark) {
  if (use_ == Use::load_only) return {};
  const auto text = text_of(bookmark);
  std::ofstream out(path_, std::ios::binary | std::ios::app);
  // Begins a line of its own whatever a process that was killed left.
  out << fmt::format("\n{} {:08x}\n", text, base::crc32c(text)) << std::flush;
  if (out) return {};
  return base::fail(base::ErrorKind::io, "cannot add a bookmark to " + path_.string());
}

}  // namespace kopilka::app
