#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "engine/base/bytes.h"
#include "engine/ports/key_vault.h"

// What every KeyVault promises. A suite is made for a World that has
//   ports::KeyVault& vault()
//   void reopen()                                     after `sync`, closes it and opens it again
//   std::unique_ptr<ports::KeyVault> another()        a vault of another store
//   base::Result<base::Bytes> as_processor(sealed)    what the processor's private key opens
namespace kopilka::contract {

using model::MemberId;
using ports::HashPurpose;

inline constexpr MemberId kAnna{42};
inline constexpr MemberId kBoris{43};

template <class World>
class KeyVaultContract : public ::testing::Test {
 protected:
  ports::KeyVault& vault() { return world_.vault(); }

  model::Sealed seal(MemberId subject, base::ByteView clear) {
    auto sealed = vault().seal(subject, clear);
    if (!sealed) throw std::runtime_error(sealed.error().message);
    return std::move(*sealed);
  }
  // The clear bytes, or the kind of the error as text.
  std::string open(MemberId subject, const model::Sealed& sealed) {
    const auto clear = vault().open(subject, sealed);
    if (clear) return *clear;
    if (clear.error().kind == base::ErrorKind::not_available) return "not available";
    return clear.error().kind == base::ErrorKind::corrupt ? "corrupt" : clear.error().message;
  }

  World world_;
};

TYPED_TEST_SUITE_P(KeyVaultContract);

TYPED_TEST_P(KeyVaultContract, opens_what_was_sealed) {
  const auto name = this->seal(kAnna, "Анна Ёлкина");
  const auto empty = this->seal(kAnna, "");
  const auto bytes = this->seal(kBoris, base::ByteView("\0\xFF\n", 3));
  EXPECT_EQ(this->open(kAnna, name), "Анна Ёлкина");
  EXPECT_EQ(this->open(kAnna, empty), "");
  EXPECT_EQ(this->open(kBoris, bytes), std::string("\0\xFF\n", 3));
}

TYPED_TEST_P(KeyVaultContract, the_same_text_seals_differently_each_time) {
  EXPECT_NE(this->seal(kAnna, "Анна"), this->seal(kAnna, "Анна"));
}

TYPED_TEST_P(KeyVaultContract, a_sealed_text_shows_nothing_of_it) {
  const std::string clear = "a name that is long enough to be found again";
  const auto sealed = this->seal(kAnna, clear);
  for (std::size_t i = 0; i + 6 <= clear.size(); ++i)
    EXPECT_EQ(sealed.bytes.find(clear.substr(i, 6)), std::string::npos);
}

TYPED_TEST_P(KeyVaultContract, what_is_sealed_for_one_opens_for_no_other) {
  const auto sealed = this->seal(kAnna, "Анна");
  this->seal(kBoris, "Борис");
  EXPECT_EQ(this->open(kBoris, sealed), "corrupt");
}

TYPED_TEST_P(KeyVaultContract, every_changed_byte_is_found) {
  const auto sealed = this->seal(kAnna, "Анна");
  for (std::size_t i = 0; i < sealed.bytes.size(); ++i) {
    auto changed = sealed;
    changed.bytes[i] = static_cast<char>(changed.bytes[i] ^ 1);
    const std::string answer = this->open(kAnna, changed);
    EXPECT_TRUE(answer == "corrupt" || answer == "not available") << "byte " << i;
  }
  EXPECT_EQ(this->open(kAnna, sealed), "Анна");
}

TYPED_TEST_P(KeyVaultContract, one_that_is_cut_short_is_corrupt) {
  const auto sealed = this->seal(kAnna, "Анна");
  for (std::size_t size = 0; size < sealed.bytes.size(); ++size)
    EXPECT_EQ(this->open(kAnna, {sealed.bytes.substr(0, size)}), "corrupt") << size;
}

TYPED_TEST_P(KeyVaultContract, a_key_that_was_never_made_opens_nothing) {
  const auto sealed = this->seal(kAnna, "Анна");
  EXPECT_EQ(this->open(MemberId{77}, sealed), "corrupt");
}

TYPED_TEST_P(KeyVaultContract, destroying_a_key_makes_everything_sealed_with_it_unreadable) {
  const auto first = this->seal(kAnna, "Анна");
  const auto second = this->seal(kAnna, "anna@example.org");
  const auto other = this->seal(kBoris, "Борис");
  ASSERT_TRUE(this->vault().destroy(kAnna));
  EXPECT_EQ(this->open(kAnna, first), "not available");
  EXPECT_EQ(this->open(kAnna, second), "not available");
  EXPECT_EQ(this->open(kBoris, other), "Борис");
  this->world_.reopen();
  EXPECT_EQ(this->open(kAnna, first), "not available");
}

TYPED_TEST_P(KeyVaultContract, a_person_who_comes_back_gets_a_new_key) {
  const auto before = this->seal(kAnna, "Анна");
  ASSERT_TRUE(this->vault().destroy(kAnna));
  const auto after = this->seal(kAnna, "Анна снова");
  ASSERT_TRUE(this->vault().sync());
  this->world_.reopen();
  EXPECT_EQ(this->open(kAnna, after), "Анна снова");
  EXPECT_EQ(this->open(kAnna, before), "not available");
  ASSERT_TRUE(this->vault().destroy(kAnna));
  EXPECT_EQ(this->open(kAnna, after), "not available");
}

TYPED_TEST_P(KeyVaultContract, destroying_twice_or_what_never_was_is_no_error) {
  this->seal(kAnna, "Анна");
  EXPECT_TRUE(this->vault().destroy(kAnna));
  EXPECT_TRUE(this->vault().destroy(kAnna));
  EXPECT_TRUE(this->vault().destroy(kBoris));
}

TYPED_TEST_P(KeyVaultContract, keys_outlive_a_restart_once_synced) {
  std::vector<model::Sealed> sealed;
  for (std::uint64_t id = 1; id <= 300; ++id)
    sealed.push_back(this->seal(MemberId{id}, "person " + std::to_string(id)));
  ASSERT_TRUE(this->vault().sync());
  this->world_.reopen();
  for (std::uint64_t id = 1; id <= 300; ++id)
    EXPECT_EQ(this->open(MemberId{id}, sealed[id - 1]), "person " + std::to_string(id));
  // And the old keys go on being used beside new ones.
  const auto more = this->seal(MemberId{7}, "more");
  const auto newer = this->seal(MemberId{301}, "newer");
  EXPECT_EQ(this->open(MemberId{7}, more), "more");
  EXPECT_EQ(this->open(MemberId{301}, newer), "newer");
}

TYPED_TEST_P(KeyVaultContract, hashes_are_the_same_for_the_same_value_and_purpose_only) {
  auto& vault = this->vault();
  const auto card = vault.lookup_hash(HashPurpose::card_number, "4276");
  EXPECT_EQ(card, vault.lookup_hash(HashPurpose::card_number, "4276"));
  EXPECT_NE(card, vault.lookup_hash(HashPurpose::card_number, "4277"));
  EXPECT_NE(card, vault.lookup_hash(HashPurpose::member_name, "4276"));
  EXPECT_NE(card, vault.lookup_hash(HashPurpose::destination, "4276"));
  EXPECT_NE(card.value, vault.command_mac("4276").value);
  EXPECT_EQ(vault.command_mac("4276"), vault.command_mac("4276"));
  EXPECT_NE(vault.command_mac(""), vault.command_mac(base::ByteView("\0", 1)));
  this->world_.reopen();
  EXPECT_EQ(card, this->vault().lookup_hash(HashPurpose::card_number, "4276"));
}

TYPED_TEST_P(KeyVaultContract, another_store_hashes_otherwise_and_opens_nothing) {
  const auto other = this->world_.another();
  EXPECT_NE(this->vault().lookup_hash(HashPurpose::card_number, "4276"),
            other->lookup_hash(HashPurpose::card_number, "4276"));
  EXPECT_NE(this->vault().command_mac("x"), other->command_mac("x"));
  EXPECT_NE(this->vault().store_key(), other->store_key());
  const auto sealed = this->seal(kAnna, "Анна");
  ASSERT_TRUE(other->seal(kAnna, "Анна"));
  const auto opened = other->open(kAnna, sealed);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, base::ErrorKind::corrupt);
}

