#include "engine/topic_log/record.h"

#include <gtest/gtest.h>

#include "engine/base/hashing.h"
#include "engine/codec/batch.h"
#include "tests/support/batches.h"
#include "tests/support/hex_dump.h"

namespace kopilka::topic_log {
namespace {

using base::ErrorKind;

base::Hash128 counting_from(std::uint8_t first) {
  base::Hash128 id{};
  for (auto& byte : id)
    byte = first++;
  return id;
}

const Genesis kGenesis{counting_from(0xA0)};
const Claim kClaim{counting_from(0xA0), model::Epoch{3}, counting_from(0xB0)};

base::Bytes documented(std::size_t index) {
  return support::documented_dumps(KOPILKA_SOURCE_DIR "/docs/formats/topic.md").at(index);
}

// With the checksum that it would then have.
base::Bytes resealed(base::Bytes bytes) {
  bytes.resize(bytes.size() - 4);
  base::put_little(bytes, base::crc32c(bytes));
  return bytes;
}

TEST(TopicRecords, are_written_as_the_document_says_byte_for_byte) {
  EXPECT_EQ(base::to_hex(encode(kGenesis)), base::to_hex(documented(0)));
  EXPECT_EQ(base::to_hex(encode(kClaim)), base::to_hex(documented(1)));
}

TEST(TopicRecords, are_read_from_the_document) {
  EXPECT_EQ(decode_genesis(documented(0)).value(), kGenesis);
  EXPECT_EQ(decode_claim(documented(1)).value(), kClaim);
}

TEST(TopicRecords, are_told_apart_by_their_first_bytes) {
  EXPECT_EQ(kind_of(encode(kGenesis)), RecordKind::genesis);
  EXPECT_EQ(kind_of(encode(kClaim)), RecordKind::claim);
  const auto batch =
      codec::seal({.header = {.n = model::BatchNumber{1}, .first_seq = model::Seq{1}}});
  EXPECT_EQ(kind_of(batch.bytes), RecordKind::batch);
  EXPECT_EQ(kind_of("KPLX"), RecordKind::newer);
  EXPECT_EQ(kind_of("KPL"), RecordKind::newer);
  EXPECT_EQ(kind_of("hello"), RecordKind::garbage);
  EXPECT_EQ(kind_of("KP"), RecordKind::garbage);
  EXPECT_EQ(kind_of(""), RecordKind::garbage);
}

TEST(TopicRecords, with_any_byte_changed_are_corrupt) {
  const auto good = encode(kClaim);
  for (std::size_t at = 0; at < good.size(); ++at) {
    auto bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x40);
    const auto read = decode_claim(bad);
    ASSERT_FALSE(read) << at;
    EXPECT_EQ(read.error().kind, ErrorKind::corrupt) << at;
  }
}

TEST(TopicRecords, cut_anywhere_or_with_a_byte_too_many_are_corrupt) {
  for (const auto& good : {encode(kClaim), encode(kGenesis)}) {
    for (std::size_t size = 0; size < good.size(); ++size) {
      EXPECT_FALSE(decode_claim(good.substr(0, size)));
      EXPECT_FALSE(decode_genesis(good.substr(0, size)));
    }
    EXPECT_FALSE(decode_claim(good + "x"));
    EXPECT_FALSE(decode_genesis(good + "x"));
  }
}

TEST(TopicRecords, of_a_later_format_are_not_available_whatever_their_length) {
  auto newer = encode(kClaim);
  newer[4] = 2;
  EXPECT_EQ(decode_claim(resealed(newer)).error().kind, ErrorKind::not_available);
  auto longer = encode(kGenesis);
  longer[4] = 2;
  longer.insert(12, "more");
  longer[6] = static_cast<char>(longer.size());
  EXPECT_EQ(decode_genesis(resealed(longer)).error().kind, ErrorKind::not_available);
}

TEST(TopicRecords, with_a_reserved_field_in_use_are_corrupt) {
  auto bytes = encode(kGenesis);
  bytes[9] = 1;
  EXPECT_EQ(decode_genesis(resealed(bytes)).error().kind, ErrorKind::corrupt);
}

}  // namespace
}  // namespace kopilka::topic_log
