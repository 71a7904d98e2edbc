#include "engine/vault/key_file.h"

#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/temporary_directory.h"

namespace kopilka::vault {
namespace {

class KeyFile : public ::testing::Test {
 protected:
  void put(std::string_view text) {
    std::ofstream(path_) << text;
    std::filesystem::permissions(path_, std::filesystem::perms::owner_read);
  }

  support::TemporaryDirectory directory_;
  std::filesystem::path path_{directory_.path() / "key"};
};

const std::string kDigits = "000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F";

TEST_F(KeyFile, reads_what_it_wrote) {
  Key key;
  for (std::size_t i = 0; i < Key::size(); ++i)
    key.data()[i] = static_cast<unsigned char>(i * 7);
  ASSERT_TRUE(write_key_file(path_, key));
  const auto read = read_key_file(path_);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, key);
}

TEST_F(KeyFile, is_its_owners_only) {
  ASSERT_TRUE(write_key_file(path_, Key()));
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(path_).permissions(), perms::owner_read | perms::owner_write);
  std::filesystem::permissions(path_, perms::group_read, std::filesystem::perm_options::add);
  const auto read = read_key_file(path_);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, base::ErrorKind::usage);
  EXPECT_NE(read.error().message.find(path_.string()), std::string::npos);
}

TEST_F(KeyFile, is_never_overwritten) {
  ASSERT_TRUE(write_key_file(path_, Key()));
  EXPECT_FALSE(write_key_file(path_, Key()));
}

TEST_F(KeyFile, digits_may_be_large_or_small_and_the_line_end_is_free) {
  put(kDigits + "\r\n");
  const auto read = read_key_file(path_);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->data()[31], 0x1F);
}

TEST_F(KeyFile, anything_else_is_refused) {
  for (const std::string& text : {std::string(), kDigits.substr(1), kDigits + "0", "x" + kDigits,
                                  std::string(64, 'g'), kDigits + " more"}) {
    std::filesystem::remove(path_);
    put(text);
    const auto read = read_key_file(path_);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().kind, base::ErrorKind::usage);
    EXPECT_EQ(read.error().message.find("0a0b"), std::string::npos) << "a message shows no key";
  }
}

TEST_F(KeyFile, one_that_is_not_there_is_named) {
  const auto read = read_key_file(path_);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, base::ErrorKind::io);
  EXPECT_NE(read.error().message.find(path_.string()), std::string::npos);
}

}  // namespace
}  // namespace kopilka::vault
