#include "engine/kafka/topic_demands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/kafka/settings.h"

namespace kopilka::kafka {
namespace {

using ::testing::HasSubstr;

TopicSettings made_for(std::int32_t copies) {
  TopicSettings settings;
  for (const auto& [name, value] : settings_for(copies, kTopicBatchBytes))
    settings[name] = value;
  return settings;
}

std::string words(const TopicLayout& layout, const TopicSettings& settings) {
  const auto checked = check_demands("log at here:1", layout, settings);
  if (checked) return "";
  EXPECT_EQ(checked.error().kind, base::ErrorKind::not_available);
  EXPECT_THAT(checked.error().message, HasSubstr("log at here:1"));
  return checked.error().message;
}

TEST(TopicDemandsTest, a_topic_is_made_as_it_is_demanded) {
  for (const std::int32_t brokers : {1, 2, 3, 5}) {
    const auto copies = copies_for(brokers);
    EXPECT_EQ(words({.partitions = 1, .copies = copies, .brokers = brokers}, made_for(copies)), "");
  }
}

TEST(TopicDemandsTest, three_brokers_hold_three_copies_of_which_two_confirm) {
  EXPECT_EQ(copies_for(3), 3);
  EXPECT_EQ(made_for(3)["min.insync.replicas"], "2");
  EXPECT_THAT(words({.partitions = 1, .copies = 2, .brokers = 3}, made_for(3)),
              HasSubstr("replication factor is 2, must be at least 3 with 3 brokers"));
  EXPECT_THAT(words({.partitions = 1, .copies = 3, .brokers = 3}, made_for(1)),
              HasSubstr("min.insync.replicas is 1, must be at least 2"));
}

TEST(TopicDemandsTest, a_broker_that_is_away_lowers_no_demand) {
  EXPECT_EQ(words({.partitions = 1, .copies = 3, .brokers = 2}, made_for(3)), "");
  EXPECT_NE(words({.partitions = 1, .copies = 3, .brokers = 1}, made_for(1)), "");
}

TEST(TopicDemandsTest, one_broker_must_do_where_there_is_no_other) {
  EXPECT_EQ(words({.partitions = 1, .copies = 1, .brokers = 1}, made_for(1)), "");
}

TEST(TopicDemandsTest, each_setting_that_is_wrong_is_named_with_what_it_must_be) {
  for (const auto& [name, value] : settings_for(3, kTopicBatchBytes)) {
    auto settings = made_for(3);
    settings[name] = "0";
    EXPECT_THAT(words({.partitions = 1, .copies = 3, .brokers = 3}, settings),
                HasSubstr(name + " is 0, must be "));
    settings.erase(name);
    EXPECT_THAT(words({.partitions = 1, .copies = 3, .brokers = 3}, settings),
                HasSubstr(name + " is unknown, must be "));
  }
}

TEST(TopicDemandsTest, several_wrong_settings_are_named_together) {
  auto settings = made_for(3);
  settings["cleanup.policy"] = "compact,delete";
  settings["max.message.bytes"] = "999999";
  const auto said = words({.partitions = 2, .copies = 3, .brokers = 3}, settings);
  EXPECT_THAT(said, HasSubstr("number of partitions is 2, must be 1"));
  EXPECT_THAT(said, HasSubstr("cleanup.policy is compact,delete, must be delete"));
  EXPECT_THAT(said, HasSubstr("max.message.bytes is 999999, must be at least 1000000"));
}

}  // namespace
}  // namespace kopilka::kafka
