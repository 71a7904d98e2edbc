#include "engine/segments/reader.h"

#include <algorithm>

#include <fmt/format.h>

#include "engine/base/check.h"
#include "engine/segments/listing.h"

namespace kopilka::segments {
namespace {

using base::ErrorKind;
using base::Result;

constexpr int kTriesMax = 16;

// Opens the segment that `choose` picks from the list. Its file may turn from raw to packed
// between the listing and the opening; then the list is taken again.
template <class Choose>
Result<std::pair<SegmentName, std::unique_ptr<SegmentCursor>>> open_chosen(
    Files& files, const std::filesystem::path& directory, Choose choose) {
  for (int tries = 1;; ++tries) {
    KOPILKA_TRY_ASSIGN(const auto segments, list_segments(files, directory));
    const SegmentName name = choose(segments);
    auto cursor = open_segment(files, directory, name);
    if (cursor) return std::pair{name, std::move(*cursor)};
    if (cursor.error().kind != ErrorKind::not_available || tries == kTriesMax)
      return std::unexpected(std::move(cursor).error());
  }
}

}  // namespace

Result<std::unique_ptr<SegmentReader>> SegmentReader::open(Files& files,
                                                           std::filesystem::path directory,
                                                           std::shared_ptr<const LogView> view,
                                                           model::Seq first) {
  std::unique_ptr<SegmentReader> reader(
      new SegmentReader(files, std::move(directory), std::move(view), first));
  KOPILKA_TRY(reader->seek());
  return reader;
}

base::Error SegmentReader::corrupt(std::uint64_t offset, const std::string& what) const {
  return corrupt_at(directory_ / to_text(name_), offset, chain_->next_seq(), what);
}

Result<void> SegmentReader::seek() {
  std::vector<SegmentName> later;
  KOPILKA_TRY_ASSIGN(auto found, open_chosen(*files_, directory_, [&](const auto& segments) {
                       const auto after = std::ranges::upper_bound(
                           segments, first_, {}, [](const auto& s) { return s.first_seq; });
                       later.assign(after, segments.end());
                       return after == segments.begin() ? segments.front() : *(after - 1);
                     }));
  name_ = found.first;
  cursor_ = std::move(found.second);
  chain_.emplace(cursor_->header());
  if (chain_->next_n() != name_.first_n || chain_->next_seq() != name_.first_seq)
    return std::unexpected(corrupt(0, "the header does not fit the name of the file"));
  // Only where every batch is known to be whole may a header stand for it.
  const auto counted = view_->counted();
  const auto trusted = !later.empty()                 ? LogView::kAnybody
                       : counted == LogView::kAnybody ? 0
                                                      : counted;
  if (auto* raw = cursor_->as_raw())
    if (const auto place = view_->place_before(name_.first_n, first_);
        place && place->n.value() <= trusted && place->n > name_.first_n)
      raw->jump(*place, *chain_);
  return cursor_->seek(first_, model::BatchNumber{trusted}, *chain_);
}

Result<void> SegmentReader::enter(model::BatchNumber first_n) {
  KOPILKA_TRY_ASSIGN(auto found, open_chosen(*files_, directory_, [&](const auto& segments) {
                       return *std::ranges::find(segments, first_n, &SegmentName::first_n);
                     }));
  name_ = found.first;
  cursor_ = std::move(found.second);
  if (const auto what = chain_->misfit(cursor_->header()))
    return std::unexpected(corrupt(0, *what));
  return {};
}

Result<std::optional<ports::SealedBatch>> SegmentReader::next() {
  if (failed_) return std::unexpected(*failed_);
  auto found = advance();
  // Corruption does not go away by looking again, and nothing behind it may be read.
  if (!found && found.error().kind == ErrorKind::corrupt) failed_ = found.error();
  return found;
}

Result<std::optional<ports::SealedBatch>> SegmentReader::advance() {
  for (;;) {
    if (chain_->next_n().value() > view_->counted()) return std::nullopt;
    KOPILKA_TRY_ASSIGN(auto slot, cursor_->next());
    if (slot.state != SlotState::whole) {
      // Its batch may have come, and the next segment too, since it was read: first the list, then
      // another look.
      KOPILKA_TRY_ASSIGN(const auto segments, list_segments(*files_, directory_));
      KOPILKA_TRY_ASSIGN(slot, cursor_->next());
      if (slot.state != SlotState::whole) {
        KOPILKA_TRY_ASSIGN(const auto verdict, judge(slot, segments));
        if (verdict == Verdict::end) return std::nullopt;
        continue;
      }
    }
    if (const auto what = chain_->misfit(slot.batch))
      return std::unexpected(corrupt(slot.offset, *what));
    chain_->follow(slot.batch);
    if (model::last_seq(slot.batch.header) >= first_) return std::move(slot.batch);
  }
}

Result<SegmentReader::Verdict> SegmentReader::judge(const Slot& slot, const Segments& segments) {
  const auto later = std::ranges::upper_bound(segments, name_.first_n, {}, &SegmentName::first_n);
  if (later == segments.end()) return judge_tail(slot);
  if (slot.state == SlotState::damaged) return std::unexpected(corrupt(slot.offset, slot.what));
  if (slot.state == SlotState::torn)
    return std::unexpected(corrupt(slot.offset, "a sector of the batch was not written"));
  if (later->first_n != chain_->next_n())
    return std::unexpected(corrupt(
        slot.offset, fmt::format("batch {} is missing; the next segment begins with batch {}",
                                 chain_->next_n().value(), later->first_n.value())));
  KOPILKA_TRY(enter(later->first_n));
  return Verdict::again;
}

Result<SegmentReader::Verdict> SegmentReader::judge_tail(const Slot& slot) {
  const auto& floor = view_->floor();
  const bool acknowledged = view_->counted() != LogView::kAnybody;
  if (acknowledged || chain_->next_n() <= floor.n || chain_->next_seq() <= floor.seq)
    return std::unexpected(
        corrupt(slot.offset,
                fmt::format("batch {} was durable and is not there{}{}", chain_->next_n().value(),
                            slot.what.empty() ? "" : ": ", slot.what)));
  KOPILKA_TRY_ASSIGN(const auto writer_lives, files_->is_locked(directory_ / kLockName));
  if (!writer_lives) return judge_quiet_tail(slot);
  // A batch under way may look like anything.
  return Verdict::end;
}

Result<SegmentReader::Verdict> SegmentReader::judge_quiet_tail(const Slot& slot) {
  if (quiet_before_ == chain_->next_n()) return Verdict::end;
  auto* raw = cursor_->as_raw();
  KOPILKA_CHECK(raw != nullptr);  // the last segment of a list is raw
  // A writer may have been at work until just now, or have begun: only what stays the same over
  // both looks is a finding.
  const auto changed = [&]() -> Result<bool> {
    KOPILKA_TRY_ASSIGN(const auto now, raw->peek());
    return now.state != slot.state;
  };
  KOPILKA_TRY_ASSIGN(const auto was_under_way, changed());
  if (was_under_way) return Verdict::again;
  if (slot.state == SlotState::damaged) return std::unexpected(corrupt(slot.offset, slot.what));
  KOPILKA_TRY_ASSIGN(const auto remains,
                     look_behind(raw->file(), slot.offset + slot.bytes, chain_->store()));
  KOPILKA_TRY_ASSIGN(const auto came, changed());
  if (came) return Verdict::again;
  if (remains.later_slot != 0)
    return std::unexpected(corrupt(
        slot.offset, fmt::format("batch {} is not whole, and another one stands at offset {}",
                                 chain_->next_n().value(), remains.later_slot)));
  quiet_before_ = chain_->next_n();
  return Verdict::end;
}

}  // namespace kopilka::segments
