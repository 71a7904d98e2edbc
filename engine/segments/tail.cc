#include "engine/segments/tail.h"

#include <fmt/format.h>

#include "engine/codec/batch.h"

namespace kopilka::segments {
namespace {

using base::Result;

// What may follow the last whole batch: sets `dirty_end`, or finds corruption.
Result<void> examine_end(const Slot& slot, RawCursor& cursor, const std::filesystem::path& path,
                         const Chain& chain, Tail& tail) {
  const auto corrupt = [&](const std::string& what) -> Result<void> {
    return std::unexpected(corrupt_at(path, slot.offset, chain.next_seq(), what));
  };
  if (slot.state == SlotState::end) return {};
  if (slot.state == SlotState::damaged) return corrupt(slot.what);
  const auto behind = slot.offset + slot.bytes;
  KOPILKA_TRY_ASSIGN(const auto remains, look_behind(cursor.file(), behind, chain.store()));
  if (remains.later_slot != 0)
    return corrupt(fmt::format("batch {} is not whole, and another one stands at offset {}",
                               chain.next_n().value(), remains.later_slot));
  if (slot.state == SlotState::torn) {
    if (remains.dirty_end != 0) return corrupt("something stands behind a torn batch");
    tail.dirty_end = behind;
    return {};
  }
  if (remains.dirty_end > slot.offset + slot_bytes(kBatchBytesMax))
    return corrupt(fmt::format("something stands at offset {}, where no batch ever was",
                               remains.dirty_end - kSectorBytes));
  tail.dirty_end = remains.dirty_end;
  return {};
}

}  // namespace

Result<Tail> find_tail(std::unique_ptr<File> file, const std::filesystem::path& directory,
                       const SegmentName& segment, const Floor& floor, Company company) {
  const auto path = directory / to_text(segment);
  KOPILKA_TRY_ASSIGN(const auto cursor, RawCursor::over(std::move(file), path));
  Tail tail;
  tail.segment = segment;
  tail.stream = cursor->header().stream;
  tail.head = cursor->header().before;
  KOPILKA_TRY_ASSIGN(tail.size, cursor->file().size());
  Chain chain(cursor->header());
  if (chain.next_n() != segment.first_n || chain.next_seq() != segment.first_seq)
    return std::unexpected(
        corrupt_at(path, 0, segment.first_seq, "the header does not fit the name of the file"));
  for (;;) {
    KOPILKA_TRY_ASSIGN(auto slot, cursor->next());
    tail.offset = slot.offset;
    if (slot.state != SlotState::whole) {
      if (company == Company::alone) KOPILKA_TRY(examine_end(slot, *cursor, path, chain, tail));
      break;
    }
    if (const auto what = chain.misfit(slot.batch))
      return std::unexpected(corrupt_at(path, slot.offset, chain.next_seq(), *what));
    chain.follow(slot.batch);
    tail.places.push_back({slot.batch.header.n, slot.batch.header.first_seq, slot.offset});
    tail.last = std::move(slot.batch);
  }
  if (tail.last) {
    auto head = codec::head_after(*tail.last);
    if (!head)
      return base::fail(
          head.error().kind,
          fmt::format("{}: offset {}, seq {}: {}", path.string(), tail.places.back().offset,
                      tail.last->header.first_seq.value(), head.error().message));
    tail.head = *head;
  }
  if (floor.n > tail.head.n || floor.seq > tail.head.last_seq)
    return std::unexpected(corrupt_at(
        path, tail.offset, chain.next_seq(),
        fmt::format("the log ends with batch {} and seq {}, but seq {} was durable",
                    tail.head.n.value(), tail.head.last_seq.value(), floor.seq.value())));
  return tail;
}

Result<void> check_close_mark(const std::filesystem::path& directory, const CloseMark& mark,
                              const Tail& tail) {
  const auto& head = tail.head;
  const auto corrupt = [&](const std::string& what) -> Result<void> {
    return std::unexpected(corrupt_at(directory / to_text(tail.segment), tail.offset,
                                      model::next(head.last_seq), what));
  };
  if (mark.store != head.store) return corrupt("the close mark belongs to another store");
  if (mark.n != head.n || mark.last_seq != head.last_seq)
    return corrupt(
        fmt::format("the log was closed after batch {} and seq {}, and ends with batch "
                    "{} and seq {}",
                    mark.n.value(), mark.last_seq.value(), head.n.value(), head.last_seq.value()));
  if (mark.hash != head.hash)
    return corrupt("the last batch is not the one that the log was closed with");
  return {};
}

}  // namespace kopilka::segments
