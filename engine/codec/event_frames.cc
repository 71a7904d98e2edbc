#include "engine/codec/event_frames.h"

#include <utility>

#include <fmt/format.h>

#include "engine/codec/batch.h"
#include "engine/codec/batch_layout.h"
#include "engine/codec/cursor.h"
#include "engine/codec/event_codec.h"

namespace kopilka::codec {
namespace {

constexpr std::size_t kMacBytes = 16;

void skip_name(Cursor& entries, std::uint64_t& names) {
  if (entries.varint() != names) return;
  ++names;
  entries.text();
}

void skip_origin(Cursor& entries, std::uint64_t& names) {
  skip_name(entries, names);  // principal
  skip_name(entries, names);  // credential
  entries.text();
  entries.take(kMacBytes);
}

base::ByteView take_frame(Cursor& events) {
  const auto begin = events.rest();
  events.varint();  // type
  events.varint();  // version
  events.varint();  // effective_at
  events.text();    // payload
  return begin.substr(0, begin.size() - events.rest().size());
}

}  // namespace

base::Result<std::vector<EventFrame>> event_frames(const ports::SealedBatch& sealed) {
  KOPILKA_TRY_ASSIGN(const auto opened, open_header(sealed.bytes));
  const auto& header = opened.header;
  const auto damaged = [&] {
    return base::fail(base::ErrorKind::corrupt,
                      fmt::format("batch {}: its entries are damaged", header.n.value()));
  };
  if (sealed.bytes.size() != opened.batch_bytes) return damaged();
  const auto body =
      base::ByteView(sealed.bytes).substr(kBatchHeaderBytes + std::size_t{opened.sources_bytes});
  Cursor entries(body.substr(0, opened.entries_bytes));
  Cursor events(body.substr(opened.entries_bytes, opened.events_bytes));
  std::vector<EventFrame> frames;
  frames.reserve(header.count);
  std::uint64_t names = 0;
  auto recorded_at = header.recorded_at;
  auto seq = header.first_seq;
  for (std::uint32_t i = 0; i < opened.entries; ++i) {
    if ((entries.little<std::uint8_t>() & kEntryHasOrigin) != 0) skip_origin(entries, names);
    const auto at = entries.instant_after(recorded_at);
    const auto count = entries.varint();
    if (!entries.ok() || !at || count > header.count - frames.size()) return damaged();
    recorded_at = *at;
    for (std::uint64_t j = 0; j < count; ++j) {
      frames.push_back({seq, recorded_at, take_frame(events)});
      seq = model::next(seq);
    }
  }
  if (!events.ok() || !events.empty() || frames.size() != header.count) return damaged();
  return frames;
}

base::Result<model::DatedEvent> decode_frame(base::ByteView bytes, model::Instant recorded_at) {
  Cursor in(bytes);
  const auto type = in.varint();
  const auto version = in.varint();
  const auto effective_at = in.instant_after(recorded_at);
  const auto payload = in.text();
  if (!in.ok() || !effective_at || !in.empty())
    return base::fail(base::ErrorKind::corrupt, "these are not the bytes of an event");
  EventReader reader;
  KOPILKA_TRY_ASSIGN(auto event, reader.decode(type, version, payload));
  return model::DatedEvent{*effective_at, std::move(event)};
}

}  // namespace kopilka::codec