TYPED_TEST_P(KeyVaultContract, the_store_key_has_32_bytes_and_stays) {
  const base::Bytes key(this->vault().store_key());
  EXPECT_EQ(key.size(), 32U);
  EXPECT_NE(key, base::Bytes(32, '\0'));
  this->world_.reopen();
  EXPECT_EQ(key, this->vault().store_key());
}

TYPED_TEST_P(KeyVaultContract, the_processor_opens_what_is_sealed_for_it) {
  const auto first = this->vault().seal_for_processor("+79161234567");
  const auto second = this->vault().seal_for_processor("+79161234567");
  ASSERT_TRUE(first && second);
  EXPECT_NE(*first, *second);
  EXPECT_EQ(first->bytes.find("79161234567"), std::string::npos);
  EXPECT_EQ(this->world_.as_processor(*first).value_or("error"), "+79161234567");
  auto changed = *second;
  changed.bytes.back() = static_cast<char>(changed.bytes.back() ^ 1);
  EXPECT_FALSE(this->world_.as_processor(changed));
}

TYPED_TEST_P(KeyVaultContract, may_be_used_by_several_threads) {
  std::vector<std::thread> threads;
  std::vector<int> failures(3);
  for (std::size_t worker = 0; worker < failures.size(); ++worker)
    threads.emplace_back([this, worker, &failures] {
      for (std::uint64_t i = 0; i < 300; ++i) {
        const MemberId member{1 + i % 40};  // shared by the threads
        const std::string clear = std::to_string(worker) + "/" + std::to_string(i);
        const auto sealed = this->vault().seal(member, clear);
        const bool is_right = sealed &&
                              this->vault().open(member, *sealed).value_or("error") == clear &&
                              this->vault().lookup_hash(HashPurpose::card_number, clear) ==
                                  this->vault().lookup_hash(HashPurpose::card_number, clear);
        if (!is_right || (i % 50 == 0 && !this->vault().sync())) ++failures[worker];
      }
    });
  for (auto& thread : threads)
    thread.join();
  EXPECT_EQ(failures, std::vector<int>(3));
}

REGISTER_TYPED_TEST_SUITE_P(
    KeyVaultContract, opens_what_was_sealed, the_same_text_seals_differently_each_time,
    a_sealed_text_shows_nothing_of_it, what_is_sealed_for_one_opens_for_no_other,
    every_changed_byte_is_found, one_that_is_cut_short_is_corrupt,
    a_key_that_was_never_made_opens_nothing,
    destroying_a_key_makes_everything_sealed_with_it_unreadable,
    a_person_who_comes_back_gets_a_new_key, destroying_twice_or_what_never_was_is_no_error,
    keys_outlive_a_restart_once_synced, hashes_are_the_same_for_the_same_value_and_purpose_only,
    another_store_hashes_otherwise_and_opens_nothing, the_store_key_has_32_bytes_and_stays,
    the_processor_opens_what_is_sealed_for_it, may_be_used_by_several_threads);

}  // namespace kopilka::contract
