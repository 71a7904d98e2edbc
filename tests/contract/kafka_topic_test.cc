// The topic port on a real broker: its contract, and what only Kafka does. A test program of
// with_kafka.py.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/kafka/settings.h"
#include "tests/contract/kafka_world.h"
#include "tests/contract/topic_contract.h"

namespace kopilka::contract {
namespace {

using base::ErrorKind;
using std::chrono::milliseconds;
using ::testing::HasSubstr;

class KafkaTopicWorld {
 public:
  ports::Topic& topic() { return *topic_; }
  ports::Topic& other() { return *other_; }

 private:
  KafkaCluster cluster_;
  std::string name_ = cluster_.make_topic();
  std::shared_ptr<ports::Topic> topic_ = cluster_.open(name_);
  std::shared_ptr<ports::Topic> other_ = cluster_.open(name_);
};

class KafkaTopicTest : public ::testing::Test {
 protected:
  std::unique_ptr<ports::TopicWriter> writer() {
    auto opened = topic_->open_writer();
    if (!opened) throw std::runtime_error(opened.error().message);
    return std::move(*opened);
  }
  std::unique_ptr<ports::TopicReader> reader(ports::TopicOffset from) {
    auto opened = topic_->read_from(from);
    if (!opened) throw std::runtime_error(opened.error().message);
    return std::move(*opened);
  }
  // Appends and waits until they are delivered.
  void append(const std::vector<base::Bytes>& values) {
    const auto producer = writer();
    for (const auto& value : values)
      ASSERT_TRUE(producer->append(value));
    for (const auto& report : reports_of(*producer, values.size()))
      ASSERT_TRUE(report.offset) << report.error;
  }

  KafkaCluster cluster_;
  std::string name_ = cluster_.make_topic();
  std::shared_ptr<ports::Topic> topic_ = cluster_.open(name_);
};

TEST_F(KafkaTopicTest, a_topic_is_made_once) {
  const auto again = kafka::create_topic(cluster_.connection(), name_);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::usage) << again.error().message;
  EXPECT_THAT(again.error().message, HasSubstr("there already"));
}

TEST_F(KafkaTopicTest, a_topic_that_is_not_there_is_not_available) {
  const auto absent = cluster_.open("absent");
  const auto bounds = absent->bounds();
  ASSERT_FALSE(bounds);
  EXPECT_EQ(bounds.error().kind, ErrorKind::not_available) << bounds.error().message;
  const auto checked = absent->check_settings();
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().kind, ErrorKind::not_available) << checked.error().message;
}

TEST_F(KafkaTopicTest, a_broker_that_is_not_there_is_an_io_error) {
  const auto opened = kafka::open_topic({.brokers = "127.0.0.1:1"}, name_);
  ASSERT_TRUE(opened);
  const auto bounds = (*opened)->bounds();
  ASSERT_FALSE(bounds);
  EXPECT_EQ(bounds.error().kind, ErrorKind::io) << bounds.error().message;
}

TEST_F(KafkaTopicTest, settings_that_would_lose_records_are_named) {
  const auto checked = cluster_.open("ill_made.log")->check_settings();
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().kind, ErrorKind::not_available);
  for (const auto* words :
       {"number of partitions is 2, must be 1", "retention.ms is 1000, must be -1",
        "message.timestamp.type is CreateTime, must be LogAppendTime",
        "max.message.bytes is 1000, must be at least 1000000"})
    EXPECT_THAT(checked.error().message, HasSubstr(words));
  EXPECT_THAT(checked.error().message, ::testing::Not(HasSubstr("cleanup.policy")));
}

TEST_F(KafkaTopicTest, an_offset_beyond_the_end_ends_the_reader) {
  append({"one"});
  const auto lost = reader(5);
  system::SystemSteadyTime time;
  auto found = lost->next(kLook);
  for (const auto begun = time.now(); found && time.now() - begun < kPatience;)
    found = lost->next(kLook);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::io) << found.error().message;
  append({"two", "three", "four", "five", "six", "seven"});
  EXPECT_FALSE(lost->next(kLook)) << "it may not slip on to what came later";
  EXPECT_EQ(lost->position(), 5U);
}

TEST_F(KafkaTopicTest, the_largest_record_fits_and_a_larger_one_is_refused) {
  append({noise(kafka::kRecordBytesMax)});
  EXPECT_EQ(read_all(*topic_, 0).at(0).value, noise(kafka::kRecordBytesMax));
  const auto producer = writer();
  const auto refused = producer->append(noise(kafka::kRecordBytesMax + 1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::limit) << refused.error().message;
}

TEST_F(KafkaTopicTest, several_of_the_largest_records_may_be_under_way) {
  append(std::vector<base::Bytes>(12, noise(900'000)));
  EXPECT_EQ(read_all(*topic_, 0).size(), 12U);
}

TEST_F(KafkaTopicTest, a_writer_that_is_destroyed_with_records_under_way_returns_at_once) {
  system::SystemSteadyTime time;
  const auto begun = time.now();
  {
    const auto producer = writer();
    for (int i = 0; i < 1000; ++i)
      ASSERT_TRUE(producer->append("x"));
  }
  EXPECT_LT(time.now() - begun, milliseconds(5'000));
}

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(kafka, TopicContract, KafkaTopicWorld);

}  // namespace kopilka::contract
