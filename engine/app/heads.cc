#include "engine/app/heads.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>

#include "engine/app/presence.h"
#include "engine/app/small_file.h"
#include "engine/segments/file.h"

namespace kopilka::app {
namespace {

using base::ErrorKind;
using base::Result;

// More than three of the longest lines that there can be.
constexpr std::uint64_t kTailBytes = 16'384;

Result<HeadsSettings> to_settings(const Layout& layout, const HeadsWish& wish) {
  HeadsSettings settings{.file = layout.heads(), .every = wish.every.value_or(kHeadEvery)};
  if (wish.file) {
    KOPILKA_TRY_ASSIGN(settings.file, full_path(*wish.file));
  }
  return settings;
}

// A file in the store's directory is named by its name alone, so that the directory may be moved.
std::string lines_of(const Layout& layout, const HeadsSettings& settings) {
  const auto file = settings.file == layout.heads() ? settings.file.filename() : settings.file;
  return fmt::format("file {}\nevery {}\n", file.string(), settings.every);
}

// Whether the file is empty, or holds the head of nothing and not a byte more.
Result<bool> is_unused(const std::filesystem::path& file) {
  std::error_code failed;
  const auto size = std::filesystem::file_size(file, failed);
  if (failed) return false;
  std::uint64_t unused = 0;
  KOPILKA_TRY(for_each_head(file, [&](const KeptHead& kept) {
    if (kept.head && kept.head->signed_head.head.batch.value() == 0)
      unused += proof::line_of(*kept.head).size();
  }));
  return size == unused;
}

}  // namespace

Result<std::optional<HeadsSettings>> heads_settings_of(const Layout& layout) {
  KOPILKA_TRY_ASSIGN(const bool is_begun, is_there(layout.heads_settings()));
  if (!is_begun) return std::nullopt;
  std::ifstream in(layout.heads_settings(), std::ios::binary);
  HeadsSettings settings{.file = {}, .every = 0};
  for (std::string line; std::getline(in, line);) {
    const std::string_view text = line;
    const auto value = text.substr(std::min(text.find(' ') + 1, text.size()));
    if (text.starts_with("file ")) settings.file = layout.root / value;
    if (text.starts_with("every "))
      std::from_chars(value.data(), value.data() + value.size(), settings.every);
  }
  if (settings.file.has_filename() && settings.every >= 1 && settings.every <= kHeadEveryMax)
    return settings;
  return base::fail(ErrorKind::corrupt,
                    fmt::format("{} must name the file of signed heads, and how many events are "
                                "between two: restore it from a copy",
                                layout.heads_settings().string()));
}

std::unexpected<base::Error> heads_not_there(const std::filesystem::path& file) {
  return base::fail(
      ErrorKind::not_available,
      fmt::format("the signed heads of this store are not in {}: put the file back, or mount what "
                  "holds it; if it is lost for good, `kopilka log sign --begin-anew` signs the log "
                  "as it stands then",
                  file.string()));
}

Result<void> expect_room_for_heads(const HeadsWish& wish) {
  if (!wish.file) return {};
  KOPILKA_TRY_ASSIGN(const auto file, full_path(*wish.file));
  KOPILKA_TRY_ASSIGN(const bool there, is_there(file));
  if (!there) return {};
  KOPILKA_TRY_ASSIGN(const bool is_free, is_unused(file));
  if (is_free) return {};
  return base::fail(ErrorKind::usage,
                    fmt::format("{} is there already, and signed heads are never written over: "
                                "name another file with --heads",
                                file.string()));
}

Result<void> begin_heads(const Layout& layout, const HeadsWish& wish, const vault::SigningKey& key,
                         const model::StoreId& store) {
  KOPILKA_TRY(expect_room_for_heads(wish));
  KOPILKA_TRY_ASSIGN(const auto settings, to_settings(layout, wish));
  proof::TreeHasher hasher;
  const proof::Head nothing{
      .store = store, .root = proof::Tree().root(hasher), .key = proof::id_of(key.public_key())};
  KOPILKA_TRY(segments::machine_files().make_directory(settings.file.parent_path()));
  KOPILKA_TRY(make_file(settings.file, proof::line_of({proof::sign(nothing, key), {}})));
  return make_file(layout.heads_settings(), lines_of(layout, settings));
}

Result<void> copy_heads(const Layout& from, const Layout& to, model::BatchNumber last) {
  KOPILKA_TRY_ASSIGN(auto settings, heads_settings_of(from));
  if (!settings) return {};
  std::string lines;
  std::optional<std::uint64_t> damaged;
  KOPILKA_TRY(for_each_head(settings->file, [&](const KeptHead& kept) {
    if (!kept.head && !damaged) damaged = kept.line;
    if (kept.head && kept.head->signed_head.head.batch <= last) lines += proof::line_of(*kept.head);
  }));
  if (damaged)
    return base::fail(ErrorKind::corrupt,
                      fmt::format("line {} of {} is no signed head: put the file back from a copy",
                                  *damaged, settings->file.string()));
  KOPILKA_TRY(make_file(to.heads(), lines));
  settings->file = to.heads();
  return make_file(to.heads_settings(), lines_of(to, *settings));
}

Result<HeadsFile> HeadsFile::open(const std::filesystem::path& path) {
  KOPILKA_TRY_ASSIGN(const bool there, is_there(path));
  if (!there) return heads_not_there(path);
  KOPILKA_TRY_ASSIGN(auto file, vault::OpenFile::open(path, O_RDWR));
  KOPILKA_TRY_ASSIGN(const bool is_ours, file.try_lock());
  if (!is_ours)
    return base::fail(ErrorKind::not_available,
                      fmt::format("another process adds signed heads to {}: wait until it ends; "
                                  "each node has a file of its own",
                                  path.string()));
  HeadsFile heads(std::move(file));
  KOPILKA_TRY(heads.find_last());
  return heads;
}

Result<void> HeadsFile::find_last() {
  KOPILKA_TRY_ASSIGN(const auto size, file_.size());
  const auto begin = size - std::min(size, kTailBytes);
  KOPILKA_TRY_ASSIGN(const auto tail, file_.read_at(begin, kTailBytes));
  base::ByteView whole(tail);
  whole = whole.substr(0, whole.rfind('\n') + 1);  // nothing, when there is no end of a line
  end_ = begin + whole.size();
  if (!whole.empty()) {
    const auto line = whole.substr(0, whole.size() - 1);
    const auto end_before = line.rfind('\n');
    if (auto parsed = proof::parse_line(line.substr(end_before + 1))) {
      last_ = std::move(*parsed);
      if (end_ == size) return {};
      note_ = fmt::format("cut {} bytes of an unfinished line off {}: they were signed for nobody",
                          size - end_, path().string());
      KOPILKA_TRY(file_.truncate(end_));
      return file_.sync();
    }
  }
  return base::fail(ErrorKind::corrupt,
                    fmt::format("the last line of {} is no signed head (offset {}): put the file "
                                "back from a copy",
                                path().string(), begin));
}

Result<void> HeadsFile::append(const proof::HeadLine& line) {
  const auto text = proof::line_of(line);
  // What a write that failed may have left.
  KOPILKA_TRY(file_.truncate(end_));
  KOPILKA_TRY(file_.write_at(end_, text));
  end_ += text.size();
  return {};
}

Result<void> for_each_head(const std::filesystem::path& path,
                           const std::function<void(KeptHead)>& visit) {
  KOPILKA_TRY_ASSIGN(const bool there, is_there(path));
  if (!there) return heads_not_there(path);
  std::ifstream in(path, std::ios::binary);
  if (!in)
    return base::fail(ErrorKind::io,
                      fmt::format("cannot read {}: see that this user may", path.string()));
  std::uint64_t number = 0;
  // The last line may be under way, or what a kill left of it.
  for (std::string line; std::getline(in, line) && !in.eof();)
    visit({++number, proof::parse_line(line)});
  return {};
}

}  // namespace kopilka::app
