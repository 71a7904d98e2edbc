#include "engine/vault/signing_key.h"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "engine/base/text_bytes.h"
#include "engine/memory/clock.h"
#include "engine/vault/key_file.h"
#include "tests/support/temporary_directory.h"

namespace kopilka::vault {
namespace {

using base::ErrorKind;

class SigningKeys : public ::testing::Test {
 protected:
  SigningKeys() {
    EXPECT_TRUE(write_key_file(kek_, Key()));
    const auto made = SigningKey::create(file_, kek_, random_);
    EXPECT_TRUE(made) << made.error().message;
  }
  [[nodiscard]] std::string content() const {
    std::ifstream in(file_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  memory::SeededRandom random_{1};
  support::TemporaryDirectory scratch_;
  std::filesystem::path kek_ = scratch_.path() / "kek";
  std::filesystem::path file_ = scratch_.path() / "signing";
};

// RFC 8032, section 7.1, tests 1 and 2.
TEST(Signatures, agree_with_rfc_8032) {
  PublicKey key{};
  Signature signature{};
  ASSERT_TRUE(
      base::from_hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", key));
  ASSERT_TRUE(
      base::from_hex("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb88"
                     "21590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
                     signature));
  EXPECT_TRUE(is_signature_of(key, "", signature));
  EXPECT_FALSE(is_signature_of(key, "r", signature));
  ASSERT_TRUE(
      base::from_hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", key));
  ASSERT_TRUE(
      base::from_hex("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac"
                     "1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
                     signature));
  EXPECT_TRUE(is_signature_of(key, "r", signature));
}

TEST_F(SigningKeys, sign_what_their_public_half_tells) {
  const auto key = SigningKey::open(file_, kek_);
  ASSERT_TRUE(key) << key.error().message;
  const auto signature = key->sign("a head");
  EXPECT_TRUE(is_signature_of(key->public_key(), "a head", signature));
  EXPECT_FALSE(is_signature_of(key->public_key(), "a heap", signature));
  for (std::size_t i = 0; i < signature.size(); ++i) {
    auto other = signature;
    other.at(i) ^= 1;
    EXPECT_FALSE(is_signature_of(key->public_key(), "a head", other)) << i;
  }
  const auto told = read_public_key(file_);
  ASSERT_TRUE(told && *told);
  EXPECT_EQ(**told, key->public_key());
}

TEST_F(SigningKeys, are_drawn_and_never_overwritten) {
  const auto other = scratch_.path() / "other";
  ASSERT_TRUE(SigningKey::create(other, kek_, random_));
  const auto one = read_public_key(file_);
  const auto another = read_public_key(other);
  ASSERT_TRUE(one && another);
  EXPECT_NE(*one, *another);
  const auto again = SigningKey::create(file_, kek_, random_);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::usage);
}

TEST_F(SigningKeys, need_the_key_that_wraps_them) {
  const auto wrong = scratch_.path() / "wrong";
  Key key;
  key.data()[0] = 1;
  ASSERT_TRUE(write_key_file(wrong, key));
  const auto opened = SigningKey::open(file_, wrong);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::usage);
  EXPECT_TRUE(read_public_key(file_)) << "whoever only checks needs none";
}

TEST_F(SigningKeys, are_not_in_a_file_with_another_byte) {
  const auto text = content();
  EXPECT_EQ(text.find("kopilka-signing-key 1\npublic "), 0U);
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto other = text;
    other[i] = static_cast<char>(other[i] ^ 1);
    std::ofstream(file_, std::ios::binary) << other;
    EXPECT_FALSE(SigningKey::open(file_, kek_)) << i;
  }
}

TEST_F(SigningKeys, that_are_not_there_are_nobodys) {
  const auto none = read_public_key(scratch_.path() / "none");
  ASSERT_TRUE(none);
  EXPECT_FALSE(*none);
}

}  // namespace
}  // namespace kopilka::vault
