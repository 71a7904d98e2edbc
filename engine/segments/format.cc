#include "engine/segments/format.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "engine/base/check.h"
#include "engine/base/hashing.h"

namespace kopilka::segments {
namespace {

using base::Bytes;
using base::ByteView;
using base::ErrorKind;
using base::Result;

constexpr std::string_view kSegmentMagic{"KOPSEG\r\n", 8};
constexpr std::string_view kCloseMagic{"KOPEND\r\n", 8};
constexpr std::string_view kIndexMagic{"KOPINDEX", 8};
constexpr std::uint32_t kSlotMagic = 0x544F4C53;         // "SLOT"
constexpr std::uint32_t kHeaderFrameMagic = 0x184D2A50;  // zstd's skippable frames
constexpr std::uint32_t kIndexFrameMagic = 0x184D2A51;
constexpr std::uint16_t kFormatVersion = 1;
constexpr std::size_t kCloseMarkBytes = 84;
constexpr std::size_t kIndexEntryBytes = 32;
constexpr std::size_t kNameDigits = 16;
constexpr std::string_view kRawSuffix = ".segment";
constexpr std::string_view kPackedSuffix = ".segment.zst";

void put_bytes(Bytes& out, ByteView bytes) {
  out.append(bytes);
}

// Takes values off the front of bytes whose length was checked.
class Cursor {
 public:
  explicit Cursor(ByteView bytes) : rest_(bytes) {}
  template <class T>
  T take() {
    const auto value = base::get_little<T>(rest_);
    rest_.remove_prefix(sizeof(T));
    return value;
  }
  template <std::size_t N>
  std::array<std::uint8_t, N> take_array() {
    std::array<std::uint8_t, N> out{};
    std::memcpy(out.data(), rest_.data(), N);
    rest_.remove_prefix(N);
    return out;
  }

