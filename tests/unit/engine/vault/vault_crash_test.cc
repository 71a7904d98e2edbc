#include <cstdint>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/system/system_random.h"
#include "engine/vault/file_vault.h"
#include "engine/vault/vault_format.h"
#include "tests/support/temporary_directory.h"

// What a crash may leave behind, made by processes that really end without warning.
namespace kopilka::vault {
namespace {

using base::Bytes;
using model::MemberId;

class VaultCrash : public ::testing::Test {
 protected:
  VaultCrash() { EXPECT_TRUE(FileVault::create(place_, {}, random_)); }

  std::unique_ptr<FileVault> open() {
    auto opened = FileVault::open(place_, Access::read_write, random_);
    if (!opened) throw std::runtime_error(opened.error().message);
    return std::move(*opened);
  }

  // Runs `work` in a process that gives back what it wrote to `out` and is killed when `lines`
  // of it have come.
  static std::vector<std::string> killed_after(
      std::size_t lines, const std::function<void(const std::function<void(std::string)>&)>& work) {
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(ends[0]);
      work([&](const std::string& line) {
        const std::string whole = line + "\n";
        if (::write(ends[1], whole.data(), whole.size()) < 0) ::_exit(1);
      });
      ::_exit(0);
    }
    ::close(ends[1]);
    std::string text;
    std::vector<std::string> got;
    char byte = 0;
    while (::read(ends[0], &byte, 1) == 1) {
      if (byte != '\n') {
        text.push_back(byte);
        continue;
      }
      got.push_back(std::exchange(text, {}));
      if (got.size() == lines) ::kill(child, SIGKILL);
    }
    ::close(ends[0]);
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    return got;
  }

  Bytes content() const {
    std::ostringstream out;
    out << std::ifstream(place_.vault, std::ios::binary).rdbuf();
    return out.str();
  }
  void put_content(const Bytes& bytes) const {
    std::ofstream(place_.vault, std::ios::binary | std::ios::trunc) << bytes;
  }
  // Members 1 to `synced` durable, and the floor below them all: the process ends between the sync
  // and the next one. What was sealed, by member.
  std::vector<Bytes> seal_and_end_at_once(std::uint64_t synced) {
    const auto lines = killed_after(0, [&](const auto& out) {
      const auto vault = open();
      for (std::uint64_t member = 1; member <= synced; ++member) {
        const auto sealed = vault->seal(MemberId{member}, std::to_string(member));
        if (!sealed) ::_exit(1);
        out(base::to_hex(sealed->bytes));
      }
      if (!vault->sync()) ::_exit(1);
      ::_exit(0);  // no destructor
    });
    std::vector<Bytes> sealed;
    for (const std::string& line : lines)
      sealed.push_back(from_hex(line));
    EXPECT_EQ(sealed.size(), synced);
    return sealed;
  }
  static Bytes from_hex(const std::string& digits) {
    Bytes bytes;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
      bytes.push_back(static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16)));
    return bytes;
  }

  support::TemporaryDirectory directory_;
  system::SystemRandom random_;
  VaultPlace place_{vault_in(directory_.path())};
};

TEST_F(VaultCrash, keys_that_were_synced_survive_a_kill_at_any_moment) {
  std::uint64_t first = 1;
  for (std::size_t round = 0; round < 12; ++round) {
    // Each line is one member's sealed number, written only after a sync.
    const auto lines = killed_after(1 + round * 7 % 23, [&](const auto& out) {
      const auto vault = open();
      for (std::uint64_t member = first;; member += 3) {
        std::vector<std::string> sealed;
        for (std::uint64_t i = member; i < member + 3; ++i)
          sealed.push_back(base::to_hex(vault->seal(MemberId{i}, std::to_string(i))->bytes));
        if (!vault->sync()) ::_exit(1);
        for (const std::string& line : sealed)
          out(line);
      }
    });
    ASSERT_FALSE(lines.empty());
    const auto vault = open();
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const auto opened = vault->open(MemberId{first + i}, {from_hex(lines[i])});
      ASSERT_TRUE(opened) << opened.error().message;
      EXPECT_EQ(*opened, std::to_string(first + i));
    }
    first += lines.size() + 10;
  }
}

