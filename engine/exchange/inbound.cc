#include "engine/exchange/inbound.h"

#include <utility>

#include <fmt/format.h>

#include "engine/base/hashing.h"

namespace kopilka::exchange {
namespace {

using base::ErrorKind;
using base::Result;
using ports::PartitionNumber;

// Where reading goes on, and that nothing is missing before it.
Result<ports::TopicOffset> begin_of(ports::Feed& feed, PartitionNumber partition,
                                    std::uint64_t position) {
  KOPILKA_TRY_ASSIGN(const auto bounds, feed.bounds(partition));
  if (position > bounds.end)
    return base::fail(
        ErrorKind::corrupt,
        fmt::format(
            "partition {} of {} ends at offset {}, but it was read to {}: the topic was made "
            "anew or has lost its end; give its messages to a topic of another name",
            partition, feed.name(), bounds.end, position));
  // Before a store read anything, what the topic has forgotten was not meant for it.
  if (position == 0 || position >= bounds.first) return std::max(position, bounds.first);
  return base::fail(
      ErrorKind::corrupt,
      fmt::format("messages {} to {} in partition {} of {} are gone and were never read: let its "
                  "retention be longer, have them sent again, and give them to a topic of another "
                  "name",
                  position, bounds.first - 1, partition, feed.name()));
}

base::Hash256 digest_after(const base::Hash256& before, base::ByteView message) {
  base::Bytes text(base::view_of(before));
  text += base::view_of(base::sha256(message));
  return base::sha256(text);
}

}  // namespace

std::string inbound_source(PartitionNumber partition) {
  return fmt::format("inbound/{}", partition);
}

Result<Inbound> Inbound::open(ports::Feed& feed, const ProgressOf& progress_of) {
  KOPILKA_TRY_ASSIGN(const auto count, feed.partitions());
  if (count > kInboundPartitionsMax)
    return base::fail(ErrorKind::not_available,
                      fmt::format("{} has {} partitions; commands are read from {} at most",
                                  feed.name(), count, kInboundPartitionsMax));
  std::vector<Partition> partitions;
  std::vector<ports::TopicOffset> offsets;
  for (PartitionNumber number = 0; number < count; ++number) {
    KOPILKA_TRY_ASSIGN(const auto progress, progress_of(inbound_source(number)));
    KOPILKA_TRY_ASSIGN(const auto begin, begin_of(feed, number, progress.position));
    partitions.push_back({.position = begin, .digest = progress.digest});
    offsets.push_back(begin);
  }
  KOPILKA_TRY_ASSIGN(auto reader, feed.read_from(std::move(offsets)));
  return Inbound(std::move(reader), std::move(partitions));
}

Result<std::optional<shard::Submission>> Inbound::next(std::chrono::milliseconds timeout) {
  KOPILKA_TRY_ASSIGN(const auto record, reader_->next(timeout));
  if (!record) return std::nullopt;
  auto& partition = partitions_.at(record->partition);
  partition.position = record->offset + 1;
  partition.digest = digest_after(partition.digest, record->value);

  shard::Submission submission{.ticket = ++last_ticket_};
  submission.unit = record->offset;
  submission.source = model::SourcePosition{inbound_source(record->partition), partition.position,
                                            partition.digest};
  submission.origin.principal = kInboundPrincipal;
  submission.origin.credential = kInboundPrincipal;
  auto parsed = codec::is_flatbuffer(record->value)
                    ? parser_.parse_flatbuffer(record->value)
                    : parser_.parse(record->value, codec::At::forbidden);
  if (parsed) {
    submission.origin.key = std::move(parsed->key);
    submission.content = std::move(parsed->command);
  } else {
    submission.origin.key = parsed.error().key.value_or("");
    submission.content = shard::Malformed{parsed.error().code, std::move(parsed.error().message)};
  }
  return submission;
}

}  // namespace kopilka::exchange
