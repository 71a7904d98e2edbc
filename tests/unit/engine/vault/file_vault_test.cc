#include "engine/vault/file_vault.h"

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/memory/clock.h"
#include "engine/system/system_random.h"
#include "engine/vault/key_file.h"
#include "engine/vault/vault_format.h"
#include "tests/support/temporary_directory.h"

namespace kopilka::vault {
namespace {

using base::Bytes;
using base::ErrorKind;
using model::MemberId;

Bytes content_of(const std::filesystem::path& path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}

void put_byte(const std::filesystem::path& path, std::size_t offset, char byte) {
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(static_cast<std::streamoff>(offset)).put(byte);
}

class FileVaultTest : public ::testing::Test {
 protected:
  FileVaultTest() {
    const auto made = FileVault::create(place_, {}, random_);
    EXPECT_TRUE(made) << made.error().message;
  }

  std::unique_ptr<FileVault> open(Access access = Access::read_write) {
    auto opened = FileVault::open(place_, access, random_);
    if (!opened) throw std::runtime_error(opened.error().message);
    return std::move(*opened);
  }
  ErrorKind refusal(Access access = Access::read_write) {
    const auto opened = FileVault::open(place_, access, random_);
    EXPECT_FALSE(opened);
    message_ = opened ? "" : opened.error().message;
    return opened ? ErrorKind{} : opened.error().kind;
  }
  static Bytes seal(FileVault& vault, std::uint64_t member, base::ByteView clear) {
    auto sealed = vault.seal(MemberId{member}, clear);
    if (!sealed) throw std::runtime_error(sealed.error().message);
    return sealed->bytes;
  }
  static std::string opened(FileVault& vault, std::uint64_t member, const Bytes& sealed) {
    auto clear = vault.open(MemberId{member}, {sealed});
    return clear ? *clear : "error " + std::to_string(static_cast<int>(clear.error().kind));
  }

  support::TemporaryDirectory directory_;
  system::SystemRandom random_;
  VaultPlace place_{vault_in(directory_.path() / "keys")};
  std::string message_;
};

const std::string kGone = "error " + std::to_string(static_cast<int>(ErrorKind::not_available));
const std::string kCorrupt = "error " + std::to_string(static_cast<int>(ErrorKind::corrupt));

TEST_F(FileVaultTest, no_plaintext_reaches_the_disk) {
  const std::vector<std::string> secrets{"Ёлкина Анна Петровна", "anna@example.org", "+79161234567",
                                         "4276000011112222"};
  Bytes store_key;
  {
    const auto vault = open();
    for (std::uint64_t member = 1; member <= 50; ++member)
      for (const std::string& secret : secrets) {
        seal(*vault, member, secret);
        const auto hash = vault->lookup_hash(ports::HashPurpose::member_name, secret);
        EXPECT_EQ(base::view_of(hash.value).find(secret), base::ByteView::npos);
        ASSERT_TRUE(vault->seal_for_processor(secret));
      }
    ASSERT_TRUE(vault->destroy(MemberId{7}));
    ASSERT_TRUE(vault->sync());
    store_key = vault->store_key();
  }
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory_.path())) {
    if (!entry.is_regular_file()) continue;
    ++files;
    const Bytes content = content_of(entry.path());
    for (const std::string& secret : secrets)
      EXPECT_EQ(content.find(secret), Bytes::npos) << secret << " in " << entry.path();
    EXPECT_EQ(content.find(store_key), Bytes::npos) << "the store key in " << entry.path();
  }
  EXPECT_EQ(files, 2U);
}

TEST_F(FileVaultTest, files_are_their_owners_only) {
  using std::filesystem::perms;
  for (const auto& path : {place_.vault, place_.key_encryption_key})
    EXPECT_EQ(std::filesystem::status(path).permissions(), perms::owner_read | perms::owner_write)
        << path;
  EXPECT_EQ(std::filesystem::status(place_.vault.parent_path()).permissions(), perms::owner_all);
}

