#include "engine/kafka/settings.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kopilka::kafka {
namespace {

std::string operators_page() {
  std::ifstream file(KOPILKA_SOURCE_DIR "/docs/kafka.md");
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(SettingsTest, of_the_protocol_are_the_operators_in_no_case) {
  for (const auto& setting : owned_settings())
    EXPECT_FALSE(check_operator_setting(setting.name)) << setting.name;
  for (const auto& setting : refused_settings())
    EXPECT_FALSE(check_operator_setting(setting.name)) << setting.name;
}

TEST(SettingsTest, of_security_are_the_operators) {
  for (const auto* name :
       {"security.protocol", "ssl.ca.location", "ssl.key.password", "sasl.mechanisms",
        "sasl.oauthbearer.client.id", "compression.type", "client.id", "debug"})
    EXPECT_TRUE(check_operator_setting(name)) << name;
}

TEST(SettingsTest, that_nobody_thought_of_are_refused) {
  for (const auto* name : {"", "ssl", "sslx", "Acks", "statistics.interval.ms", "opaque"})
    EXPECT_FALSE(check_operator_setting(name)) << name;
}

TEST(SettingsTest, of_a_group_are_for_all_that_stand_in_it) {
  EXPECT_TRUE(concerns(Use::every_client, Use::candidates));
  EXPECT_TRUE(concerns(Use::writers, Use::log_writers));
  EXPECT_TRUE(concerns(Use::writers, Use::feed_writers));
  EXPECT_FALSE(concerns(Use::writers, Use::feed_readers));
  EXPECT_TRUE(concerns(Use::readers, Use::feed_readers));
  EXPECT_FALSE(concerns(Use::readers, Use::candidates));
  EXPECT_FALSE(concerns(Use::log_writers, Use::feed_writers));
}

TEST(SettingsTest, are_set_once_for_each_client) {
  for (const auto use :
       {Use::log_writers, Use::feed_writers, Use::log_readers, Use::feed_readers, Use::candidates})
    for (const auto& setting : owned_settings()) {
      if (!concerns(setting.use, use)) continue;
      const auto same = std::ranges::count_if(owned_settings(), [&](const auto& other) {
        return other.name == setting.name && concerns(other.use, use);
      });
      EXPECT_EQ(same, 1) << setting.name;
    }
}

TEST(SettingsTest, with_several_values_are_not_called_always_one_of_them) {
  const auto refused = check_operator_setting("linger.ms");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, ::testing::Not(::testing::HasSubstr("always")));
  EXPECT_THAT(refused.error().message, ::testing::HasSubstr("linger.ms is ours to set"));
}

// What stands in the table stands on the operator's page with the same value and reason.
TEST(SettingsTest, are_all_on_the_operators_page) {
  const auto page = operators_page();
  const auto row = [](auto name, auto value, auto reason) {
    return "| `" + std::string(name) + "` | `" + std::string(value) + "` | " + std::string(reason) +
           " |";
  };
  for (const auto& setting : owned_settings())
    EXPECT_THAT(page, ::testing::HasSubstr(row(setting.name, setting.value, setting.reason)));
  for (const auto& setting : default_settings())
    EXPECT_THAT(page, ::testing::HasSubstr(row(setting.name, setting.value, setting.reason)));
  for (const auto& setting : refused_settings())
    EXPECT_THAT(page, ::testing::HasSubstr("| `" + std::string(setting.name) + "` | " +
                                           std::string(setting.reason) + " |"));
  for (const auto name : operator_settings())
    EXPECT_THAT(page, ::testing::HasSubstr("`" + std::string(name)));
}

}  // namespace
}  // namespace kopilka::kafka
