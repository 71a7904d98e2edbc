#include <cstdint>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/system/system_random.h"
#include "engine/vault/file_vault.h"
#include "engine/vault/key_file.h"
#include "engine/vault/key_ring.h"
#include "tests/support/temporary_directory.h"

// One store's keys in the files of several nodes.
namespace kopilka::vault {
namespace {

using base::Bytes;
using base::ErrorKind;
using model::MemberId;

const std::string kGone = "error " + std::to_string(static_cast<int>(ErrorKind::not_available));
const std::string kCorrupt = "error " + std::to_string(static_cast<int>(ErrorKind::corrupt));

Bytes content_of(const std::filesystem::path& path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}
void put_content(const std::filesystem::path& path, const Bytes& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

class SeveralFiles : public ::testing::Test {
 protected:
  SeveralFiles() {
    EXPECT_TRUE(FileVault::create(first_, {}, random_));
    second_ = joined();
  }

  VaultPlace joined() {
    const auto place = FileVault::join(first_);
    if (!place) throw std::runtime_error(place.error().message);
    return *place;
  }
  std::unique_ptr<FileVault> open(const VaultPlace& place, Access access = Access::read_write) {
    auto opened = FileVault::open(place, access, random_);
    if (!opened) throw std::runtime_error(opened.error().message);
    return std::move(*opened);
  }
  base::Error refusal(const VaultPlace& place, Access access = Access::read_write) {
    const auto opened = FileVault::open(place, access, random_);
    EXPECT_FALSE(opened);
    return opened ? base::Error{} : opened.error();
  }
  // Durable.
  static Bytes seal(FileVault& vault, std::uint64_t member, base::ByteView clear) {
    auto sealed = vault.seal(MemberId{member}, clear);
    if (!sealed) throw std::runtime_error(sealed.error().message);
    EXPECT_TRUE(vault.sync());
    return sealed->bytes;
  }
  static std::string opened(FileVault& vault, std::uint64_t member, const Bytes& sealed) {
    auto clear = vault.open(MemberId{member}, {sealed});
    return clear ? *clear : "error " + std::to_string(static_cast<int>(clear.error().kind));
  }
  static std::uint32_t generation_of(const Bytes& sealed) {
    return base::get_little<std::uint32_t>(base::ByteView(sealed).substr(1));
  }
  static SlotRecord slot_of(const VaultPlace& place, Slot slot) {
    return decode_slot(content_of(place.vault).substr(offset_of(slot), kSlotBytes)).value();
  }

  support::TemporaryDirectory directory_;
  system::SystemRandom random_;
  VaultPlace first_{vault_in(directory_.path() / "keys")};
  VaultPlace second_;
};

TEST_F(SeveralFiles, each_node_has_its_own_file_and_all_have_the_same_secrets) {
  const auto third = joined();
  EXPECT_EQ(second_.vault, first_.vault.parent_path() / "vault.2");
  EXPECT_EQ(third.vault, first_.vault.parent_path() / "vault.3");
  EXPECT_EQ(std::filesystem::status(second_.vault).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  const auto one = open(first_);
  const auto other = open(third);
  EXPECT_EQ(one->store_key(), other->store_key());
  EXPECT_EQ(one->command_mac("x"), other->command_mac("x"));
  EXPECT_EQ(one->lookup_hash(ports::HashPurpose::member_name, "x"),
            other->lookup_hash(ports::HashPurpose::member_name, "x"));
  const auto sealed = one->seal_for_processor("account");
  ASSERT_TRUE(sealed);
  EXPECT_EQ(other->open_for_processor(*sealed).value_or(""), "account");
}

TEST_F(SeveralFiles, nodes_that_write_at_once_open_what_the_other_sealed) {
  const auto one = open(first_);
  const auto two = open(second_);
  std::map<std::uint64_t, Bytes> sealed;
  for (std::uint64_t member = 1; member <= 40; ++member)
    sealed[member] = seal(member % 3 == 0 ? *two : *one, member, std::to_string(member));
  for (const auto& [member, bytes] : sealed) {
    EXPECT_EQ(opened(*one, member, bytes), std::to_string(member));
    EXPECT_EQ(opened(*two, member, bytes), std::to_string(member));
  }
}

TEST_F(SeveralFiles, a_person_sealed_by_both_is_open_to_both) {
  const auto one = open(first_);
  const auto two = open(second_);
  const Bytes by_old_owner = seal(*one, 42, "Анна");
  const Bytes by_new_owner = seal(*two, 42, "Анна снова");
  const Bytes by_zombie = seal(*one, 42, "Анна никогда");
  EXPECT_EQ(generation_of(by_old_owner), 1U);
  EXPECT_EQ(generation_of(by_new_owner), 1U);
  for (FileVault* vault : {one.get(), two.get()}) {
    EXPECT_EQ(opened(*vault, 42, by_old_owner), "Анна");
    EXPECT_EQ(opened(*vault, 42, by_new_owner), "Анна снова");
    EXPECT_EQ(opened(*vault, 42, by_zombie), "Анна никогда");
  }
  EXPECT_NE(slot_of(first_, 0).wrapped, slot_of(second_, 0).wrapped);
  Bytes changed = by_new_owner;
  changed.back() = static_cast<char>(changed.back() ^ 1);
  EXPECT_EQ(opened(*one, 42, changed), kCorrupt);
}

// What another node's file holds may be lost with that node's machine: only a key of one's own is
// known to be durable.
TEST_F(SeveralFiles, a_node_seals_with_keys_of_its_own_file_alone) {
  const auto one = open(first_);
  seal(*one, 42, "Анна");
  Bytes sealed;
  {
    const auto two = open(second_);
    sealed = seal(*two, 42, "Анна");
  }
  std::filesystem::rename(first_.vault, directory_.path() / "away");
  EXPECT_EQ(opened(*open(second_, Access::read_only), 42, sealed), "Анна");
}

TEST_F(SeveralFiles, a_file_that_appears_later_is_found_when_it_is_needed) {
  const auto one = open(first_);
  const auto reader = open(second_, Access::read_only);
  const auto third = joined();
  const Bytes sealed = seal(*open(third), 42, "Анна");
  EXPECT_EQ(opened(*one, 42, sealed), "Анна");
  EXPECT_EQ(opened(*reader, 42, sealed), "Анна");
}

TEST_F(SeveralFiles, a_key_that_no_file_has_is_said_to_be_missing) {
  const auto one = open(first_);
  const auto place = joined();
  const Bytes sealed = seal(*open(place), 42, "Анна");
  std::filesystem::remove(place.vault);
  const auto missing = one->open(MemberId{42}, {sealed});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::corrupt);
  EXPECT_NE(missing.error().message.find("no key"), std::string::npos) << missing.error().message;
}

TEST_F(SeveralFiles, no_key_is_destroyed_while_another_node_writes_and_the_refusal_names_its_file) {
  const auto one = open(first_);
  const Bytes sealed = seal(*one, 42, "Анна");
  {
    const auto two = open(second_);
    const auto destroyed = one->destroy(MemberId{42});
    ASSERT_FALSE(destroyed);
    EXPECT_EQ(destroyed.error().kind, ErrorKind::not_available);
    EXPECT_NE(destroyed.error().message.find(second_.vault.string()), std::string::npos);
    EXPECT_EQ(opened(*one, 42, sealed), "Анна");
  }
  const auto reader = open(second_, Access::read_only);  // does not write, so does not matter
  EXPECT_TRUE(one->destroy(MemberId{42}));
  EXPECT_EQ(opened(*reader, 42, sealed), kGone);
}

TEST_F(SeveralFiles, a_person_is_destroyed_in_every_file) {
  const Bytes by_two = seal(*open(second_), 42, "Анна");
  const Bytes other = seal(*open(second_), 43, "Борис");
  const auto reader = open(second_, Access::read_only);
  const auto one = open(first_);
  const Bytes by_one = seal(*one, 42, "Анна");
  EXPECT_EQ(opened(*reader, 42, by_one), "Анна");
  ASSERT_TRUE(one->destroy(MemberId{42}));
  for (const auto& place : {first_, second_}) {
    EXPECT_EQ(slot_of(place, 0).state, SlotState::destroyed);
    EXPECT_EQ(slot_of(place, 0).wrapped, WrappedKey{});
  }
  for (FileVault* vault : {one.get(), reader.get()})
    for (const Bytes& sealed : {by_one, by_two})
      EXPECT_EQ(opened(*vault, 42, sealed), kGone);
  EXPECT_EQ(opened(*one, 43, other), "Борис");
  ASSERT_TRUE(one->destroy(MemberId{42})) << "again";

  const Bytes again = seal(*one, 42, "Анна снова");
  EXPECT_EQ(generation_of(again), 2U);
  EXPECT_EQ(opened(*reader, 42, again), "Анна снова");
  EXPECT_EQ(opened(*reader, 42, by_two), kGone);
}

TEST_F(SeveralFiles, what_was_destroyed_in_one_file_is_not_sealed_for_in_another) {
  const Bytes gone = seal(*open(first_), 42, "Анна");
  ASSERT_TRUE(open(first_)->destroy(MemberId{42}));
  const auto two = open(second_);
  const Bytes again = seal(*two, 42, "Анна снова");
  EXPECT_EQ(generation_of(again), 2U);
  EXPECT_EQ(opened(*two, 42, gone), kGone);
  EXPECT_EQ(opened(*two, 42, again), "Анна снова");
}

TEST_F(SeveralFiles, a_destruction_that_was_cut_short_between_files_has_happened) {
  const Bytes by_two = seal(*open(second_), 42, "Анна");
  const Bytes by_one = seal(*open(first_), 42, "Анна");
  const Bytes before = content_of(second_.vault);
  ASSERT_TRUE(open(first_)->destroy(MemberId{42}));
  put_content(second_.vault, before);
  {
    const auto one = open(first_);
    EXPECT_EQ(opened(*one, 42, by_one), kGone);
    EXPECT_EQ(opened(*one, 42, by_two), kGone);
    ASSERT_TRUE(one->destroy(MemberId{42}));
    EXPECT_EQ(slot_of(second_, 0).state, SlotState::destroyed) << "again, and it is finished";
  }
  put_content(second_.vault, before);
  const auto two = open(second_);
  EXPECT_EQ(generation_of(seal(*two, 42, "Анна снова")), 2U);
  EXPECT_EQ(slot_of(second_, 0).state, SlotState::destroyed) << "what was left is overwritten";
}

TEST_F(SeveralFiles, what_a_crash_left_in_one_file_does_not_matter_to_the_others) {
  const Bytes sealed = seal(*open(second_), 1, "1");
  const Bytes whole = content_of(second_.vault);
  for (std::size_t torn = 1; torn < kSlotBytes; torn += 7) {
    put_content(second_.vault, whole + whole.substr(offset_of(0), torn));
    const auto one = open(first_);
    EXPECT_EQ(opened(*one, 1, sealed), "1");
    seal(*one, 100 + torn, "new");
  }
  EXPECT_EQ(content_of(second_.vault).size(), whole.size() + 92) << "only its writer mends it";
  const auto two = open(second_);
  EXPECT_EQ(opened(*open(first_), 2, seal(*two, 2, "2")), "2");
}

// The machine of a node may send its file's pages in any order.
TEST_F(SeveralFiles, a_record_that_arrives_after_later_ones_is_found_all_the_same) {
  std::vector<Bytes> sealed;
  const Bytes before = content_of(second_.vault);
  {
    const auto two = open(second_);
    for (std::uint64_t member = 1; member <= 12; ++member)
      sealed.push_back(two->seal(MemberId{member}, std::to_string(member))->bytes);
    ASSERT_TRUE(two->sync());
  }
  const Bytes after = content_of(second_.vault).replace(0, before.size(), before);
  Bytes holed = after;
  holed.replace(offset_of(5), kSectorBytes, kSectorBytes, '\0');
  put_content(second_.vault, holed);
  const auto one = open(first_);
  EXPECT_EQ(opened(*one, 12, sealed[11]), "12");
  EXPECT_EQ(opened(*one, 6, sealed[5]), kCorrupt) << "it has not come yet";
  put_content(second_.vault, after);
  for (std::uint64_t member = 1; member <= 12; ++member)
    EXPECT_EQ(opened(*one, member, sealed[member - 1]), std::to_string(member));
}

TEST_F(SeveralFiles, damage_in_anothers_file_is_said_of_that_file) {
  for (std::uint64_t member = 1; member <= 3; ++member)
    seal(*open(second_), member, "x");
  const Bytes whole = content_of(second_.vault);
  for (const std::size_t offset : {std::size_t{20}, kSectorBytes + 1, kSectorBytes * 2 + 17}) {
    Bytes damaged = whole;
    damaged[offset] = static_cast<char>(damaged[offset] ^ 1);
    put_content(second_.vault, damaged);
    const auto why = refusal(first_);
    EXPECT_EQ(why.kind, ErrorKind::corrupt) << offset;
    EXPECT_NE(why.message.find(second_.vault.string()), std::string::npos) << why.message;
  }
  put_content(second_.vault, whole);
  const auto one = open(first_);
  put_content(second_.vault, whole.substr(0, offset_of(1)));
  const auto cut = one->open(MemberId{3}, {seal(*one, 4, "x")});
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().kind, ErrorKind::corrupt);
  EXPECT_NE(cut.error().message.find(second_.vault.string()), std::string::npos);
}

TEST_F(SeveralFiles, another_stores_file_is_refused) {
  const VaultPlace other = vault_in(directory_.path() / "other");
  ASSERT_TRUE(FileVault::create(other, {}, random_));
  const auto strange = first_.vault.parent_path() / "vault.7";
  const auto reader = open(first_, Access::read_only);
  std::filesystem::copy_file(other.vault, strange);
  const auto why = refusal(first_);
  EXPECT_EQ(why.kind, ErrorKind::usage);
  EXPECT_NE(why.message.find(strange.string()), std::string::npos) << why.message;
  EXPECT_FALSE(reader->open(MemberId{1}, {Bytes(100, '\1')}));
}

TEST_F(SeveralFiles, files_of_other_names_are_left_alone) {
  for (const char* name : {"vault.1", "vault.02", "vault.bak", "vault.2.new", "vault.", "vault.-3",
                           "vault.3x", "vault.99999999999", "Vault.3", "kek.path", "store"}) {
    put_content(first_.vault.parent_path() / name, "something else");
    EXPECT_FALSE(number_of(name)) << name;
  }
  EXPECT_TRUE(open(first_));
  EXPECT_EQ(number_of("vault"), 1U);
  EXPECT_EQ(number_of("vault.2"), 2U);
  EXPECT_EQ(number_of("vault.1000"), kFilesMax);
  EXPECT_FALSE(number_of("vault.1001"));
}

TEST_F(SeveralFiles, nobody_joins_without_the_first_file_and_its_key) {
  const auto alone = FileVault::join(vault_in(directory_.path() / "nothing"));
  ASSERT_FALSE(alone);
  EXPECT_EQ(alone.error().kind, ErrorKind::not_available);
  const auto strange = directory_.path() / "strange";
  ASSERT_TRUE(write_key_file(strange, Key()));
  const auto locked_out = FileVault::join({first_.vault, strange});
  ASSERT_FALSE(locked_out);
  EXPECT_EQ(locked_out.error().kind, ErrorKind::usage);
  EXPECT_FALSE(std::filesystem::exists(file_in(first_.vault.parent_path(), 3)));
}

// Runs each in a process of its own, all at once; whether all ended well.
bool all_end_well(int count, const std::function<bool(int)>& work) {
  std::vector<pid_t> children;
  for (int i = 0; i < count; ++i) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(work(i) ? 0 : 1);
    children.push_back(child);
  }
  bool is_well = true;
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    is_well = is_well && status == 0;
  }
  return is_well;
}

