#include "engine/segments/recovery.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "engine/base/check.h"
#include "engine/segments/listing.h"

namespace kopilka::segments {
namespace {

using base::ErrorKind;
using base::Result;

constexpr int kTriesMax = 16;

void raise(Floor& floor, const std::optional<CloseMark>& mark) {
  if (!mark) return;
  floor.n = std::max(floor.n, mark->n);
  floor.seq = std::max(floor.seq, mark->last_seq);
}

// One look, good if no writer began or ended in the middle of it.
Result<LogLook> look_once(Files& files, const std::filesystem::path& directory, Floor floor,
                          const std::optional<CloseMark>& mark, Company company) {
  raise(floor, mark);
  KOPILKA_TRY_ASSIGN(const auto segments, list_segments(files, directory));
  KOPILKA_TRY_ASSIGN(auto file, files.open(directory / to_text(segments.back()), Access::read));
  KOPILKA_TRY_ASSIGN(auto tail,
                     find_tail(std::move(file), directory, segments.back(), floor, company));
  if (mark && company == Company::alone) KOPILKA_TRY(check_close_mark(directory, *mark, tail));
  return LogLook{std::move(tail), floor};
}

// The last segment through a handle that does not believe the page cache: after a failed sync it
// holds what the disk does not.
Result<Tail> find_tail_on_disk(Files& files, const std::filesystem::path& directory,
                               const SegmentName& segment, const Floor& floor) {
  const auto path = directory / to_text(segment);
  auto file = files.open(path, Access::write_through);
  if (!file) file = files.open(path, Access::write);
  if (!file) return std::unexpected(std::move(file).error());
  // A killed process may have left its last write between cache and disk.
  KOPILKA_TRY((*file)->sync());
  (*file)->forget_cached();
  return find_tail(std::move(*file), directory, segment, floor, Company::alone);
}

// Puts the zeros back over a batch that was not wholly written.
Result<void> cut(Files& files, const std::filesystem::path& directory, const Tail& tail) {
  KOPILKA_TRY_ASSIGN(const auto file, files.open(directory / to_text(tail.segment), Access::write));
  const PageBuffer zeros(static_cast<std::size_t>(tail.dirty_end - tail.offset));
  const auto room = std::min<std::uint64_t>(zeros.view().size(), tail.size - tail.offset);
  KOPILKA_TRY(file->write_at(tail.offset, zeros.view().substr(0, room)));
  return file->sync();
}

Result<void> clear_temporaries(Files& files, const std::filesystem::path& directory) {
  KOPILKA_TRY_ASSIGN(const auto names, files.list(directory));
  bool any = false;
  for (const auto& name : names) {
    if (!name.ends_with(kTemporarySuffix)) continue;
    KOPILKA_TRY(files.remove(directory / name));
    any = true;
  }
  if (any) KOPILKA_TRY(files.sync_directory(directory));
  return {};
}

}  // namespace

Result<LogLook> look_at_log(Files& files, const std::filesystem::path& directory, Floor floor) {
  for (int tries = 1;; ++tries) {
    KOPILKA_TRY_ASSIGN(const auto mark, read_close_mark(files, directory));
    KOPILKA_TRY_ASSIGN(const auto locked, files.is_locked(directory / kLockName));
    auto look = look_once(files, directory, floor, mark, locked ? Company::writer : Company::alone);
    if (look || locked || tries == kTriesMax) return look;
    // A finding counts if no writer was there all the time.
    KOPILKA_TRY_ASSIGN(const auto locked_now, files.is_locked(directory / kLockName));
    KOPILKA_TRY_ASSIGN(const auto mark_now, read_close_mark(files, directory));
    if (!locked_now && mark == mark_now) return look;
  }
}

Result<Recovered> recover(Files& files, const std::filesystem::path& directory, Floor floor) {
  Recovered recovered;
  KOPILKA_TRY_ASSIGN(const auto mark, read_close_mark(files, directory));
  raise(floor, mark);
  KOPILKA_TRY_ASSIGN(const auto segments, list_segments(files, directory));
  const auto& last = segments.back();
  KOPILKA_TRY_ASSIGN(recovered.tail, find_tail_on_disk(files, directory, last, floor));
  if (mark) KOPILKA_TRY(check_close_mark(directory, *mark, recovered.tail));
  for (std::size_t i = 0; i + 1 < segments.size(); ++i) {
    if (segments[i].form != SegmentForm::raw) continue;
    KOPILKA_TRY_ASSIGN(const auto follower, open_segment(files, directory, segments[i + 1]));
    recovered.unpacked.emplace_back(segments[i], follower->header());
  }

  // Only from here on is anything changed.
  if (recovered.tail.dirty_end > recovered.tail.offset) {
    const auto& torn = recovered.tail;
    KOPILKA_TRY(cut(files, directory, torn));
    recovered.cut_note = fmt::format(
        "{}: offset {}, seq {}: cut the {} bytes of a batch that was not wholly written",
        (directory / to_text(last)).string(), torn.offset, torn.head.last_seq.value() + 1,
        torn.dirty_end - torn.offset);
    KOPILKA_TRY_ASSIGN(recovered.tail, find_tail_on_disk(files, directory, last, floor));
    if (recovered.tail.dirty_end > recovered.tail.offset)
      return base::fail(ErrorKind::io, recovered.cut_note + ", but it is still there");
  }
  KOPILKA_TRY(clear_temporaries(files, directory));
  KOPILKA_TRY(remove_close_mark(files, directory));
  return recovered;
}

}  // namespace kopilka::segments
