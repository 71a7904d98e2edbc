#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/codec/event_codec.h"
#include "engine/model/batch.h"
#include "engine/ports/event_log.h"

// The canonical bytes of a batch: docs/formats/batch.md.
namespace kopilka::codec {

inline constexpr std::uint16_t kBatchFormat = 1;
// The header lies in one 512-byte sector.
inline constexpr std::size_t kBatchHeaderBytes = 144;
// Below the megabyte that a Kafka broker accepts by default.
inline constexpr std::size_t kBatchBytesMax = 900'000;
inline constexpr std::uint32_t kBatchEntriesMax = 32'768;
inline constexpr std::uint32_t kBatchEventsMax = 32'768;
inline constexpr std::size_t kBatchSourcesMax = 16;
inline constexpr std::size_t kSourceNameBytesMax = 255;
// Of a principal, or of a credential's name.
inline constexpr std::size_t kCallerBytesMax = 255;
// What one entry may take. The largest that a command can cause, a purchase of 1 000 lines that is
// adjusted and clawed back together with 1 000 releases, stays below.
inline constexpr std::size_t kEntryBytesMax = 400'000;
inline constexpr std::uint32_t kEntryEventsMax = 2'048;
inline constexpr std::uint32_t kBatchOutcomesMax = 32'768;
// What one outcome may take, and the words to people in it.
inline constexpr std::size_t kOutcomeBytesMax = 1'024;
inline constexpr std::size_t kOutcomeMessageBytesMax = 384;

// Collects the entries of one batch after another, each encoded when it comes. Not shared between
// threads.
class BatchBuilder {
 public:
  // REQUIRES: has_room(); 1 to kEntryEventsMax events; names and key within their limits
  void add_entry(const model::Entry& entry);
  // REQUIRES: fewer than kBatchSourcesMax so far; the name is not empty
  void add_source(const model::SourcePosition& source);

  // An outcome whose command recorded something names the entry, which was added already, and its
  // key and answer but for the result are the entry's; any other has them itself.
  // REQUIRES: has_room(); the source is or will be among those added
  void add_outcome(const model::Outcome& outcome);

  // Of the finished batch, in bytes.
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] std::uint32_t entries() const { return entry_count_; }
  [[nodiscard]] std::uint32_t events() const { return event_count_; }
  [[nodiscard]] std::uint32_t outcomes() const { return outcome_count_; }
  // Whether the largest entry and outcome would still fit.
  [[nodiscard]] bool has_room() const;

  // The batch under that header, whose `count`, and `recorded_at` when there are entries, are set
  // from what was added. The builder is empty again.
  [[nodiscard]] ports::SealedBatch finish(model::BatchHeader header);

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };

  void put_name(std::string_view name);

  EventWriter writer_;
  base::Bytes sources_;
  base::Bytes entries_;
  base::Bytes events_;
  base::Bytes outcomes_;
  std::uint64_t last_unit_{0};
  // Principals and credentials that stand in `entries_` already, by their order there.
  std::unordered_map<std::string, std::uint64_t, TextHash, std::equal_to<>> names_;
  std::optional<model::Instant> first_recorded_at_;
  model::Instant last_recorded_at_;
  std::size_t source_count_{0};
  std::uint32_t entry_count_{0};
  std::uint32_t event_count_{0};
  std::uint32_t outcome_count_{0};
};

// REQUIRES: the batch keeps the limits above; its header agrees with its entries
[[nodiscard]] ports::SealedBatch seal(const model::Batch& batch);

// What a header says of the batch that it begins.
struct OpenedHeader {
  model::BatchHeader header;
  std::uint32_t entries{0};
  std::uint32_t sources_bytes{0};
  std::uint32_t entries_bytes{0};
  std::uint32_t events_bytes{0};
  std::uint32_t outcomes_bytes{0};
  std::uint32_t body_crc{0};
  std::size_t batch_bytes{0};  // header and body
};

// Reads the header that `bytes` begin with. corrupt: no header of a batch, or a damaged one;
// not_available: a format that this build does not know.
[[nodiscard]] base::Result<OpenedHeader> open_header(base::ByteView bytes);

// Takes exactly one batch: checks header and checksums and hashes it, without looking into its
// entries. Errors as `open_header`.
[[nodiscard]] base::Result<ports::SealedBatch> open_sealed(base::Bytes bytes);

// The batch in full, from its bytes alone. Trusts nothing in them; their checksum was
// `open_sealed`'s to check. corrupt: the message names what and where; not_available: an event that
// this build does not know.
[[nodiscard]] base::Result<model::Batch> decode(const ports::SealedBatch& sealed);

// Where a log stands that ends with this batch. Errors as `decode`.
[[nodiscard]] base::Result<model::LogHead> head_after(const ports::SealedBatch& sealed);

}  // namespace kopilka::codec
