#include <gtest/gtest.h>

#include "engine/kafka/candidacy.h"
#include "engine/kafka/kafka_feed.h"
#include "engine/kafka/kafka_topic.h"

// That librdkafka takes every setting that is ours, and that opening asks nobody.
namespace kopilka::kafka {
namespace {

const Connection kNobody{.brokers = "127.0.0.1:1"};

template <class T>
void expect_opened(const base::Result<T>& opened) {
  EXPECT_TRUE(opened) << opened.error().message;
}

TEST(OpeningTest, of_a_topic_needs_no_broker) {
  const auto topic = open_topic(kNobody, "topic");
  ASSERT_TRUE(topic) << topic.error().message;
  expect_opened((*topic)->open_writer());
  expect_opened((*topic)->read_from(0));
}

TEST(OpeningTest, of_a_feed_needs_no_broker) {
  const auto feed = open_feed(kNobody, "feed");
  ASSERT_TRUE(feed) << feed.error().message;
  expect_opened((*feed)->open_writer());
  expect_opened((*feed)->read_from({0, 0}));
}

TEST(OpeningTest, of_a_candidacy_needs_no_broker_and_chooses_nobody) {
  const auto candidacy = open_candidacy(kNobody, {.name = "group", .topic = "topic"});
  ASSERT_TRUE(candidacy) << candidacy.error().message;
  EXPECT_FALSE((*candidacy)->is_chosen());
}

TEST(OpeningTest, of_a_candidacy_without_a_name_is_a_usage_error) {
  for (const auto& group : {Group{.name = "", .topic = "topic"}, {.name = "group", .topic = ""}}) {
    const auto candidacy = open_candidacy(kNobody, group);
    ASSERT_FALSE(candidacy);
    EXPECT_EQ(candidacy.error().kind, base::ErrorKind::usage) << candidacy.error().message;
  }
}

}  // namespace
}  // namespace kopilka::kafka