TEST_F(SeveralFiles, of_nodes_that_join_at_once_each_gets_its_own_file) {
  constexpr int kNodes = 8;
  EXPECT_TRUE(all_end_well(kNodes, [&](int i) {
    for (;;) {
      const auto place = FileVault::join(first_);
      // Another process is making a file of that number at this moment.
      if (!place && place.error().kind == ErrorKind::not_available) continue;
      return place && FileVault::open(*place, Access::read_write, random_) &&
             std::ofstream(directory_.path() / std::to_string(i))
                 .operator<<(*number_of(place->vault.filename().string()))
                 .good();
    }
  }));
  std::set<std::string> numbers;
  for (int i = 0; i < kNodes; ++i)
    numbers.insert(content_of(directory_.path() / std::to_string(i)));
  EXPECT_EQ(numbers.size(), static_cast<std::size_t>(kNodes));
  EXPECT_FALSE(numbers.contains("2"));
}

// Neither is a read of one sector whole beside a write of it.
TEST_F(SeveralFiles, a_sector_that_is_being_overwritten_is_not_taken_for_damage) {
  const pid_t writer = ::fork();
  if (writer == 0) {
    auto file = OpenFile::open(second_.vault, O_RDWR);
    const Bytes floors[] = {encode_floor(0), encode_floor(7)};
    for (std::uint32_t i = 0; file; ++i)
      if (!file->write_at(kSectorBytes, floors[i % 2])) break;
    ::_exit(1);
  }
  std::string why;
  for (int i = 0; i < 20'000 && why.empty(); ++i)
    if (const auto file = VaultFile::open(second_.vault, Access::read_only); !file)
      why = file.error().message;
  ::kill(writer, SIGKILL);
  ::waitpid(writer, nullptr, 0);
  EXPECT_EQ(why, "");
}

TEST_F(SeveralFiles, nodes_that_write_as_fast_as_they_can_never_look_damaged_to_each_other) {
  constexpr std::uint64_t kMembers = 1'500;
  const std::vector<VaultPlace> places{first_, second_, joined()};
  EXPECT_TRUE(all_end_well(3, [&](int i) {
    system::SystemRandom random;
    const auto vault =
        FileVault::open(places[static_cast<std::size_t>(i)], Access::read_write, random);
    if (!vault) return false;
    for (std::uint64_t member = 1; member <= kMembers; ++member) {
      if (!(*vault)->seal(MemberId{member}, "x") || !(*vault)->sync()) return false;
      if (member % 10 != 0) continue;
      // Nobody made this value: the vault looks again in vain, and has nothing else to complain of.
      const auto looked =
          (*vault)->open(MemberId{member}, {Bytes("\1\1\0\0\0", 5) + Bytes(40, 'x')});
      if (looked || looked.error().message.find("damaged") != std::string::npos) return false;
    }
    return true;
  }));
  for (const auto& place : places)
    EXPECT_EQ(open(place)->subjects(), kMembers);
}

}  // namespace
}  // namespace kopilka::vault
