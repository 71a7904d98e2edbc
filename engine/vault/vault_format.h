#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "engine/base/bytes.h"
#include "engine/model/ids.h"
#include "engine/vault/slot_index.h"

// The bytes of the vault file (docs/formats/vault.md). Everything that is overwritten in place lies
// within one sector, which a disk writes whole or not at all.
namespace kopilka::vault {

inline constexpr std::size_t kSectorBytes = 512;
inline constexpr std::size_t kSlotBytes = 96;
inline constexpr std::size_t kSlotsPerSector = 5;
inline constexpr std::uint64_t kFirstSlotOffset = 2 * kSectorBytes;  // after header and floor

inline constexpr std::size_t kKeyBytes = 32;
inline constexpr std::size_t kNonceBytes = 24;
inline constexpr std::size_t kTagBytes = 16;
inline constexpr std::size_t kSecretsBytes = 4 * kKeyBytes;

using Nonce = std::array<unsigned char, kNonceBytes>;
using WrappedKey = std::array<unsigned char, kKeyBytes + kTagBytes>;
using WrappedSecrets = std::array<unsigned char, kSecretsBytes + kTagBytes>;

// What begins the file. The secrets are store key, lookup pepper, MAC key and the private key of
// destinations, in this order.
struct Header {
  std::array<unsigned char, kKeyBytes> destinations_public{};
  Nonce nonce{};
  WrappedSecrets wrapped{};
};

enum class SlotState : unsigned char {
  live = 1,
  destroyed = 2,
  unused = 3,  // a crash kept this record from the disk, though not later ones: nobody's
};

// One subject's key, or the mark that it was destroyed. Generations of a member grow from 1.
struct SlotRecord {
  model::MemberId member;       // zero when unused
  std::uint32_t generation{0};  // zero when unused
  SlotState state{SlotState::live};
  Nonce nonce{};         // zeros unless live
  WrappedKey wrapped{};  // zeros unless live
};

[[nodiscard]] constexpr std::uint64_t offset_of(Slot slot) {
  return kFirstSlotOffset + std::uint64_t{slot} / kSlotsPerSector * kSectorBytes +
         slot % kSlotsPerSector * kSlotBytes;
}
// Whole slots in a file of this many bytes.
[[nodiscard]] Slot slots_in(std::uint64_t file_bytes);

[[nodiscard]] base::Bytes encode_header(const Header& header);
// Nothing: not the bytes of a header.
[[nodiscard]] std::optional<Header> decode_header(base::ByteView sector);
// What the wrapping of the secrets binds them to.
[[nodiscard]] base::Bytes header_associated(const Header& header);

// How many slots were durable when this was written: those below may never be bad.
[[nodiscard]] base::Bytes encode_floor(Slot durable);
[[nodiscard]] std::optional<Slot> decode_floor(base::ByteView sector);

[[nodiscard]] base::Bytes encode_slot(const SlotRecord& record);
[[nodiscard]] std::optional<SlotRecord> decode_slot(base::ByteView bytes);
[[nodiscard]] base::Bytes slot_associated(const SlotRecord& record);

}  // namespace kopilka::vault
