#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/model/batch.h"
#include "engine/segments/file.h"

// The bytes of docs/formats/segments.md, without any file.
namespace kopilka::segments {

// What a disk writes as one: the unit in which a tail can be torn.
inline constexpr std::size_t kSectorBytes = 512;
inline constexpr std::size_t kSegmentHeaderBytes = 128;  // followed by zeros to the end of its page
inline constexpr std::size_t kSlotPrefixBytes = 16;
inline constexpr std::size_t kBatchBytesMax = std::size_t{1} << 20;
inline constexpr std::size_t kFrameBytes = std::size_t{1} << 20;  // a packed frame, before zstd

// Small logs stay small: each segment is twice the one before, up to a limit.
inline constexpr std::uint64_t kFirstSegmentBytes = std::uint64_t{1} << 20;

inline constexpr char kLockName[] = "lock";
inline constexpr char kCloseMarkName[] = "closed";
inline constexpr char kSpareName[] = "spare.tmp";
inline constexpr char kTemporarySuffix[] = ".tmp";

// The file's form: as it was appended, or compressed after it was full.
enum class SegmentForm : unsigned char { raw, packed };

// A segment is named by the first batch and the first seq that it holds or will hold.
struct SegmentName {
  model::BatchNumber first_n;
  model::Seq first_seq;
  SegmentForm form{SegmentForm::raw};
  auto operator<=>(const SegmentName&) const = default;
};

[[nodiscard]] std::string to_text(const SegmentName& name);
[[nodiscard]] std::optional<SegmentName> parse_segment_name(std::string_view text);

// What stands before the first batch of a segment: the log's end at that moment, so that each
// segment can be opened and checked without the one before it.
struct SegmentHeader {
  std::uint16_t stream{0};
  model::LogHead before;
};

// A whole page.
[[nodiscard]] base::Bytes encode(const SegmentHeader& header);
// REQUIRES of a good one: at least kSegmentHeaderBytes. Error: corrupt, without the place.
[[nodiscard]] base::Result<SegmentHeader> decode_segment_header(base::ByteView bytes);

// In front of each batch in a raw segment.
struct SlotPrefix {
  std::uint32_t batch_bytes{0};
  // Sectors of the slot that are zeros as they were meant: padding, or long runs of zeros inside.
  // A slot with more of them than this was not wholly written.
  std::uint32_t zero_sectors{0};
};

[[nodiscard]] base::Bytes encode(const SlotPrefix& prefix);
[[nodiscard]] std::optional<SlotPrefix> decode_slot_prefix(base::ByteView bytes);

// Prefix, batch and padding: whole pages.
[[nodiscard]] constexpr std::uint64_t slot_bytes(std::uint64_t batch_bytes) {
  return (kSlotPrefixBytes + batch_bytes + kPageBytes - 1) / kPageBytes * kPageBytes;
}
// A slot ready to be written.
[[nodiscard]] PageBuffer make_slot(base::ByteView batch);

[[nodiscard]] bool is_zero(base::ByteView bytes);
[[nodiscard]] std::uint32_t count_zero_sectors(base::ByteView slot);

// What a clean close leaves: the end that the next opening must find.
struct CloseMark {
  model::StoreId store{};
  model::BatchNumber n;
  model::Seq last_seq;
  base::Hash256 hash{};
  bool operator==(const CloseMark&) const = default;
};

[[nodiscard]] base::Bytes encode(const CloseMark& mark);
[[nodiscard]] base::Result<CloseMark> decode_close_mark(base::ByteView bytes);

// A run of whole batches, compressed as one zstd frame.
struct PackedFrame {
  model::BatchNumber first_n;
  model::Seq first_seq;
  std::uint64_t offset{0};
  std::uint32_t stored_bytes{0};
  std::uint32_t batch_bytes{0};
};

// Skippable frames of zstd, so that `zstd -d` of a packed segment gives its batches.
[[nodiscard]] base::Bytes encode_packed_header(const SegmentHeader& header);
inline constexpr std::size_t kPackedHeaderBytes = 8 + kSegmentHeaderBytes;
[[nodiscard]] base::Result<SegmentHeader> decode_packed_header(base::ByteView bytes);

[[nodiscard]] base::Bytes encode_index(const std::vector<PackedFrame>& frames);
inline constexpr std::size_t kIndexTrailerBytes = 16;
// How many bytes the index takes at the end of the file, told by its last kIndexTrailerBytes.
[[nodiscard]] base::Result<std::uint64_t> index_bytes(base::ByteView trailer);
[[nodiscard]] base::Result<std::vector<PackedFrame>> decode_index(base::ByteView bytes);

}  // namespace kopilka::segments
