#include "engine/base/text_bytes.h"

#include <array>

#include <gtest/gtest.h>

namespace kopilka::base {
namespace {

TEST(Hexadecimal, is_read_back_in_one_spelling_only) {
  std::array<unsigned char, 2> bytes{};
  EXPECT_TRUE(from_hex("0aff", bytes));
  EXPECT_EQ(bytes, (std::array<unsigned char, 2>{0x0a, 0xff}));
  for (const auto* wrong : {"", "0af", "0aff0", "0aff00", "0AFF", "0afg", " aff", "0x0a"})
    EXPECT_FALSE(from_hex(wrong, bytes)) << wrong;
}

// RFC 4648, section 10.
TEST(Base64, agrees_with_rfc_4648) {
  const std::array<std::pair<ByteView, ByteView>, 7> vectors{{{"", ""},
                                                              {"f", "Zg=="},
                                                              {"fo", "Zm8="},
                                                              {"foo", "Zm9v"},
                                                              {"foob", "Zm9vYg=="},
                                                              {"fooba", "Zm9vYmE="},
                                                              {"foobar", "Zm9vYmFy"}}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(to_base64(bytes), text);
    EXPECT_EQ(from_base64(text), Bytes(bytes));
  }
}

TEST(Base64, gives_back_every_byte) {
  Bytes all;
  for (int i = 0; i < 256; ++i)
    all.push_back(static_cast<char>(i));
  for (std::size_t cut = 0; cut < 4; ++cut)
    EXPECT_EQ(from_base64(to_base64(all.substr(cut))), all.substr(cut));
}

TEST(Base64, is_read_back_in_one_spelling_only) {
  for (const auto* wrong :
       {"Zg", "Zg=", "Zh==", "Zg===", "Zm9v\n", "Zm 9v", "Zm9-", "=", "Z", "Zg==Zg=="})
    EXPECT_FALSE(from_base64(wrong)) << wrong;
}

}  // namespace
}  // namespace kopilka::base
