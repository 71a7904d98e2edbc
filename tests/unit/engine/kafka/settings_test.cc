#include "engine/kafka/settings.h"

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
