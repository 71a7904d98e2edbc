#pragma once

#include <cstdint>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/model/batch.h"

// What stands in a topic beside batches: docs/formats/topic.md.
namespace kopilka::topic_log {

inline constexpr std::uint16_t kRecordFormat = 1;
inline constexpr std::size_t kGenesisBytes = 32;
inline constexpr std::size_t kClaimBytes = 48;

// What a record says it is, by its first four bytes.
enum class RecordKind : unsigned char {
  batch,
  claim,
  genesis,
  newer,    // ours, but no kind that this build knows
  garbage,  // nothing that any version of kopilka writes
};
[[nodiscard]] RecordKind kind_of(base::ByteView bytes);

// The first record of a log's topic: whose log it is.
struct Genesis {
  model::StoreId store{};
  bool operator==(const Genesis&) const = default;
};

// A candidate's word that it owns the log from here on, if it takes effect (fold.h).
struct Claim {
  model::StoreId store{};
  model::Epoch epoch;
  model::OwnerId owner{};
  bool operator==(const Claim&) const = default;
};

[[nodiscard]] base::Bytes encode(const Genesis& genesis);
[[nodiscard]] base::Bytes encode(const Claim& claim);

// corrupt: not such a record, or a damaged one; not_available: a format that this build does not
// know.
[[nodiscard]] base::Result<Genesis> decode_genesis(base::ByteView bytes);
[[nodiscard]] base::Result<Claim> decode_claim(base::ByteView bytes);

}  // namespace kopilka::topic_log