TEST_F(VaultCrash, a_key_whose_destruction_was_acknowledged_never_comes_back) {
  const auto sealed = seal_and_end_at_once(200);
  const auto lines = killed_after(60, [&](const auto& out) {
    const auto vault = open();
    for (std::uint64_t member = 1; member <= 200; ++member) {
      if (!vault->destroy(MemberId{member})) ::_exit(1);
      out(std::to_string(member));
    }
  });
  ASSERT_GE(lines.size(), 60U);
  const auto vault = open();
  for (std::uint64_t member = 1; member <= 200; ++member) {
    const auto opened = vault->open(MemberId{member}, {sealed[member - 1]});
    if (member <= lines.size()) {
      ASSERT_FALSE(opened);
      EXPECT_EQ(opened.error().kind, base::ErrorKind::not_available);
    } else if (opened) {  // one more may have been under way
      EXPECT_EQ(*opened, std::to_string(member));
    }
  }
}

TEST_F(VaultCrash, a_torn_last_record_is_cut_and_its_place_used_again) {
  const auto sealed = seal_and_end_at_once(7);
  const Bytes whole = content();
  for (std::size_t kept = 0; kept < kSlotBytes; kept += 5) {
    put_content(whole.substr(0, offset_of(6) + kept));
    const auto vault = open();
    EXPECT_EQ(vault->subjects(), 6U);
    EXPECT_EQ(vault->open(MemberId{6}, {sealed[5]}).value_or("error"), "6");
    EXPECT_FALSE(vault->open(MemberId{7}, {sealed[6]}));
    const auto again = vault->seal(MemberId{7}, "again");
    ASSERT_TRUE(again && vault->sync());
    EXPECT_EQ(content().size(), whole.size());
    EXPECT_EQ(vault->open(MemberId{7}, *again).value_or("error"), "again");
  }
}

TEST_F(VaultCrash, records_that_never_reached_the_disk_may_lie_before_ones_that_did) {
  const auto sealed = seal_and_end_at_once(12);
  Bytes holed = content();
  holed.replace(offset_of(5), kSectorBytes, kSectorBytes, '\0');  // the second sector of slots
  put_content(holed);
  const auto vault = open();
  EXPECT_EQ(vault->subjects(), 7U);
  EXPECT_EQ(vault->open(MemberId{5}, {sealed[4]}).value_or("error"), "5");
  EXPECT_FALSE(vault->open(MemberId{6}, {sealed[5]}));
  EXPECT_EQ(vault->open(MemberId{12}, {sealed[11]}).value_or("error"), "12");
}

TEST_F(VaultCrash, a_vault_with_such_a_hole_goes_on) {
  const auto sealed = seal_and_end_at_once(12);
  put_content(Bytes(content()).replace(offset_of(5), kSectorBytes, kSectorBytes, '\0'));
  model::Sealed later;
  for (std::uint64_t member = 13; member <= 14; ++member) {
    const auto vault = open();
    const auto made = vault->seal(MemberId{member}, "later");
    ASSERT_TRUE(made && vault->sync());
    later = *made;
  }
  const auto vault = open();  // what was made durable lies behind the hole
  EXPECT_EQ(vault->subjects(), 9U);
  EXPECT_EQ(vault->open(MemberId{12}, {sealed[11]}).value_or("error"), "12");
  EXPECT_EQ(vault->open(MemberId{14}, later).value_or("error"), "later");
  EXPECT_FALSE(vault->open(MemberId{6}, {sealed[5]}));
  ASSERT_TRUE(vault->destroy(MemberId{12}));
}

TEST_F(VaultCrash, a_durable_record_that_is_damaged_is_never_taken_for_torn) {
  seal_and_end_at_once(6);
  open();  // a clean end says that nothing more was durable than what the file says
  ASSERT_TRUE(open()->seal(MemberId{7}, "7"));
  {
    const auto vault = open();
    ASSERT_TRUE(vault->seal(MemberId{7}, "7") && vault->sync());
  }
  const Bytes whole = content();
  for (const Bytes& damaged :
       {whole.substr(0, offset_of(6) + 50), whole.substr(0, offset_of(2)),
        Bytes(whole).replace(offset_of(6) + 20, 1, 1,
                             static_cast<char>(whole[offset_of(6) + 20] ^ 1))}) {
    put_content(damaged);
    const auto opened = FileVault::open(place_, Access::read_write, random_);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, base::ErrorKind::corrupt);
    EXPECT_NE(opened.error().message.find(place_.vault.string()), std::string::npos);
    EXPECT_NE(opened.error().message.find("offset"), std::string::npos);
  }
}

TEST_F(VaultCrash, a_vault_that_was_half_made_is_made_anew) {
  const VaultPlace place = vault_in(directory_.path() / "half");
  std::filesystem::create_directories(place.vault.parent_path());
  std::ofstream(place.vault.string() + ".new") << "KPKVAULT and no more";
  ASSERT_TRUE(FileVault::create(place, {}, random_));
  EXPECT_TRUE(FileVault::open(place, Access::read_write, random_));
}

}  // namespace
}  // namespace kopilka::vault
