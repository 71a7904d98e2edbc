#include "engine/segments/cursor.h"

#include <fmt/format.h>

#include "engine/codec/batch.h"

namespace kopilka::segments {

using base::ErrorKind;
using base::Result;

base::Error corrupt_at(const std::filesystem::path& path, std::uint64_t offset, model::Seq seq,
                       const std::string& what) {
  return {ErrorKind::corrupt,
          fmt::format("{}: offset {}, seq {}: {}", path.string(), offset, seq.value(), what)};
}

Result<std::unique_ptr<SegmentCursor>> open_segment(Files& files,
                                                    const std::filesystem::path& directory,
                                                    const SegmentName& name) {
  const auto path = directory / to_text(name);
  if (name.form == SegmentForm::raw) return RawCursor::open(files, path);
  return PackedCursor::open(files, path);
}

Result<std::unique_ptr<RawCursor>> RawCursor::open(Files& files, std::filesystem::path path) {
  KOPILKA_TRY_ASSIGN(auto file, files.open(path, Access::read));
  return over(std::move(file), std::move(path));
}

Result<std::unique_ptr<RawCursor>> RawCursor::over(std::unique_ptr<File> file,
                                                   std::filesystem::path path) {
  std::unique_ptr<RawCursor> cursor(new RawCursor(std::move(file), std::move(path)));
  auto header = cursor->slots_.read_header();
  if (!header && header.error().kind == ErrorKind::corrupt) {
    const auto name = parse_segment_name(cursor->path_.filename().string());
    return std::unexpected(corrupt_at(cursor->path_, 0, name ? name->first_seq : model::Seq{0},
                                      header.error().message));
  }
  if (!header) return std::unexpected(std::move(header).error());
  cursor->header_ = *header;
  return cursor;
}

Result<Slot> RawCursor::next() {
  KOPILKA_TRY_ASSIGN(auto slot, slots_.at(offset_, Depth::whole));
  if (slot.state == SlotState::whole) offset_ += slot.bytes;
  return slot;
}

Result<void> RawCursor::seek(model::Seq first, model::BatchNumber last_n, Chain& chain) {
  while (chain.next_n() <= last_n) {
    KOPILKA_TRY_ASSIGN(const auto slot, slots_.at(offset_, Depth::header));
    if (slot.state != SlotState::whole || model::last_seq(slot.batch.header) >= first) break;
    // A header out of its place is left for the caller to find, with everything else about it.
    if (slot.batch.header.n != chain.next_n() || slot.batch.header.first_seq != chain.next_seq())
      break;
    chain.skip(slot.batch.header);
    offset_ += slot.bytes;
  }
  return {};
}

void RawCursor::jump(const SlotPlace& place, Chain& chain) {
  offset_ = place.offset;
  chain.jump(place.n, place.first_seq);
}

}  // namespace kopilka::segments