TEST_F(FileVaultTest, a_vault_is_made_once) {
  const auto again = FileVault::create(place_, {}, random_);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::usage);
}

TEST_F(FileVaultTest, the_key_that_wraps_may_stand_elsewhere) {
  const VaultPlace apart{directory_.path() / "store" / "vault", directory_.path() / "usb" / "kek"};
  ASSERT_TRUE(FileVault::create(apart, {}, random_));
  EXPECT_TRUE(std::filesystem::exists(apart.key_encryption_key));
  const Bytes kek = content_of(apart.key_encryption_key);
  ASSERT_TRUE(FileVault::open(apart, Access::read_write, random_));
  // A key that is there already is used, not replaced.
  const VaultPlace second{directory_.path() / "second" / "vault", apart.key_encryption_key};
  ASSERT_TRUE(FileVault::create(second, {}, random_));
  EXPECT_EQ(content_of(apart.key_encryption_key), kek);
  EXPECT_TRUE(FileVault::open(second, Access::read_write, random_));
}

TEST_F(FileVaultTest, the_wrong_wrapping_key_is_said_to_be_wrong) {
  std::filesystem::remove(place_.key_encryption_key);
  ASSERT_TRUE(write_key_file(place_.key_encryption_key, Key()));
  EXPECT_EQ(refusal(), ErrorKind::usage);
  EXPECT_NE(message_.find(place_.key_encryption_key.string()), std::string::npos);
}

TEST_F(FileVaultTest, stores_made_with_one_store_key_are_comparable) {
  Key given;
  random_.fill(given.span());
  std::vector<std::unique_ptr<FileVault>> vaults;
  for (const char* name : {"one", "two"}) {
    const VaultPlace place = vault_in(directory_.path() / name);
    ASSERT_TRUE(FileVault::create(place, given, random_));
    vaults.push_back(std::move(*FileVault::open(place, Access::read_write, random_)));
  }
  EXPECT_EQ(vaults[0]->store_key(), vaults[1]->store_key());
  EXPECT_EQ(vaults[0]->command_mac("x"), vaults[1]->command_mac("x"));
  const auto hash = [](FileVault& vault) {
    return vault.lookup_hash(ports::HashPurpose::destination, "x");
  };
  EXPECT_EQ(hash(*vaults[0]), hash(*vaults[1]));
  EXPECT_NE(vaults[0]->store_key(), given.view()) << "the given key itself is not in use";
  const Bytes sealed = seal(*vaults[0], 42, "Анна");
  seal(*vaults[1], 42, "Анна");
  EXPECT_EQ(opened(*vaults[1], 42, sealed), kCorrupt) << "persons' keys are not shared";
}

TEST_F(FileVaultTest, one_process_writes_at_a_time) {
  const auto writer = open();
  EXPECT_EQ(refusal(), ErrorKind::not_available);
  EXPECT_NE(message_.find("another process"), std::string::npos);
  EXPECT_TRUE(open(Access::read_only));
}

TEST_F(FileVaultTest, a_reader_sees_what_a_writer_adds_and_destroys) {
  const auto writer = open();
  const auto reader = open(Access::read_only);
  const Bytes anna = seal(*writer, 42, "Анна");
  EXPECT_EQ(opened(*reader, 42, anna), kCorrupt) << "nothing was written yet";
  ASSERT_TRUE(writer->sync());
  EXPECT_EQ(opened(*reader, 42, anna), "Анна");
  ASSERT_TRUE(writer->destroy(MemberId{42}));
  EXPECT_EQ(opened(*reader, 42, anna), kGone);
  const Bytes again = seal(*writer, 42, "Анна снова");
  ASSERT_TRUE(writer->sync());
  EXPECT_EQ(opened(*reader, 42, again), "Анна снова");
  EXPECT_EQ(opened(*reader, 42, anna), kGone);
}

