#include "engine/vault/sealing.h"

#include <gtest/gtest.h>

#include "engine/base/bytes.h"
#include "engine/memory/key_vault.h"
#include "engine/vault/normal_name.h"
#include "engine/vault/personal_record.h"

namespace kopilka::vault {
namespace {

using model::ClearText;
using model::Command;
using model::MemberId;
using ports::HashPurpose;

class Sealing : public ::testing::Test {
 protected:
  template <class Kind>
  Kind sealed(const Kind& kind) {
    Command command = kind;
    const auto done = seal_personal(command, vault_);
    EXPECT_TRUE(done);
    EXPECT_FALSE(holds_clear_text(command));
    return std::get<Kind>(command);
  }
  model::LookupHash hash(HashPurpose purpose, std::string_view value) {
    return vault_.lookup_hash(purpose, value);
  }

  memory::MemoryKeyVault vault_{1};
};

model::AdmitMember annas_admission() {
  model::AdmitMember admission;
  admission.member = MemberId{42};
  admission.admitted_on = model::from_civil({2019, 1, 1});
  admission.name = ClearText{" Ёлкина  Анна "};
  admission.phone = ClearText{"8 916 123-45-67"};
  admission.email = ClearText{"anna@example.org"};
  admission.birth_date = model::from_civil({1985, 3, 17});
  return admission;
}

TEST_F(Sealing, an_admission_keeps_the_hash_of_the_name_and_the_month_of_birth) {
  const auto admission = sealed(annas_admission());
  EXPECT_EQ(admission.name_hash, hash(HashPurpose::member_name, "елкина анна"));
  EXPECT_EQ(admission.birth_month, 1985 * 12 + 2);
  EXPECT_FALSE(admission.name || admission.phone || admission.email || admission.birth_date);
  EXPECT_EQ(admission.admitted_on, model::from_civil({2019, 1, 1}));
}

TEST_F(Sealing, an_admission_opens_again_as_it_was_sent) {
  const auto admission = sealed(annas_admission());
  ASSERT_TRUE(admission.personal);
  const auto record = open_personal(MemberId{42}, *admission.personal, vault_);
  ASSERT_TRUE(record);
  EXPECT_EQ(*record, (PersonalRecord{" Ёлкина  Анна ", "8 916 123-45-67", "anna@example.org",
                                     model::from_civil({1985, 3, 17})}));
}

TEST_F(Sealing, an_admission_without_personal_data_makes_no_key) {
  model::AdmitMember admission;
  admission.member = MemberId{42};
  const auto after = sealed(admission);
  EXPECT_FALSE(after.personal || after.name_hash || after.birth_month);
}

TEST_F(Sealing, each_part_of_an_admission_is_optional) {
  for (int missing = 0; missing < 4; ++missing) {
    auto admission = annas_admission();
    if (missing == 0) admission.name.reset();
    if (missing == 1) admission.phone.reset();
    if (missing == 2) admission.email.reset();
    if (missing == 3) admission.birth_date.reset();
    const auto after = sealed(admission);
    EXPECT_EQ(after.name_hash.has_value(), missing != 0);
    EXPECT_EQ(after.birth_month.has_value(), missing != 3);
    const auto record = open_personal(MemberId{42}, *after.personal, vault_);
    ASSERT_TRUE(record);
    EXPECT_EQ(record->name.has_value(), missing != 0);
    EXPECT_EQ(record->phone.has_value(), missing != 1);
    EXPECT_EQ(record->email.has_value(), missing != 2);
    EXPECT_EQ(record->birth_date.has_value(), missing != 3);
  }
}

TEST_F(Sealing, a_person_who_was_erased_cannot_be_shown) {
  const auto admission = sealed(annas_admission());
  ASSERT_TRUE(vault_.destroy(MemberId{42}));
  const auto record = open_personal(MemberId{42}, *admission.personal, vault_);
  ASSERT_FALSE(record);
  EXPECT_EQ(record.error().kind, base::ErrorKind::not_available);
}

TEST_F(Sealing, the_same_card_number_has_one_hash_in_every_command) {
  const std::string number = "7700123456";
  model::IssueCard issue;
  issue.number = ClearText{number};
  model::BlockCard block;
  block.number = ClearText{number};
  block.reason = "lost";
  model::OpenAccount open;
  open.number = ClearText{number};
  open.name = ClearText{"ЕЛКИНА АННА"};
  model::ReportPurchase purchase;
  purchase.card_number = ClearText{number};
  const auto expected = hash(HashPurpose::card_number, number);
  EXPECT_EQ(sealed(issue).number_hash, expected);
  EXPECT_EQ(sealed(block).number_hash, expected);
  EXPECT_EQ(sealed(block).reason, "lost");
  EXPECT_EQ(sealed(open).number_hash, expected);
  EXPECT_EQ(sealed(open).name_hash, hash(HashPurpose::member_name, "елкина анна"));
  EXPECT_EQ(sealed(purchase).card, expected);
}

TEST_F(Sealing, what_is_absent_stays_absent) {
  EXPECT_FALSE(sealed(model::OpenAccount{}).number_hash);
  EXPECT_FALSE(sealed(model::OpenAccount{}).name_hash);
  EXPECT_FALSE(sealed(model::ReportPurchase{}).card);
}

TEST_F(Sealing, the_account_opens_for_the_name_that_was_admitted) {
  const auto admission = sealed(annas_admission());
  model::OpenAccount open;
  open.name = ClearText{"елкина АННА"};
  EXPECT_EQ(sealed(open).name_hash, admission.name_hash);
  open.name = ClearText{"Елкина Анна Петровна"};
  EXPECT_NE(sealed(open).name_hash, admission.name_hash);
}

model::AddDestination phone(std::string value) {
  model::AddDestination addition;
  addition.member = MemberId{42};
  addition.method = model::WithdrawalMethod::phone;
  addition.value = ClearText{std::move(value)};
  addition.destination_id = "mine";
  return addition;
}

TEST_F(Sealing, a_destination_becomes_mask_hash_and_a_box_for_the_processor) {
  const auto addition = sealed(phone("8 (916) 123-45-67"));
  ASSERT_TRUE(addition.sealed);
  EXPECT_EQ(addition.sealed->mask, "+79*****4567");
  EXPECT_EQ(vault_.open_as_processor(addition.sealed->value).value_or("error"), "+79161234567");
  EXPECT_EQ(addition.destination_id, "mine");
}

TEST_F(Sealing, one_destination_has_one_hash_in_every_spelling_and_another_by_another_method) {
  const auto first = sealed(phone("8 (916) 123-45-67")).sealed->value_hash;
  EXPECT_EQ(first, sealed(phone("+79161234567")).sealed->value_hash);
  EXPECT_NE(first, sealed(phone("+79161234568")).sealed->value_hash);
  auto wallet = phone("+79161234567");
  wallet.method = model::WithdrawalMethod::wallet;
  EXPECT_NE(first, sealed(wallet).sealed->value_hash);
}

TEST_F(Sealing, a_malformed_destination_leaves_nothing_but_its_absence) {
  const auto addition = sealed(phone("+74951234567"));
  EXPECT_FALSE(addition.sealed);
  EXPECT_EQ(addition.value.text, "");
}

TEST_F(Sealing, clear_text_is_seen_wherever_a_command_may_hold_it) {
  EXPECT_FALSE(holds_clear_text(model::AdmitMember{}));
  EXPECT_FALSE(holds_clear_text(model::ReportPurchase{}));
  EXPECT_FALSE(holds_clear_text(model::RegisterOrganization{}));
  model::AdmitMember admission;
  admission.birth_date = model::from_civil({1985, 3, 17});
  EXPECT_TRUE(holds_clear_text(admission));
  admission = {};
  admission.tenure_from = model::from_civil({2001, 3, 17});
  EXPECT_FALSE(holds_clear_text(admission));
  admission.email = ClearText{"x"};
  EXPECT_TRUE(holds_clear_text(admission));
  model::IssueCard issue;
  issue.number = ClearText{"770012"};
  EXPECT_TRUE(holds_clear_text(issue));
  model::ReportPurchase purchase;
  purchase.lines.resize(3);
  EXPECT_FALSE(holds_clear_text(purchase));
  purchase.card_number = ClearText{"770012"};
  EXPECT_TRUE(holds_clear_text(purchase));
  EXPECT_TRUE(holds_clear_text(phone("+79161234567")));
}

// A vault that cannot seal, as one whose disk is full.
class FullVault final : public ports::KeyVault {
 public:
  model::LookupHash lookup_hash(HashPurpose, base::ByteView) override { return {}; }
  model::Mac command_mac(base::ByteView) override { return {}; }
  base::Result<model::Sealed> seal(MemberId, base::ByteView) override { return full(); }
  base::Result<base::Bytes> open(MemberId, const model::Sealed&) override { return full(); }
  base::Result<void> destroy(MemberId) override { return full(); }
  base::Result<model::Sealed> seal_for_processor(base::ByteView) override { return full(); }
  base::ByteView store_key() const override { return {}; }
  base::Result<void> sync() override { return full(); }