 private:
  ByteView rest_;
};

void seal_with_checksum(Bytes& out) {
  base::put_little(out, base::crc32c(out));
}

// The last four bytes of `bytes` are the checksum of those before.
bool checksum_holds(ByteView bytes) {
  const auto content = bytes.substr(0, bytes.size() - 4);
  return base::get_little<std::uint32_t>(bytes.substr(content.size())) == base::crc32c(content);
}

bool parse_number(std::string_view text, std::uint64_t& value) {
  value = 0;
  if (text.size() != kNameDigits) return false;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return true;
}

// Magic, version and checksum, which every block of ours begins and ends with.
Result<void> check_block(ByteView bytes, std::string_view magic, std::string_view what) {
  if (bytes.substr(0, magic.size()) != magic)
    return base::fail(ErrorKind::corrupt, fmt::format("{} is not there", what));
  if (!checksum_holds(bytes))
    return base::fail(ErrorKind::corrupt, fmt::format("the checksum of {} does not match", what));
  const auto version = base::get_little<std::uint16_t>(bytes.substr(magic.size()));
  if (version != kFormatVersion)
    return base::fail(ErrorKind::not_available,
                      fmt::format("{} has format version {}, this build reads {}", what, version,
                                  kFormatVersion));
  return {};
}

Bytes encode_bare_header(const SegmentHeader& header) {
  Bytes out;
  put_bytes(out, kSegmentMagic);
  base::put_little(out, kFormatVersion);
  base::put_little(out, header.stream);
  base::put_little(out, static_cast<std::uint32_t>(kPageBytes));
  put_bytes(out, base::view_of(header.before.store));
  put_bytes(out, base::view_of(header.before.owner));
  base::put_little(out, header.before.n.value());
  base::put_little(out, header.before.last_seq.value());
  base::put_little(out, header.before.recorded_at.in_micros());
  base::put_little(out, header.before.epoch.value());
  base::put_little(out, std::uint32_t{0});
  put_bytes(out, base::view_of(header.before.hash));
  out.resize(kSegmentHeaderBytes - 4, '\0');
  seal_with_checksum(out);
  KOPILKA_CHECK(out.size() == kSegmentHeaderBytes);
  return out;
}

}  // namespace

std::string to_text(const SegmentName& name) {
  return fmt::format("{:016}-{:016}{}", name.first_n.value(), name.first_seq.value(),
                     name.form == SegmentForm::raw ? kRawSuffix : kPackedSuffix);
}

std::optional<SegmentName> parse_segment_name(std::string_view text) {
  constexpr std::size_t stem = 2 * kNameDigits + 1;
  std::uint64_t n = 0;
  std::uint64_t seq = 0;
  if (text.size() <= stem || text[kNameDigits] != '-' ||
      !parse_number(text.substr(0, kNameDigits), n) ||
      !parse_number(text.substr(kNameDigits + 1, kNameDigits), seq))
    return std::nullopt;
  const auto suffix = text.substr(stem);
  if (suffix != kRawSuffix && suffix != kPackedSuffix) return std::nullopt;
  return SegmentName{model::BatchNumber{n}, model::Seq{seq},
                     suffix == kRawSuffix ? SegmentForm::raw : SegmentForm::packed};
}

Bytes encode(const SegmentHeader& header) {
  auto out = encode_bare_header(header);
  out.resize(kPageBytes, '\0');
  return out;
}

Result<SegmentHeader> decode_segment_header(ByteView bytes) {
  if (bytes.size() < kSegmentHeaderBytes)
    return base::fail(ErrorKind::corrupt, "the segment header is cut short");
  if (!is_zero(bytes.substr(kSegmentHeaderBytes)))
    return base::fail(ErrorKind::corrupt, "the page of the segment header is not zero behind it");
  bytes = bytes.substr(0, kSegmentHeaderBytes);
  KOPILKA_TRY(check_block(bytes, kSegmentMagic, "the segment header"));
  Cursor in(bytes.substr(kSegmentMagic.size() + 2));
  SegmentHeader header;
  header.stream = in.take<std::uint16_t>();
  if (in.take<std::uint32_t>() != kPageBytes)
    return base::fail(ErrorKind::not_available, "slots of this segment are not 4096 bytes apart");
  auto& before = header.before;
  before.store = in.take_array<16>();
  before.owner = in.take_array<16>();
  before.n = model::BatchNumber{in.take<std::uint64_t>()};
  before.last_seq = model::Seq{in.take<std::uint64_t>()};
  before.recorded_at = model::Instant::micros(in.take<std::int64_t>());
  before.epoch = model::Epoch{in.take<std::uint32_t>()};
  (void)in.take<std::uint32_t>();
  before.hash = in.take_array<32>();
  return header;
}

Bytes encode(const SlotPrefix& prefix) {
  Bytes out;
  base::put_little(out, kSlotMagic);
  base::put_little(out, prefix.batch_bytes);
  base::put_little(out, prefix.zero_sectors);
  seal_with_checksum(out);
  return out;
}

std::optional<SlotPrefix> decode_slot_prefix(ByteView bytes) {
  if (bytes.size() < kSlotPrefixBytes) return std::nullopt;
  bytes = bytes.substr(0, kSlotPrefixBytes);
  Cursor in(bytes);
  if (in.take<std::uint32_t>() != kSlotMagic || !checksum_holds(bytes)) return std::nullopt;
  SlotPrefix prefix;
  prefix.batch_bytes = in.take<std::uint32_t>();
  prefix.zero_sectors = in.take<std::uint32_t>();
  if (prefix.batch_bytes == 0 || prefix.batch_bytes > kBatchBytesMax) return std::nullopt;
  return prefix;
}

PageBuffer make_slot(ByteView batch) {
  KOPILKA_CHECK(!batch.empty() && batch.size() <= kBatchBytesMax);
  PageBuffer slot(slot_bytes(batch.size()));
  std::memcpy(slot.span().data() + kSlotPrefixBytes, batch.data(), batch.size());
  // The prefix is never zero, so the first sector does not count whatever the batch holds.
  slot.span()[0] = 1;
  const auto prefix =
      encode(SlotPrefix{static_cast<std::uint32_t>(batch.size()), count_zero_sectors(slot.view())});
  std::memcpy(slot.span().data(), prefix.data(), prefix.size());
  return slot;
}

bool is_zero(ByteView bytes) {
  // Comparing a range with itself one byte on is a comparison that the library makes fast.
  return bytes.empty() || (bytes.front() == '\0' &&
                           std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

std::uint32_t count_zero_sectors(ByteView slot) {
  std::uint32_t count = 0;
  for (; !slot.empty(); slot.remove_prefix(std::min(kSectorBytes, slot.size())))
    if (is_zero(slot.substr(0, kSectorBytes))) ++count;
  return count;
}

Bytes encode(const CloseMark& mark) {
  Bytes out;
  put_bytes(out, kCloseMagic);
  base::put_little(out, kFormatVersion);
  base::put_little(out, std::uint16_t{0});
  base::put_little(out, std::uint32_t{0});
  put_bytes(out, base::view_of(mark.store));
  base::put_little(out, mark.n.value());
  base::put_little(out, mark.last_seq.value());
  put_bytes(out, base::view_of(mark.hash));
  seal_with_checksum(out);
  KOPILKA_CHECK(out.size() == kCloseMarkBytes);
  return out;
}

Result<CloseMark> decode_close_mark(ByteView bytes) {
  if (bytes.size() != kCloseMarkBytes)
    return base::fail(ErrorKind::corrupt, "the close mark has a wrong length");
  KOPILKA_TRY(check_block(bytes, kCloseMagic, "the close mark"));
  Cursor in(bytes.substr(kCloseMagic.size() + 8));
  CloseMark mark;
  mark.store = in.take_array<16>();
  mark.n = model::BatchNumber{in.take<std::uint64_t>()};
  mark.last_seq = model::Seq{in.take<std::uint64_t>()};
  mark.hash = in.take_array<32>();
  return mark;
}

Bytes encode_packed_header(const SegmentHeader& header) {
  Bytes out;
  base::put_little(out, kHeaderFrameMagic);
  base::put_little(out, static_cast<std::uint32_t>(kSegmentHeaderBytes));
  put_bytes(out, encode_bare_header(header));
  return out;
}

Result<SegmentHeader> decode_packed_header(ByteView bytes) {
  if (bytes.size() != kPackedHeaderBytes)
    return base::fail(ErrorKind::corrupt, "the segment header is cut short");
  Cursor in(bytes);
  if (in.take<std::uint32_t>() != kHeaderFrameMagic ||
      in.take<std::uint32_t>() != kSegmentHeaderBytes)
    return base::fail(ErrorKind::corrupt, "the segment header is not there");
  return decode_segment_header(bytes.substr(8));
}

Bytes encode_index(const std::vector<PackedFrame>& frames) {
  Bytes content;
  for (const auto& frame : frames) {
    base::put_little(content, frame.first_n.value());
    base::put_little(content, frame.first_seq.value());
    base::put_little(content, frame.offset);
    base::put_little(content, frame.stored_bytes);
    base::put_little(content, frame.batch_bytes);
  }
  put_bytes(content, kIndexMagic);
  base::put_little(content, static_cast<std::uint32_t>(frames.size()));
  seal_with_checksum(content);
  Bytes out;
  base::put_little(out, kIndexFrameMagic);
  base::put_little(out, static_cast<std::uint32_t>(content.size()));
  put_bytes(out, content);
  return out;
}

Result<std::uint64_t> index_bytes(ByteView trailer) {
  if (trailer.size() != kIndexTrailerBytes || trailer.substr(0, 8) != kIndexMagic)
    return base::fail(ErrorKind::corrupt, "the index is not there");
  const std::uint64_t frames = base::get_little<std::uint32_t>(trailer.substr(8));
  return 8 + frames * kIndexEntryBytes + kIndexTrailerBytes;
}

Result<std::vector<PackedFrame>> decode_index(ByteView bytes) {
  KOPILKA_CHECK(bytes.size() >= 8 + kIndexTrailerBytes);
  Cursor in(bytes);
  if (in.take<std::uint32_t>() != kIndexFrameMagic ||
      in.take<std::uint32_t>() != bytes.size() - 8 || !checksum_holds(bytes.substr(8)))
    return base::fail(ErrorKind::corrupt, "the checksum of the index does not match");
  std::vector<PackedFrame> frames((bytes.size() - 8 - kIndexTrailerBytes) / kIndexEntryBytes);
  for (auto& frame : frames) {
    frame.first_n = model::BatchNumber{in.take<std::uint64_t>()};
    frame.first_seq = model::Seq{in.take<std::uint64_t>()};
    frame.offset = in.take<std::uint64_t>();
    frame.stored_bytes = in.take<std::uint32_t>();
    frame.batch_bytes = in.take<std::uint32_t>();
  }
  return frames;
}

}  // namespace kopilka::segments
