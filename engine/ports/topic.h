#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/result.h"

namespace kopilka::ports {

// A place in a topic's one partition. Rising, with holes.
using TopicOffset = std::uint64_t;

struct TopicRecord {
  TopicOffset offset{0};
  base::Bytes value;
};

// Where a topic begins and ends: `first` is the oldest record kept, `end` one beyond the last that
// is replicated as the topic demands. Equal: it is empty.
struct TopicBounds {
  TopicOffset first{0};
  TopicOffset end{0};
};

// What became of one appended record. A failure settles nothing: the record may be there all the
// same, now or later.
struct DeliveryReport {
  std::uint64_t ticket{0};
  std::optional<TopicOffset> offset;  // delivered there; nothing: not known to be delivered
  std::string error;                  // for people; empty when delivered
};

// One producer: idempotent and gapless, so its records stand in the order of their tickets, none of
// them twice, and after one that failed none of a later ticket is delivered. One thread.
// Destroying it gives up what is under way, which may land all the same.
class TopicWriter {
 public:
  virtual ~TopicWriter() = default;
  // Hands a record over and returns its ticket: 1, 2, 3… An error: nothing was handed over, and the
  // writer is of no more use.
  [[nodiscard]] virtual base::Result<std::uint64_t> append(base::Bytes value) = 0;
  // Reports that became known, in the order of tickets; waits at most `timeout` for the first.
  [[nodiscard]] virtual std::vector<DeliveryReport> poll(std::chrono::milliseconds timeout) = 0;
};

// Walks the records from an offset on, each once, in order; those that the topic would not yet
// promise to keep are not shown. One thread.
class TopicReader {
 public:
  virtual ~TopicReader() = default;
  // The next record; nothing: the end was reached, or `timeout` passed. Errors: io, as soon as the
  // connection was lost, another broker may lead, or whoever leads does not hold the offset: what
  // was read may have been cut off since, so whoever goes on asks for the bounds, opens another
  // reader at a record that it knows and compares; corrupt: a record is not what was written.
  [[nodiscard]] virtual base::Result<std::optional<TopicRecord>> next(
      std::chrono::milliseconds timeout) = 0;
  // Everything before it was shown, or is known to hold no record: it comes to stand at a topic's
  // end even when that ends with a hole.
  [[nodiscard]] virtual TopicOffset position() const = 0;
};

// One partition, to which others may write too. Any thread.
class Topic {
 public:
  virtual ~Topic() = default;
  // For people: where it is and its name.
  [[nodiscard]] virtual std::string name() const = 0;
  [[nodiscard]] virtual base::Result<TopicBounds> bounds() = 0;
  // Whether the topic keeps what it was given for ever, and replicates it as it should;
  // not_available names the setting that is wrong, its value, and what it must be.
  [[nodiscard]] virtual base::Result<void> check_settings() = 0;
  [[nodiscard]] virtual base::Result<std::unique_ptr<TopicWriter>> open_writer() = 0;
  // REQUIRES: bounds().first <= offset <= bounds().end
  [[nodiscard]] virtual base::Result<std::unique_ptr<TopicReader>> read_from(
      TopicOffset offset) = 0;
};

}  // namespace kopilka::ports
