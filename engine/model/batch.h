#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/model/answer.h"
#include "engine/model/event.h"
#include "engine/model/ids.h"
#include "engine/model/personal.h"
#include "engine/model/time.h"

// What the log holds: batches of entries of events (architecture.md §3).
namespace kopilka::model {

using StoreId = base::Hash128;
using OwnerId = base::Hash128;

// Who gave a command and under which key. Keys are unique per principal; the credential is the
// caller's means of proof and may be rotated.
struct CommandOrigin {
  std::string principal;
  std::string credential;
  std::string key;
  Mac mac;
  bool operator==(const CommandOrigin&) const = default;
};

// What one command recorded, or what time did on its own (a day opened, a slice of releases).
struct Entry {
  std::optional<CommandOrigin> origin;  // absent: no command
  Instant recorded_at;
  std::vector<DatedEvent> events;  // never empty
};

// How far an input has been read, moving in one step with what it caused. `position` counts
// units of the source (lines of a file, records of a topic); `digest` covers everything before it.
struct SourcePosition {
  std::string source;
  std::uint64_t position{0};
  base::Hash256 digest{};
  bool operator==(const SourcePosition&) const = default;
};

// What one unit of a source was answered. It stands in the log for inputs whose senders read their
// answers from what the log says, so that no crash loses one.
struct Outcome {
  std::uint32_t source{0};             // among the batch's source positions, from 0
  std::uint64_t unit{0};               // which of the source's units
  std::optional<std::uint32_t> entry;  // among the batch's entries, from 0: what it recorded
  std::optional<std::string> key;      // absent: it could not be read
  Answer answer;
  bool operator==(const Outcome&) const = default;
};

struct BatchHeader {
  StoreId store{};
  std::uint16_t stream{0};
  Epoch epoch;
  OwnerId owner{};
  BatchNumber n;
  Seq first_seq;           // of its first event; with no event, of the next one
  std::uint32_t count{0};  // events
  std::uint64_t registry_seq{0};
  Instant recorded_at;       // of its first entry; of the batch when it has none
  base::Hash256 previous{};  // hash of the batch before; zeros for the first
};

struct Batch {
  BatchHeader header;
  std::vector<SourcePosition> sources;
  std::vector<Entry> entries;
  std::vector<Outcome> outcomes;  // in the order in which they were answered
};

// Where a log ends: the last batch that counts.
struct LogHead {
  StoreId store{};
  Epoch epoch;
  OwnerId owner{};
  BatchNumber n;        // 0: nothing yet
  Seq last_seq;         // 0: nothing yet
  Instant recorded_at;  // of the last entry
  base::Hash256 hash{};
};

[[nodiscard]] inline Seq last_seq(const BatchHeader& header) {
  return Seq{header.first_seq.value() + header.count - 1};
}

}  // namespace kopilka::model
