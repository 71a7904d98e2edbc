#include "engine/topic_log/record.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "engine/base/check.h"
#include "engine/base/hashing.h"

namespace kopilka::topic_log {
namespace {

using base::ByteView;
using base::ErrorKind;
using base::Result;

constexpr std::string_view kOurs = "KPL";
constexpr std::string_view kBatchMagic = "KPLB";
constexpr std::string_view kClaimMagic = "KPLC";
constexpr std::string_view kGenesisMagic = "KPLG";
constexpr std::size_t kPrefixBytes = 8;  // magic, format, length
constexpr std::size_t kChecksumBytes = 4;

base::Bytes begin(std::string_view magic, std::size_t length) {
  base::Bytes out{magic};
  base::put_little(out, kRecordFormat);
  base::put_little(out, static_cast<std::uint16_t>(length));
  return out;
}

base::Bytes finish(base::Bytes out, std::size_t length) {
  base::put_little(out, base::crc32c(out));
  KOPILKA_CHECK(out.size() == length);
  return out;
}

// Damage and a newer format are told apart by the checksum, which every format keeps in its last
// four bytes.
Result<void> check(ByteView bytes, std::string_view magic, std::size_t length) {
  if (bytes.size() < kPrefixBytes + kChecksumBytes || !bytes.starts_with(magic))
    return base::fail(ErrorKind::corrupt,
                      fmt::format("no record that begins with \"{}\", or a cut one", magic));
  const auto covered = bytes.substr(0, bytes.size() - kChecksumBytes);
  const auto written = base::get_little<std::uint32_t>(bytes.substr(covered.size()));
  if (base::get_little<std::uint16_t>(bytes.substr(6)) != bytes.size() ||
      base::crc32c(covered) != written)
    return base::fail(ErrorKind::corrupt,
                      fmt::format("a damaged record: it begins with \"{}\", but its length or "
                                  "checksum differs",
                                  magic));
  const auto format = base::get_little<std::uint16_t>(bytes.substr(4));
  if (format != kRecordFormat)
    return base::fail(ErrorKind::not_available,
                      fmt::format("a record \"{}\" of format {}, this build reads format {}; use "
                                  "the version of kopilka that wrote it, or a newer one",
                                  magic, format, kRecordFormat));
  if (bytes.size() != length)
    return base::fail(ErrorKind::corrupt, fmt::format("a record \"{}\" of a wrong length", magic));
  return {};
}

// REQUIRES: bytes.size() >= 16
base::Hash128 id_at(ByteView bytes) {
  base::Hash128 id{};
  std::ranges::transform(bytes.substr(0, id.size()), id.begin(),
                         [](char c) { return static_cast<std::uint8_t>(c); });
  return id;
}

}  // namespace

RecordKind kind_of(ByteView bytes) {
  if (bytes.starts_with(kBatchMagic)) return RecordKind::batch;
  if (bytes.starts_with(kClaimMagic)) return RecordKind::claim;
  if (bytes.starts_with(kGenesisMagic)) return RecordKind::genesis;
  return bytes.starts_with(kOurs) ? RecordKind::newer : RecordKind::garbage;
}

base::Bytes encode(const Genesis& genesis) {
  auto out = begin(kGenesisMagic, kGenesisBytes);
  base::put_little(out, std::uint32_t{0});
  out += base::view_of(genesis.store);
  return finish(std::move(out), kGenesisBytes);
}

base::Bytes encode(const Claim& claim) {
  auto out = begin(kClaimMagic, kClaimBytes);
  base::put_little(out, claim.epoch.value());
  out += base::view_of(claim.store);
  out += base::view_of(claim.owner);
  return finish(std::move(out), kClaimBytes);
}

Result<Genesis> decode_genesis(ByteView bytes) {
  KOPILKA_TRY(check(bytes, kGenesisMagic, kGenesisBytes));
  if (base::get_little<std::uint32_t>(bytes.substr(8)) != 0)
    return base::fail(ErrorKind::corrupt, "a genesis whose reserved field is not 0");
  return Genesis{id_at(bytes.substr(12))};
}

Result<Claim> decode_claim(ByteView bytes) {
  KOPILKA_TRY(check(bytes, kClaimMagic, kClaimBytes));
  return Claim{.store = id_at(bytes.substr(12)),
               .epoch = model::Epoch{base::get_little<std::uint32_t>(bytes.substr(8))},
               .owner = id_at(bytes.substr(28))};
}

}  // namespace kopilka::topic_log