TEST_F(FileVaultTest, a_reader_may_not_write) {
  const auto reader = open(Access::read_only);
  const auto sealed = reader->seal(MemberId{42}, "Анна");
  ASSERT_FALSE(sealed);
  EXPECT_EQ(sealed.error().kind, ErrorKind::usage);
  const auto destroyed = reader->destroy(MemberId{42});
  ASSERT_FALSE(destroyed);
  EXPECT_EQ(destroyed.error().kind, ErrorKind::usage);
}

TEST_F(FileVaultTest, a_destroyed_key_is_gone_from_the_file) {
  const auto vault = open();
  seal(*vault, 42, "Анна");
  seal(*vault, 43, "Борис");
  ASSERT_TRUE(vault->sync());
  const Bytes before = content_of(place_.vault);
  const Bytes wrapped = before.substr(offset_of(0) + 16, kNonceBytes + kKeyBytes + kTagBytes);
  ASSERT_TRUE(vault->destroy(MemberId{42}));
  const Bytes after = content_of(place_.vault);
  EXPECT_EQ(after.find(wrapped), Bytes::npos);
  EXPECT_EQ(after.substr(offset_of(0) + 16, wrapped.size()), Bytes(wrapped.size(), '\0'));
  EXPECT_EQ(after.substr(offset_of(1)), before.substr(offset_of(1))) << "its neighbour stays";
  EXPECT_EQ(vault->subjects(), 2U);
}

TEST_F(FileVaultTest, a_missing_vault_is_not_available) {
  std::filesystem::remove(place_.vault);
  EXPECT_EQ(refusal(), ErrorKind::not_available);
  EXPECT_EQ(refusal(Access::read_only), ErrorKind::not_available);
}

TEST_F(FileVaultTest, members_fill_many_sectors_and_are_all_found_again) {
  std::vector<Bytes> sealed;
  {
    const auto vault = open();
    for (std::uint64_t member = 1; member <= 12'000; ++member) {  // more than one read of 1 MiB
      sealed.push_back(seal(*vault, member, std::to_string(member)));
      if (member % 1'777 == 0) {
        ASSERT_TRUE(vault->sync());
      }
    }
    ASSERT_TRUE(vault->sync());
  }
  const auto vault = open(Access::read_only);
  EXPECT_EQ(vault->subjects(), 12'000U);
  for (std::uint64_t member = 1; member <= 12'000; ++member)
    ASSERT_EQ(opened(*vault, member, sealed[member - 1]), std::to_string(member));
}

// Flips each byte of a small vault in turn: it is found, or it changes nothing that is read.
TEST_F(FileVaultTest, no_flipped_byte_ever_gives_a_wrong_answer) {
  std::vector<Bytes> sealed;
  Bytes store_key;
  {
    const auto vault = open();
    for (std::uint64_t member = 1; member <= 7; ++member)
      sealed.push_back(seal(*vault, member, "person " + std::to_string(member)));
    ASSERT_TRUE(vault->destroy(MemberId{3}));
    store_key = vault->store_key();
  }
  const Bytes good = content_of(place_.vault);
  std::size_t found = 0;
  for (std::size_t i = 0; i < good.size(); ++i) {
    put_byte(place_.vault, i, static_cast<char>(good[i] ^ 0x10));
    const auto vault = FileVault::open(place_, Access::read_only, random_);
    put_byte(place_.vault, i, good[i]);
    if (!vault) {
      EXPECT_EQ(vault.error().kind, ErrorKind::corrupt) << "byte " << i;
      EXPECT_NE(vault.error().message.find("offset"), std::string::npos);
      ++found;
      continue;
    }
    EXPECT_EQ((*vault)->store_key(), store_key);
    put_byte(place_.vault, i, static_cast<char>(good[i] ^ 0x10));
    for (std::uint64_t member = 1; member <= 7; ++member)
      ASSERT_EQ(opened(**vault, member, sealed[member - 1]),
                member == 3 ? kGone : "person " + std::to_string(member))
          << "byte " << i;
    put_byte(place_.vault, i, good[i]);
  }
  EXPECT_EQ(found, 2 * kSectorBytes + 7 * kSlotBytes) << "all but the padding between sectors";
}

}  // namespace
}  // namespace kopilka::vault
