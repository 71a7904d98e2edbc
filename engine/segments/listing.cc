#include "engine/segments/listing.h"

#include <algorithm>

#include <fmt/format.h>

namespace kopilka::segments {

using base::ErrorKind;
using base::Result;

Result<std::vector<SegmentName>> list_segments(Files& files,
                                               const std::filesystem::path& directory) {
  // While a file is renamed beside it, a listing may miss both names; two equal ones did not.
  KOPILKA_TRY_ASSIGN(auto names, files.list(directory));
  for (;;) {
    KOPILKA_TRY_ASSIGN(auto again, files.list(directory));
    if (again == names) break;
    names = std::move(again);
  }
  std::vector<SegmentName> segments;
  for (const auto& text : names)
    if (const auto name = parse_segment_name(text)) segments.push_back(*name);
  std::ranges::sort(segments);  // raw before packed
  const auto same_file = [](const SegmentName& a, const SegmentName& b) {
    return a.first_n == b.first_n && a.first_seq == b.first_seq;
  };
  const auto doubles = std::ranges::unique(segments, same_file);
  segments.erase(doubles.begin(), doubles.end());
  if (segments.empty())
    return base::fail(ErrorKind::not_available, "there is no log in " + directory.string());
  if (segments.front().first_n.value() != 1 || segments.front().first_seq.value() != 1)
    return base::fail(
        ErrorKind::corrupt,
        fmt::format(
            "{}: offset 0, seq 1: the first segment is missing",
            (directory / to_text(SegmentName{model::BatchNumber{1}, model::Seq{1}})).string()));
  for (std::size_t i = 1; i < segments.size(); ++i)
    if (segments[i].first_n == segments[i - 1].first_n)
      return base::fail(ErrorKind::corrupt,
                        fmt::format("{}: offset 0, seq {}: two segments begin with batch {}",
                                    (directory / to_text(segments[i])).string(),
                                    segments[i].first_seq.value(), segments[i].first_n.value()));
  if (segments.back().form != SegmentForm::raw)
    return base::fail(ErrorKind::corrupt,
                      fmt::format("{}: offset 0, seq {}: the segment after this one is missing",
                                  (directory / to_text(segments.back())).string(),
                                  segments.back().first_seq.value()));
  return segments;
}

Result<base::Bytes> read_whole(Files& files, const std::filesystem::path& path) {
  KOPILKA_TRY_ASSIGN(const auto file, files.open(path, Access::read));
  KOPILKA_TRY_ASSIGN(const auto size, file->size());
  base::Bytes bytes(static_cast<std::size_t>(size), '\0');
  KOPILKA_TRY_ASSIGN(const auto got, file->read_at(0, bytes));
  bytes.resize(got);
  return bytes;
}

Result<std::optional<CloseMark>> read_close_mark(Files& files,
                                                 const std::filesystem::path& directory) {
  const auto path = directory / kCloseMarkName;
  const auto bytes = read_whole(files, path);
  if (!bytes) {
    if (bytes.error().kind == ErrorKind::not_available) return std::nullopt;
    return std::unexpected(bytes.error());
  }
  auto mark = decode_close_mark(*bytes);
  if (!mark)
    return base::fail(mark.error().kind, fmt::format("{}: offset 0, seq unknown: {}", path.string(),
                                                     mark.error().message));
  return *mark;
}

Result<void> write_close_mark(Files& files, const std::filesystem::path& directory,
                              const CloseMark& mark) {
  const auto path = directory / kCloseMarkName;
  const auto temporary = std::filesystem::path(path.string() + kTemporarySuffix);
  {
    KOPILKA_TRY_ASSIGN(const auto file, files.create(temporary));
    KOPILKA_TRY(file->write_at(0, encode(mark)));
    KOPILKA_TRY(file->sync());
  }
  KOPILKA_TRY(files.rename(temporary, path));
  return files.sync_directory(directory);
}

Result<void> remove_close_mark(Files& files, const std::filesystem::path& directory) {
  KOPILKA_TRY(files.remove(directory / kCloseMarkName));
  return files.sync_directory(directory);
}

}  // namespace kopilka::segments