 private:
  static std::unexpected<base::Error> full() { return base::fail(base::ErrorKind::io, "full"); }
};

TEST_F(Sealing, a_command_that_could_not_be_sealed_is_as_it_was) {
  FullVault full;
  Command admission = annas_admission();
  EXPECT_FALSE(seal_personal(admission, full));
  EXPECT_EQ(std::get<model::AdmitMember>(admission).name, annas_admission().name);
  EXPECT_EQ(std::get<model::AdmitMember>(admission).birth_date, annas_admission().birth_date);
  EXPECT_FALSE(std::get<model::AdmitMember>(admission).name_hash);
  Command addition = phone("+79161234567");
  EXPECT_FALSE(seal_personal(addition, full));
  EXPECT_EQ(std::get<model::AddDestination>(addition).value.text, "+79161234567");
  EXPECT_FALSE(std::get<model::AddDestination>(addition).sealed);
}

TEST(PersonalRecordBytes, are_as_the_format_says) {
  const PersonalRecord record{"Анна", std::nullopt, "a@b", model::Date::days(-1)};
  EXPECT_EQ(encode_record(record), std::string("\x01\x01\x08"
                                               "Анна"
                                               "\x03\x03"
                                               "a@b"
                                               "\x04\x01\x01"));
  EXPECT_EQ(decode_record(encode_record(record)).value(), record);
  EXPECT_EQ(decode_record(encode_record({})).value(), PersonalRecord());
}

TEST(PersonalRecordBytes, that_are_damaged_are_refused) {
  const base::Bytes good =
      encode_record({"Анна", "8 916", "a@b", model::from_civil({1985, 3, 17})});
  for (std::size_t size = 0; size < good.size(); ++size) {
    const auto record = decode_record(good.substr(0, size));
    // Cut between two fields it is a record with fewer of them.
    if (record) {
      EXPECT_EQ(encode_record(*record), good.substr(0, size));
    }
  }
  for (const base::Bytes& bytes :
       {base::Bytes("\x02"), base::Bytes("\x01\x05\x01x"), base::Bytes("\x01\x02\x01x\x01\x01x"),
        base::Bytes("\x01\x01\x01x\x01\x01x"), base::Bytes("\x01\x04\x02\x01\x01")}) {
    const auto record = decode_record(bytes);
    ASSERT_FALSE(record);
    EXPECT_EQ(record.error().kind, base::ErrorKind::corrupt);
  }
}

}  // namespace
}  // namespace kopilka::vault
