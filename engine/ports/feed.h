#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/ports/topic.h"

namespace kopilka::ports {

using PartitionNumber = std::uint32_t;

struct FeedHeader {
  std::string name;
  std::string value;
  bool operator==(const FeedHeader&) const = default;
};

struct FeedRecord {
  PartitionNumber partition{0};
  TopicOffset offset{0};  // of a record that was read
  base::Bytes key;        // empty: none
  base::Bytes value;
  std::vector<FeedHeader> headers;
};

// One producer: idempotent and gapless, so that in each partition its records stand in the order of
// their tickets, none twice, and none behind one that failed. One thread. Destroying it gives up
// what is under way, which may land all the same.
class FeedWriter {
 public:
  virtual ~FeedWriter() = default;
  // Hands a record over and returns its ticket: 1, 2, 3… limit: so much is under way that nothing
  // more is taken until `poll` told of some; any other error: the writer is of no more use.
  [[nodiscard]] virtual base::Result<std::uint64_t> append(FeedRecord record) = 0;
  // Reports that became known, in the order of tickets; waits at most `timeout` for the first.
  [[nodiscard]] virtual std::vector<DeliveryReport> poll(std::chrono::milliseconds timeout) = 0;
};

// Walks all partitions at once: each in its order, each record once; of transactions, what was
// committed. One thread.
class FeedReader {
 public:
  virtual ~FeedReader() = default;
  // The next record; nothing: none came within `timeout`. Errors: io, the brokers cannot be
  // reached, or whoever answers does not hold an offset, which only `bounds` tells to be gone:
  // whoever goes on opens another reader.
  [[nodiscard]] virtual base::Result<std::optional<FeedRecord>> next(
      std::chrono::milliseconds timeout) = 0;
};

// A topic of keyed records in partitions, through which others and we hand things to each other.
// Any thread.
class Feed {
 public:
  virtual ~Feed() = default;
  // For people: where it is and its name.
  [[nodiscard]] virtual std::string name() const = 0;
  // not_available: there is no such topic.
  [[nodiscard]] virtual base::Result<PartitionNumber> partitions() = 0;
  // REQUIRES: partition < partitions()
  [[nodiscard]] virtual base::Result<TopicBounds> bounds(PartitionNumber partition) = 0;
  [[nodiscard]] virtual base::Result<std::unique_ptr<FeedWriter>> open_writer() = 0;
  // From an offset a partition on, by their numbers. REQUIRES: as many as there are partitions
  [[nodiscard]] virtual base::Result<std::unique_ptr<FeedReader>> read_from(
      std::vector<TopicOffset> offsets) = 0;
};

}  // namespace kopilka::ports
