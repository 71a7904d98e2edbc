#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/base/hashing.h"
#include "engine/codec/batch.h"
#include "engine/codec/batch_layout.h"
#include "engine/codec/cursor.h"
#include "engine/codec/outcome_codec.h"
#include "engine/codec/scalars.h"

namespace kopilka::codec {
namespace {

std::unexpected<base::Error> corrupt(std::string what) {
  return base::fail(base::ErrorKind::corrupt, std::move(what));
}

// The fields after magic, format and length, in their order.
OpenedHeader take_header(Cursor in) {
  OpenedHeader out;
  model::BatchHeader& header = out.header;
  header.stream = in.little<std::uint16_t>();
  in.take(2);
  header.epoch = model::Epoch{in.little<std::uint32_t>()};
  header.store = in.array<16>();
  header.owner = in.array<16>();
  header.n = model::BatchNumber{in.little<std::uint64_t>()};
  header.first_seq = model::Seq{in.little<std::uint64_t>()};
  header.registry_seq = in.little<std::uint64_t>();
  header.recorded_at = model::Instant::micros(in.little<std::int64_t>());
  header.previous = in.array<32>();
  header.count = in.little<std::uint32_t>();
  out.entries = in.little<std::uint32_t>();
  out.sources_bytes = in.little<std::uint32_t>();
  out.entries_bytes = in.little<std::uint32_t>();
  out.events_bytes = in.little<std::uint32_t>();
  out.outcomes_bytes = in.little<std::uint32_t>();
  out.body_crc = in.little<std::uint32_t>();
  out.batch_bytes = kBatchHeaderBytes + std::size_t{out.sources_bytes} + out.entries_bytes +
                    out.events_bytes + out.outcomes_bytes;
  return out;
}

// What a header may say at all.
bool is_plausible(const OpenedHeader& opened, base::ByteView bytes) {
  model::Instant ignored;
  const auto& header = opened.header;
  const bool nothing_reserved = base::get_little<std::uint16_t>(bytes.substr(10)) == 0;
  return nothing_reserved && opened.batch_bytes <= kBatchBytesMax && header.n.value() >= 1 &&
         header.first_seq.value() >= 1 && header.first_seq.value() <= model::kIdLimit &&
         opened.entries <= kBatchEntriesMax && header.count <= kBatchEventsMax &&
         opened.entries <= header.count && (opened.entries == 0) == (header.count == 0) &&
         from_raw(header.recorded_at.in_micros(), ignored);
}

class BatchDecoder {
 public:
  BatchDecoder(const OpenedHeader& opened, base::ByteView bytes)
      : opened_(opened),
        sources_(bytes.substr(kBatchHeaderBytes, opened.sources_bytes)),
        entries_(bytes.substr(kBatchHeaderBytes + opened.sources_bytes, opened.entries_bytes)),
        events_(bytes.substr(kBatchHeaderBytes + opened.sources_bytes + opened.entries_bytes,
                             opened.events_bytes)),
        outcomes_(bytes.substr(opened.batch_bytes - opened.outcomes_bytes)) {}

  base::Result<model::Batch> decode() {
    batch_.header = opened_.header;
    KOPILKA_TRY(take_sources());
    batch_.entries.reserve(opened_.entries);
    last_recorded_at_ = opened_.header.recorded_at;
    for (std::uint32_t i = 0; i < opened_.entries; ++i)
      KOPILKA_TRY(take_entry());
    if (!entries_.empty()) return corrupt(say("bytes after the last entry"));
    if (events_taken_ != opened_.header.count || !events_.empty())
      return corrupt(say(fmt::format("{} events in its entries, {} in its header", events_taken_,
                                     opened_.header.count)));
    KOPILKA_TRY(take_outcomes());
    return std::move(batch_);
  }

 private:
  base::Result<void> take_sources() {
    while (!sources_.empty()) {
      model::SourcePosition source;
      source.source = sources_.text();
      source.position = sources_.varint();
      source.digest = sources_.array<32>();
      if (!sources_.ok() || source.source.empty() || source.source.size() > kSourceNameBytesMax)
        return corrupt(say("its source positions are damaged"));
      batch_.sources.push_back(std::move(source));
      if (batch_.sources.size() > kBatchSourcesMax) return corrupt(say("too many sources"));
    }
    return {};
  }

  base::Result<void> take_entry() {
    model::Entry entry;
    const auto flags = entries_.little<std::uint8_t>();
    if ((flags & ~kEntryHasOrigin) != 0) return corrupt(say_entry("unknown flags"));
    if ((flags & kEntryHasOrigin) != 0) {
      auto& origin = entry.origin.emplace();
      const bool named = take_name(origin.principal) && take_name(origin.credential);
      origin.key = entries_.text();
      origin.mac.value = entries_.array<16>();
      if (!named || !entries_.ok() || origin.key.size() > model::kKeyText.bytes_max)
        return corrupt(say_entry("its origin is damaged"));
    }
    const auto recorded_at = entries_.instant_after(last_recorded_at_);
    const auto count = entries_.varint();
    if (!entries_.ok() || !recorded_at) return corrupt(say_entry("its time is damaged"));
    if (batch_.entries.empty() && *recorded_at != opened_.header.recorded_at)
      return corrupt(say_entry("it is first, but its time is not the batch's"));
    if (count == 0 || count > opened_.header.count - events_taken_)
      return corrupt(say_entry("its number of events does not fit the batch's"));
    entry.recorded_at = last_recorded_at_ = *recorded_at;
    entry.events.reserve(count);
    for (std::uint64_t i = 0; i < count; ++i) {
      KOPILKA_TRY_ASSIGN(auto event, take_event(entry.recorded_at));
      entry.events.push_back(std::move(event));
    }
    batch_.entries.push_back(std::move(entry));
    return {};
  }

