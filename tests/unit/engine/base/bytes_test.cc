#include "engine/base/bytes.h"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

namespace kopilka::base {
namespace {

constexpr auto kMax = std::numeric_limits<std::uint64_t>::max();

Bytes varint(std::uint64_t value) {
  Bytes out;
  put_varint(out, value);
  return out;
}

TEST(Hex, writes_two_lower_case_digits_a_byte) {
  EXPECT_EQ(to_hex(""), "");
  EXPECT_EQ(to_hex(ByteView("\x00\x0f\xf0\xff", 4)), "000ff0ff");
}

// RFC 4648 §10, in lower case and without padding.
TEST(Base32, agrees_with_the_standards_vectors) {
  EXPECT_EQ(to_base32(""), "");
  EXPECT_EQ(to_base32("f"), "my");
  EXPECT_EQ(to_base32("fo"), "mzxq");
  EXPECT_EQ(to_base32("foo"), "mzxw6");
  EXPECT_EQ(to_base32("foob"), "mzxw6yq");
  EXPECT_EQ(to_base32("fooba"), "mzxw6ytb");
  EXPECT_EQ(to_base32("foobar"), "mzxw6ytboi");
}

TEST(Base32, writes_16_characters_for_10_bytes_and_26_for_16) {
  EXPECT_EQ(to_base32(Bytes(10, '\xff')), std::string(16, '7'));
  EXPECT_EQ(to_base32(Bytes(16, '\0')), std::string(26, 'a'));
}

TEST(LittleEndian, writes_the_least_significant_byte_first) {
  Bytes out;
  put_little(out, std::uint32_t{0x0102'0304});
  EXPECT_EQ(to_hex(out), "04030201");
  EXPECT_EQ(get_little<std::uint32_t>(out), 0x0102'0304U);
}

TEST(LittleEndian, reads_back_what_it_wrote) {
  for (const auto value :
       {std::int64_t{0}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::min(),
        std::numeric_limits<std::int64_t>::max()}) {
    Bytes out;
    put_little(out, value);
    EXPECT_EQ(out.size(), 8U);
    EXPECT_EQ(get_little<std::int64_t>(out), value);
  }
}

TEST(Varint, takes_seven_bits_a_byte) {
  for (const auto& [value, hex] :
       {std::pair{std::uint64_t{0}, "00"}, std::pair{std::uint64_t{127}, "7f"},
        std::pair{std::uint64_t{128}, "8001"}, std::pair{std::uint64_t{300}, "ac02"},
        std::pair{std::uint64_t{16'383}, "ff7f"}, std::pair{std::uint64_t{16'384}, "808001"},
        std::pair{kMax, "ffffffffffffffffff01"}})
    EXPECT_EQ(to_hex(varint(value)), hex) << value;
}

TEST(Varint, is_read_back_and_taken_off_the_front) {
  for (int shift = 0; shift < 64; ++shift) {
    for (const auto value : {std::uint64_t{1} << shift, (std::uint64_t{1} << shift) - 1}) {
      const Bytes bytes = varint(value) + "rest";
      ByteView in = bytes;
      std::uint64_t read = 0;
      ASSERT_TRUE(take_varint(in, read));
      EXPECT_EQ(read, value);
      EXPECT_EQ(in, "rest");
    }
  }
}

TEST(Varint, refuses_what_is_cut_short) {
  const auto whole = varint(kMax);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    ByteView in = ByteView(whole).substr(0, size);
    std::uint64_t read = 0;
    EXPECT_FALSE(take_varint(in, read)) << size;
  }
}

TEST(Varint, refuses_more_than_64_bits) {
  std::uint64_t read = 0;
  Bytes bytes(9, '\xff');
  for (const auto last : {'\x02', '\x7f', '\x81'}) {
    const Bytes too_long = bytes + last + '\x01';
    ByteView in = too_long;
    EXPECT_FALSE(take_varint(in, read));
  }
}

TEST(Zigzag, keeps_small_negative_numbers_small) {
  EXPECT_EQ(zigzag(0), 0U);
  EXPECT_EQ(zigzag(-1), 1U);
  EXPECT_EQ(zigzag(1), 2U);
  EXPECT_EQ(zigzag(-2), 3U);
  EXPECT_EQ(zigzag(std::numeric_limits<std::int64_t>::min()), kMax);
}

TEST(Zigzag, is_undone) {
  for (const auto value :
       {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1},
        std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()})
    EXPECT_EQ(unzigzag(zigzag(value)), value);
}

}  // namespace
}  // namespace kopilka::base
