#include <utility>

#include "engine/base/check.h"
#include "engine/base/hashing.h"
#include "engine/codec/batch.h"
#include "engine/codec/batch_layout.h"
#include "engine/codec/outcome_codec.h"

namespace kopilka::codec {
namespace {

// Deltas wrap around, so that no pair of instants is out of reach.
std::uint64_t delta(model::Instant from, model::Instant to) {
  const auto difference =
      static_cast<std::uint64_t>(to.in_micros()) - static_cast<std::uint64_t>(from.in_micros());
  return base::zigzag(static_cast<std::int64_t>(difference));
}

void put_text(base::Bytes& out, std::string_view text) {
  base::put_varint(out, text.size());
  out += text;
}

base::Bytes put_header(const model::BatchHeader& header, std::uint32_t entry_count) {
  base::Bytes out;
  out += kBatchMagic;
  base::put_little(out, kBatchFormat);
  base::put_little(out, static_cast<std::uint16_t>(kBatchHeaderBytes));
  base::put_little(out, header.stream);
  base::put_little(out, std::uint16_t{0});
  base::put_little(out, header.epoch.value());
  out += base::view_of(header.store);
  out += base::view_of(header.owner);
  base::put_little(out, header.n.value());
  base::put_little(out, header.first_seq.value());
  base::put_little(out, header.registry_seq);
  base::put_little(out, header.recorded_at.in_micros());
  out += base::view_of(header.previous);
  base::put_little(out, header.count);
  base::put_little(out, entry_count);
  return out;
}

}  // namespace

void BatchBuilder::put_name(std::string_view name) {
  const auto known = names_.find(name);
  if (known != names_.end()) return base::put_varint(entries_, known->second);
  const std::uint64_t fresh = names_.size();
  names_.emplace(name, fresh);
  base::put_varint(entries_, fresh);
  put_text(entries_, name);
}

void BatchBuilder::add_entry(const model::Entry& entry) {
  KOPILKA_CHECK(!entry.events.empty() && entry.events.size() <= kEntryEventsMax);
  KOPILKA_CHECK(has_room());
  KOPILKA_CHECK(!entry.origin || (entry.origin->principal.size() <= kCallerBytesMax &&
                                  entry.origin->credential.size() <= kCallerBytesMax &&
                                  entry.origin->key.size() <= model::kKeyText.bytes_max));
  const auto size_before = size();
  if (!first_recorded_at_) first_recorded_at_ = last_recorded_at_ = entry.recorded_at;
  entries_.push_back(static_cast<char>(entry.origin ? kEntryHasOrigin : 0));
  if (entry.origin) {
    put_name(entry.origin->principal);
    put_name(entry.origin->credential);
    put_text(entries_, entry.origin->key);
    entries_ += base::view_of(entry.origin->mac.value);
  }
  base::put_varint(entries_, delta(last_recorded_at_, entry.recorded_at));
  base::put_varint(entries_, entry.events.size());
  for (const auto& dated : entry.events) {
    base::put_varint(events_, model::type_of(dated.event));
    base::put_varint(events_, kEventVersion);
    base::put_varint(events_, delta(entry.recorded_at, dated.effective_at));
    put_text(events_, writer_.encode(dated.event));
  }
  last_recorded_at_ = entry.recorded_at;
  ++entry_count_;
  event_count_ += static_cast<std::uint32_t>(entry.events.size());
  KOPILKA_CHECK(size() - size_before <= kEntryBytesMax);
}

void BatchBuilder::add_source(const model::SourcePosition& source) {
  KOPILKA_CHECK(source_count_ < kBatchSourcesMax);
  KOPILKA_CHECK(!source.source.empty() && source.source.size() <= kSourceNameBytesMax);
  put_text(sources_, source.source);
  base::put_varint(sources_, source.position);
  sources_ += base::view_of(source.digest);
  ++source_count_;
}

void BatchBuilder::add_outcome(const model::Outcome& outcome) {
  KOPILKA_CHECK(outcome_count_ < kBatchOutcomesMax && outcome.source < kBatchSourcesMax);
  KOPILKA_CHECK(!outcome.entry || *outcome.entry < entry_count_);
  const auto size_before = outcomes_.size();
  put_outcome(outcomes_, outcome, last_unit_);
  KOPILKA_CHECK(outcomes_.size() - size_before <= kOutcomeBytesMax);
  last_unit_ = outcome.unit;
  ++outcome_count_;
}

std::size_t BatchBuilder::size() const {
  return kBatchHeaderBytes + sources_.size() + entries_.size() + events_.size() + outcomes_.size();
}

bool BatchBuilder::has_room() const {
  constexpr std::size_t kSourcesReserve = kBatchSourcesMax * (kSourceNameBytesMax + 64);
  return size() + kEntryBytesMax + kOutcomeBytesMax + kSourcesReserve <= kBatchBytesMax &&
         entry_count_ < kBatchEntriesMax && event_count_ + kEntryEventsMax <= kBatchEventsMax &&
         outcome_count_ < kBatchOutcomesMax;
}

ports::SealedBatch BatchBuilder::finish(model::BatchHeader header) {
  header.count = event_count_;
  if (first_recorded_at_) header.recorded_at = *first_recorded_at_;
  ports::SealedBatch sealed{header, put_header(header, entry_count_), {}};
  base::Bytes& out = sealed.bytes;
  base::put_little(out, static_cast<std::uint32_t>(sources_.size()));
  base::put_little(out, static_cast<std::uint32_t>(entries_.size()));
  base::put_little(out, static_cast<std::uint32_t>(events_.size()));
  base::put_little(out, static_cast<std::uint32_t>(outcomes_.size()));
  base::Bytes body;
  body.reserve(size() - kBatchHeaderBytes);
  body.append(sources_).append(entries_).append(events_).append(outcomes_);
  base::put_little(out, base::crc32c(body));
  base::put_little(out, base::crc32c(out));
  KOPILKA_CHECK(out.size() == kBatchHeaderBytes && size() <= kBatchBytesMax);
  out += body;
  sealed.hash = base::sha256(out);

  sources_.clear();
  entries_.clear();
  events_.clear();
  outcomes_.clear();
  names_.clear();
  first_recorded_at_.reset();
  source_count_ = 0;
  last_unit_ = 0;
  entry_count_ = event_count_ = outcome_count_ = 0;
  return sealed;
}

ports::SealedBatch seal(const model::Batch& batch) {
  BatchBuilder builder;
  for (const auto& source : batch.sources)
    builder.add_source(source);
  for (const auto& entry : batch.entries)
    builder.add_entry(entry);
  for (const auto& outcome : batch.outcomes)
    builder.add_outcome(outcome);
  auto sealed = builder.finish(batch.header);
  KOPILKA_CHECK(sealed.header.count == batch.header.count);
  KOPILKA_CHECK(sealed.header.recorded_at == batch.header.recorded_at);
  return sealed;
}

}  // namespace kopilka::codec