  base::Result<void> take_outcomes() {
    OutcomeDecoder decoder(batch_);
    while (!outcomes_.empty()) {
      auto outcome = decoder.take(outcomes_);
      if (!outcome || batch_.outcomes.size() == kBatchOutcomesMax)
        return corrupt(say(fmt::format("outcome {} is damaged", batch_.outcomes.size() + 1)));
      batch_.outcomes.push_back(std::move(*outcome));
    }
    return {};
  }

  // A name that stands here for the first time is followed by its text.
  bool take_name(std::string& name) {
    const auto index = entries_.varint();
    if (!entries_.ok() || index > names_.size()) return false;
    if (index == names_.size()) names_.push_back(entries_.text());
    if (!entries_.ok() || names_.at(index).size() > kCallerBytesMax) return false;
    name = names_.at(index);
    return true;
  }

  base::Result<model::DatedEvent> take_event(model::Instant recorded_at) {
    const auto type = events_.varint();
    const auto version = events_.varint();
    const auto effective_at = events_.instant_after(recorded_at);
    const auto payload = events_.text();
    if (!events_.ok() || !effective_at) return corrupt(say_event("its frame is damaged"));
    auto event = reader_.decode(type, version, payload);
    if (!event) return base::fail(event.error().kind, say_event(event.error().message));
    ++events_taken_;
    return model::DatedEvent{*effective_at, std::move(*event)};
  }

  [[nodiscard]] std::string say(std::string_view what) const {
    return fmt::format("batch {}: {}", opened_.header.n.value(), what);
  }
  [[nodiscard]] std::string say_entry(std::string_view what) const {
    return say(fmt::format("entry {}: {}", batch_.entries.size() + 1, what));
  }
  [[nodiscard]] std::string say_event(std::string_view what) const {
    return say(fmt::format("event {}: {}", opened_.header.first_seq.value() + events_taken_, what));
  }

  const OpenedHeader& opened_;
  Cursor sources_;
  Cursor entries_;
  Cursor events_;
  Cursor outcomes_;
  EventReader reader_;
  model::Batch batch_;
  std::vector<base::ByteView> names_;
  model::Instant last_recorded_at_;
  std::uint32_t events_taken_{0};
};

}  // namespace

base::Result<OpenedHeader> open_header(base::ByteView bytes) {
  if (bytes.size() < kHeaderPrefixBytes || !bytes.starts_with(kBatchMagic))
    return corrupt("no batch begins here: its first bytes are not \"KPLB\"");
  const auto format = base::get_little<std::uint16_t>(bytes.substr(4));
  const auto length = base::get_little<std::uint16_t>(bytes.substr(6));
  if (length < kHeaderPrefixBytes + kHeaderChecksumBytes || length > bytes.size())
    return corrupt("the header of a batch is cut short");
  const auto covered = bytes.substr(0, length - kHeaderChecksumBytes);
  if (base::crc32c(covered) != base::get_little<std::uint32_t>(bytes.substr(covered.size())))
    return corrupt("the header of a batch is damaged: its checksum differs");
  if (format != kBatchFormat)
    return base::fail(base::ErrorKind::not_available,
                      fmt::format("a batch of format {}, this build reads format {}; use the "
                                  "version of kopilka that wrote it, or a newer one",
                                  format, kBatchFormat));
  if (length != kBatchHeaderBytes) return corrupt("the header of a batch has a wrong length");
  auto opened = take_header(Cursor(covered.substr(kHeaderPrefixBytes)));
  if (!is_plausible(opened, bytes))
    return corrupt(
        fmt::format("the header of batch {} says what no batch may", opened.header.n.value()));
  return opened;
}

base::Result<ports::SealedBatch> open_sealed(base::Bytes bytes) {
  KOPILKA_TRY_ASSIGN(const auto opened, open_header(bytes));
  if (bytes.size() != opened.batch_bytes)
    return corrupt(fmt::format("batch {} is {} bytes long, its header says {}",
                               opened.header.n.value(), bytes.size(), opened.batch_bytes));
  if (base::crc32c(base::ByteView(bytes).substr(kBatchHeaderBytes)) != opened.body_crc)
    return corrupt(fmt::format("batch {} is damaged: the checksum of its body differs",
                               opened.header.n.value()));
  const auto hash = base::sha256(bytes);
  return ports::SealedBatch{opened.header, std::move(bytes), hash};
}

base::Result<model::Batch> decode(const ports::SealedBatch& sealed) {
  KOPILKA_TRY_ASSIGN(const auto opened, open_header(sealed.bytes));
  if (sealed.bytes.size() != opened.batch_bytes)
    return corrupt(fmt::format("batch {} is cut short", opened.header.n.value()));
  return BatchDecoder(opened, sealed.bytes).decode();
}

base::Result<model::LogHead> head_after(const ports::SealedBatch& sealed) {
  KOPILKA_TRY_ASSIGN(const auto batch, decode(sealed));
  const auto& header = sealed.header;
  return model::LogHead{
      .store = header.store,
      .epoch = header.epoch,
      .owner = header.owner,
      .n = header.n,
      .last_seq = model::last_seq(header),
      .recorded_at = batch.entries.empty() ? header.recorded_at : batch.entries.back().recorded_at,
      .hash = sealed.hash};
}

}  // namespace kopilka::codec
