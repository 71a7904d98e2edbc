#include "engine/vault/destination.h"

#include <gtest/gtest.h>

namespace kopilka::vault {
namespace {

using model::WithdrawalMethod;

std::string value_of(WithdrawalMethod method, std::string_view text) {
  const auto parsed = parse_destination(method, text);
  return parsed ? parsed->value : "malformed";
}
std::string mask_of(WithdrawalMethod method, std::string_view text) {
  const auto parsed = parse_destination(method, text);
  return parsed ? parsed->mask : "malformed";
}

TEST(Destination, a_phone_is_known_in_every_usual_spelling) {
  for (const char* spelling :
       {"+79161234567", "89161234567", "79161234567", "9161234567", "+7 (916) 123-45-67",
        "8 916 123 45 67", "8(916)123-45-67", "(916) 123-45-67", "+7-916-123-45-67"})
    EXPECT_EQ(value_of(WithdrawalMethod::phone, spelling), "+79161234567") << spelling;
}

TEST(Destination, what_is_no_russian_mobile_number_is_malformed) {
  for (const char* spelling :
       {"", "+", "+7916123456", "+791612345678", "+74951234567", "84951234567", "+89161234567",
        "+9161234567", "69161234567", "+7916123456a", "+7916+1234567", "+380501234567", "916123456",
        "+7.916.123.45.67", "７９１６１２３４５６７"})
    EXPECT_EQ(value_of(WithdrawalMethod::phone, spelling), "malformed") << spelling;
}

TEST(Destination, a_card_needs_a_right_luhn_digit) {
  EXPECT_EQ(value_of(WithdrawalMethod::card, "4111111111111111"), "4111111111111111");
  EXPECT_EQ(value_of(WithdrawalMethod::card, "2200770212727079"), "2200770212727079");
  EXPECT_EQ(value_of(WithdrawalMethod::card, "4222222222222"), "4222222222222");              // 13
  EXPECT_EQ(value_of(WithdrawalMethod::card, "6304000000000000000"), "6304000000000000000");  // 19
  // Of the ten last digits exactly one is right.
  for (char last = '0'; last <= '9'; ++last) {
    const std::string number = std::string("411111111111111") + last;
    EXPECT_EQ(value_of(WithdrawalMethod::card, number), last == '1' ? number : "malformed");
  }
}

TEST(Destination, a_card_of_another_length_or_alphabet_is_malformed) {
  for (const char* text : {"", "422222222222", "63040000000000000000", "4111 1111 1111 1111",
                           "411111111111111a", "0000000000000a"})
    EXPECT_EQ(value_of(WithdrawalMethod::card, text), "malformed") << text;
}

// The examples of the Bank of Russia's order No. 515: a client's account at a bank (BIK 049805746),
// and a bank's account at a settlement centre (BIK 049805000), which counts by 005.
TEST(Destination, an_account_needs_the_key_of_its_bank) {
  EXPECT_EQ(value_of(WithdrawalMethod::account, "049805746/40602810700000000025"),
            "049805746/40602810700000000025");
  EXPECT_EQ(value_of(WithdrawalMethod::account, "049805000/30101810800000000746"),
            "049805000/30101810800000000746");
  EXPECT_EQ(value_of(WithdrawalMethod::account, "049805001/30101810800000000746"),
            "049805001/30101810800000000746");
  EXPECT_EQ(value_of(WithdrawalMethod::account, "049805003/30101810800000000746"), "malformed");
  // The ninth digit of the account is the key: exactly one of ten is right.
  for (char key = '0'; key <= '9'; ++key) {
    const std::string account = std::string("049805746/40602810") + key + "00000000025";
    EXPECT_EQ(value_of(WithdrawalMethod::account, account), key == '7' ? account : "malformed");
  }
}

TEST(Destination, an_account_of_another_form_is_malformed) {
  for (const char* text : {"", "/", "04980574640602810700000000025",
                           "049805746 40602810700000000025", "049805746/4060281070000000002",
                           "049805746/406028107000000000250", "04980574/640602810700000000025",
                           "04980574a/40602810700000000025", "049805746/40602810A00000000025"})
    EXPECT_EQ(value_of(WithdrawalMethod::account, text), "malformed") << text;
}

TEST(Destination, a_wallet_is_1_to_64_printable_characters) {
  EXPECT_EQ(value_of(WithdrawalMethod::wallet, "R"), "R");
  EXPECT_EQ(value_of(WithdrawalMethod::wallet, "410011234567890 ~!"), "410011234567890 ~!");
  EXPECT_EQ(value_of(WithdrawalMethod::wallet, std::string(64, 'w')), std::string(64, 'w'));
  for (const std::string& text : {std::string(), std::string(65, 'w'), std::string("a\tb"),
                                  std::string("a\x7F"), std::string("кошелёк")})
    EXPECT_EQ(value_of(WithdrawalMethod::wallet, text), "malformed") << text;
}

TEST(Destination, a_mask_shows_what_its_owner_knows_it_by) {
  EXPECT_EQ(mask_of(WithdrawalMethod::phone, "8 (916) 123-45-67"), "+79*****4567");
  EXPECT_EQ(mask_of(WithdrawalMethod::card, "4111111111111111"), "411111******1111");
  EXPECT_EQ(mask_of(WithdrawalMethod::card, "4222222222222"), "422222***2222");
  EXPECT_EQ(mask_of(WithdrawalMethod::account, "049805746/40602810700000000025"),
            "049805746/****0025");
  EXPECT_EQ(mask_of(WithdrawalMethod::wallet, "410011234567890"), "****7890");
}

TEST(Destination, a_mask_never_gives_a_short_wallet_away) {
  EXPECT_EQ(mask_of(WithdrawalMethod::wallet, "R"), "****");
  EXPECT_EQ(mask_of(WithdrawalMethod::wallet, "R7"), "****7");
  EXPECT_EQ(mask_of(WithdrawalMethod::wallet, "R12345"), "****345");
}

}  // namespace
}  // namespace kopilka::vault
