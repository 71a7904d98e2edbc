// The feed port on a real broker: its contract, and what only Kafka does. A test program of
// with_kafka.py.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/kafka/settings.h"
#include "tests/contract/feed_contract.h"
#include "tests/contract/kafka_world.h"

namespace kopilka::contract {
namespace {

using base::ErrorKind;
using std::chrono::milliseconds;
using ::testing::HasSubstr;

class KafkaFeedWorld {
 public:
  ports::Feed& feed() { return *feed_; }
  ports::Feed& other() { return *other_; }
  ports::Feed& absent() { return *absent_; }

 private:
  KafkaCluster cluster_;
  std::string name_ = cluster_.make_feed(3);
  std::shared_ptr<ports::Feed> feed_ = cluster_.open_feed(name_);
  std::shared_ptr<ports::Feed> other_ = cluster_.open_feed(name_);
  std::shared_ptr<ports::Feed> absent_ = cluster_.open_feed("absent");
};

class KafkaFeedTest : public ::testing::Test {
 protected:
  static ports::FeedRecord record(base::Bytes value) {
    return {.partition = 0, .offset = 0, .key = {}, .value = std::move(value), .headers = {}};
  }
  static std::optional<ports::FeedRecord> next(ports::FeedReader& reader) {
    system::SystemSteadyTime time;
    for (const auto begun = time.now(); time.now() - begun < kPatience;) {
      auto found = reader.next(kLook);
      if (!found) throw std::runtime_error(found.error().message);
      if (*found) return std::move(*found);
    }
    return std::nullopt;
  }

  KafkaCluster cluster_;
  std::string name_ = cluster_.make_feed(1);
  std::shared_ptr<ports::Feed> feed_ = cluster_.open_feed(name_);
};

TEST_F(KafkaFeedTest, a_feed_is_made_once) {
  const auto again = kafka::create_feed(cluster_.connection(), name_, 1);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::usage) << again.error().message;
  EXPECT_THAT(again.error().message, HasSubstr("there already"));
}

TEST_F(KafkaFeedTest, has_1_to_16_partitions) {
  for (const ports::PartitionNumber partitions : {0U, 17U}) {
    const auto refused = kafka::create_feed(cluster_.connection(), "ill_made.feed", partitions);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::usage);
    EXPECT_THAT(refused.error().message, HasSubstr("a feed has 1 to 16"));
  }
  const auto widest = cluster_.open_feed(cluster_.make_feed(16));
  const auto partitions = widest->partitions();
  ASSERT_TRUE(partitions) << partitions.error().message;
  EXPECT_EQ(*partitions, 16U);
}

TEST_F(KafkaFeedTest, is_made_as_a_log_is_but_for_its_partitions) {
  const auto made = cluster_.make_feed(1);
  const auto checked = cluster_.open(made)->check_settings();
  EXPECT_TRUE(checked) << checked.error().message;
}

TEST_F(KafkaFeedTest, the_largest_record_fits_and_a_larger_one_is_refused) {
  const auto writer = *feed_->open_writer();
  const auto refused = writer->append(record(noise(kafka::kFeedRecordBytesMax + 1)));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::usage) << refused.error().message;

  auto largest = record(noise(kafka::kFeedRecordBytesMax - 1'000));
  largest.headers.push_back({.name = "h", .value = noise(900)});
  ASSERT_TRUE(writer->append(largest));
  const auto told = reports_of(*writer, 1);
  ASSERT_EQ(told.size(), 1U);
  ASSERT_TRUE(told[0].offset) << told[0].error;
  const auto reader = *feed_->read_from({0});
  const auto found = next(*reader);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->value, largest.value);
  EXPECT_EQ(found->headers, largest.headers);
}

TEST_F(KafkaFeedTest, more_bytes_than_are_held_back_are_a_limit_that_passes) {
  const auto writer = *feed_->open_writer();
  const auto value = noise(1'000'000);
  std::size_t taken = 0;
  auto answer = writer->append(record(value));
  for (; answer && taken < 1'000; answer = writer->append(record(value)))
    ++taken;
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::limit) << answer.error().message;
  for (const auto& report : reports_of(*writer, taken))
    EXPECT_TRUE(report.offset) << report.error;
  EXPECT_TRUE(writer->append(record("after")));
}

TEST_F(KafkaFeedTest, a_broker_that_is_not_there_is_an_io_error) {
  const auto opened = kafka::open_feed({.brokers = "127.0.0.1:1"}, name_);
  ASSERT_TRUE(opened);
  const auto partitions = (*opened)->partitions();
  ASSERT_FALSE(partitions);
  EXPECT_EQ(partitions.error().kind, ErrorKind::io) << partitions.error().message;
  const auto reader = *(*opened)->read_from({0});
  system::SystemSteadyTime time;
  auto found = reader->next(kLook);
  for (const auto begun = time.now(); found && time.now() - begun < kPatience;)
    found = reader->next(kLook);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::io) << found.error().message;
}

TEST_F(KafkaFeedTest, writers_and_readers_that_are_destroyed_return_at_once) {
  system::SystemSteadyTime time;
  const auto begun = time.now();
  {
    const auto reader = *feed_->read_from({0});
    const auto writer = *feed_->open_writer();
    for (int i = 0; i < 1000; ++i)
      ASSERT_TRUE(writer->append(record("x")));
    ASSERT_TRUE(next(*reader)) << "with records that were fetched and not taken";
  }
  EXPECT_LT(time.now() - begun, milliseconds(5'000));
}

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(kafka, FeedContract, KafkaFeedWorld);

}  // namespace kopilka::contract
