#include "engine/vault/vault_format.h"

#include <algorithm>

#include "engine/base/check.h"
#include "engine/base/hashing.h"

namespace kopilka::vault {
namespace {

using base::Bytes;
using base::ByteView;

constexpr ByteView kHeaderMagic = "KPKVAULT";
constexpr ByteView kFloorMagic = "KPKFLOOR";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kCrcBytes = 4;

template <std::size_t N>
void put_array(Bytes& out, const std::array<unsigned char, N>& bytes) {
  out.append(base::view_of(bytes));
}

template <std::size_t N>
void take_array(ByteView& in, std::array<unsigned char, N>& bytes) {
  std::copy_n(in.begin(), N, bytes.begin());
  in.remove_prefix(N);
}

// Pads with zeros to `size` bytes, the last four of which are the checksum of the others.
Bytes sealed_to(Bytes bytes, std::size_t size) {
  KOPILKA_CHECK(bytes.size() + kCrcBytes <= size);
  bytes.resize(size - kCrcBytes);
  base::put_little(bytes, base::crc32c(bytes));
  return bytes;
}

bool has_right_checksum(ByteView bytes) {
  const ByteView covered = bytes.substr(0, bytes.size() - kCrcBytes);
  return base::get_little<std::uint32_t>(bytes.substr(covered.size())) == base::crc32c(covered);
}

}  // namespace

Slot slots_in(std::uint64_t file_bytes) {
  if (file_bytes < kFirstSlotOffset) return 0;
  const std::uint64_t bytes = file_bytes - kFirstSlotOffset;
  const std::uint64_t in_last = bytes % kSectorBytes / kSlotBytes;
  return static_cast<Slot>(bytes / kSectorBytes * kSlotsPerSector +
                           std::min<std::uint64_t>(in_last, kSlotsPerSector));
}

Bytes header_associated(const Header& header) {
  Bytes out(kHeaderMagic);
  base::put_little(out, kVersion);
  base::put_little(out, std::uint32_t{0});
  put_array(out, header.destinations_public);
  return out;
}

Bytes encode_header(const Header& header) {
  Bytes out = header_associated(header);
  put_array(out, header.nonce);
  put_array(out, header.wrapped);
  return sealed_to(std::move(out), kSectorBytes);
}

std::optional<Header> decode_header(ByteView sector) {
  if (sector.size() != kSectorBytes || !has_right_checksum(sector)) return std::nullopt;
  Header header;
  ByteView rest = sector.substr(kHeaderMagic.size() + 8);
  take_array(rest, header.destinations_public);
  take_array(rest, header.nonce);
  take_array(rest, header.wrapped);
  if (!sector.starts_with(header_associated(header))) return std::nullopt;
  return header;
}

Bytes encode_floor(Slot durable) {
  Bytes out(kFloorMagic);
  base::put_little(out, durable);
  return sealed_to(std::move(out), kSectorBytes);
}

std::optional<Slot> decode_floor(ByteView sector) {
  if (sector.size() != kSectorBytes || !has_right_checksum(sector) ||
      !sector.starts_with(kFloorMagic))
    return std::nullopt;
  return base::get_little<Slot>(sector.substr(kFloorMagic.size()));
}

Bytes slot_associated(const SlotRecord& record) {
  Bytes out;
  base::put_little(out, record.member.value());
  base::put_little(out, record.generation);
  return out;
}

Bytes encode_slot(const SlotRecord& record) {
  Bytes out = slot_associated(record);
  base::put_little(out, static_cast<std::uint32_t>(record.state));
  put_array(out, record.nonce);
  put_array(out, record.wrapped);
  return sealed_to(std::move(out), kSlotBytes);
}

std::optional<SlotRecord> decode_slot(ByteView bytes) {
  if (bytes.size() != kSlotBytes || !has_right_checksum(bytes)) return std::nullopt;
  SlotRecord record;
  record.member = model::MemberId{base::get_little<std::uint64_t>(bytes)};
  record.generation = base::get_little<std::uint32_t>(bytes.substr(8));
  const auto state = base::get_little<std::uint32_t>(bytes.substr(12));
  if (state == static_cast<std::uint32_t>(SlotState::unused))
    return SlotRecord{.state = SlotState::unused};
  if (state != static_cast<std::uint32_t>(SlotState::live) &&
      state != static_cast<std::uint32_t>(SlotState::destroyed))
    return std::nullopt;
  record.state = static_cast<SlotState>(state);
  ByteView rest = bytes.substr(16);
  take_array(rest, record.nonce);
  take_array(rest, record.wrapped);
  const bool is_possible =
      record.member.value() > 0 && record.member.value() < model::kIdLimit && record.generation > 0;
  return is_possible ? std::optional(record) : std::nullopt;
}

}  // namespace kopilka::vault
