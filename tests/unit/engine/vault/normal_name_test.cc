#include "engine/vault/normal_name.h"

#include <gtest/gtest.h>

namespace kopilka::vault {
namespace {

TEST(NormalName, letters_are_small) {
  EXPECT_EQ(normal_name("ИВАНОВА Анна"), "иванова анна");
  EXPECT_EQ(normal_name("АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"), "абвгдежзийклмнопрстуфхцчшщъыьэюя");
  EXPECT_EQ(normal_name("JOHN O'Neill-Smith"), "john o'neill-smith");
  EXPECT_EQ(normal_name("MÜLLER Łukasz ŽIŽEK"), "müller łukasz žižek");
}

TEST(NormalName, yo_is_ye) {
  EXPECT_EQ(normal_name("Ёлкина Алёна"), normal_name("Елкина Алена"));
  EXPECT_EQ(normal_name("Ёлкина Алёна"), "елкина алена");
}

TEST(NormalName, letters_in_two_code_points_are_one) {
  EXPECT_EQ(normal_name("Але\xCC\x88на"), "алена");                 // е and combining dots
  EXPECT_EQ(normal_name("Андреи\xCC\x86"), normal_name("Андрей"));  // и and combining breve
  EXPECT_EQ(normal_name("Андреи \xCC\x86"), "андреи \xCC\x86");     // not across a blank
}

TEST(NormalName, blanks_are_collapsed_and_cut) {
  EXPECT_EQ(normal_name("  Иванова \t\n Анна  "), "иванова анна");
  EXPECT_EQ(normal_name("Иванова\xC2\xA0\xE2\x80\x83"
                        "Анна"),
            "иванова анна");  // no-break, em space
  EXPECT_EQ(normal_name("   "), "");
  EXPECT_EQ(normal_name(""), "");
}

TEST(NormalName, letters_of_other_languages_of_the_country_are_small_too) {
  EXPECT_EQ(normal_name("ӘҢҮҺҖӨ"), "әңүһҗө");  // Tatar
  EXPECT_EQ(normal_name("ЇЄІҐ"), "їєіґ");
  EXPECT_EQ(normal_name("ӀӁӐӸ"), "ӏӂӑӹ");
}

TEST(NormalName, is_its_own_normal_form) {
  for (const char* name :
       {"Ёлкина  АННА ", "МÜLLER", "Але\xCC\x88на", "\xFF is no name", "ӘҢҮҺҖӨ"}) {
    const std::string once = normal_name(name);
    EXPECT_EQ(normal_name(once), once);
  }
}

TEST(NormalName, bytes_that_are_not_utf8_stay) {
  EXPECT_EQ(normal_name("A\xFF\xD0"), "a\xFF\xD0");
  EXPECT_EQ(normal_name("\xD0 A"), "\xD0 a");
  EXPECT_EQ(normal_name("\xE2\x80"), "\xE2\x80");
}

TEST(NormalName, different_names_stay_different) {
  EXPECT_NE(normal_name("Иванова Анна"), normal_name("ИвановаАнна"));
  EXPECT_NE(normal_name("Иванова Анна"), normal_name("Иванова Анни"));
  EXPECT_NE(normal_name("Андреи"), normal_name("Андрей"));
}

}  // namespace
}  // namespace kopilka::vault
