#include "engine/base/hashing.h"

#include <string>

#include <gtest/gtest.h>

// Against vectors of the standards: what these say lies in files for ever.
namespace kopilka::base {
namespace {

TEST(Sha256, agrees_with_fips_180) {
  EXPECT_EQ(to_hex(view_of(sha256(""))),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(view_of(sha256("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

// RFC 4231, test case 2, cut to 128 bits.
TEST(KeyedHash, is_the_beginning_of_hmac_sha_256) {
  EXPECT_EQ(to_hex(view_of(keyed_hash("Jefe", "what do ya want for nothing?"))),
            "5bdcc146bf60754e6a042426089575c7");
}

TEST(KeyedHash, differs_by_key) {
  EXPECT_NE(keyed_hash("one", "text"), keyed_hash("two", "text"));
}

// RFC 3720, B.4.
TEST(Crc32c, agrees_with_iscsi) {
  EXPECT_EQ(crc32c("123456789"), 0xe306'9283U);
  EXPECT_EQ(crc32c(""), 0U);
  EXPECT_EQ(crc32c(Bytes(32, '\0')), 0x8a91'36aaU);
  EXPECT_EQ(crc32c(Bytes(32, '\xff')), 0x62a8'ab43U);
  Bytes rising;
  for (int i = 0; i < 32; ++i)
    rising.push_back(static_cast<char>(i));
  EXPECT_EQ(crc32c(rising), 0x46dd'794eU);
}

TEST(Crc32c, does_not_depend_on_where_the_bytes_lie) {
  const Bytes text = "....the same bytes at another address";
  for (std::size_t shift = 1; shift < 8; ++shift) {
    const Bytes moved = Bytes(shift, '-') + text;
    EXPECT_EQ(crc32c(ByteView(moved).substr(shift)), crc32c(text));
  }
}

TEST(Crc32c, notices_one_flipped_bit) {
  Bytes text(100, 'x');
  const auto before = crc32c(text);
  for (auto& c : text) {
    c = static_cast<char>(c ^ 1);
    EXPECT_NE(crc32c(text), before);
    c = static_cast<char>(c ^ 1);
  }
}

// The library's own: XXH3 128 bits of nothing.
TEST(FastHash, is_xxh3) {
  const auto hash = fast_hash128("");
  EXPECT_EQ(static_cast<std::uint64_t>(hash >> 64), 0x99aa'06d3'0147'98d8ULL);
  EXPECT_EQ(static_cast<std::uint64_t>(hash), 0x6001'c324'468d'497fULL);
}

}  // namespace
}  // namespace kopilka::base
