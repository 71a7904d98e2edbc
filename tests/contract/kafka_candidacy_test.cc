// The turn among candidates on a real broker: its contract, and what only Kafka does. A test
// program of with_kafka.py.

#include <thread>

#include <gtest/gtest.h>

#include "engine/kafka/candidacy.h"
#include "tests/contract/candidacy_contract.h"
#include "tests/contract/kafka_world.h"

namespace kopilka::contract {
namespace {

using std::chrono::milliseconds;

class KafkaCandidacyWorld {
 public:
  std::unique_ptr<ports::Candidacy> candidate() {
    auto opened = kafka::open_candidacy(cluster_.connection(),
                                        {.name = "group of " + topic_, .topic = topic_});
    if (!opened) throw std::runtime_error(opened.error().message);
    return std::move(*opened);
  }
  void wait() { time_.wait(kLook); }

  [[nodiscard]] milliseconds now() { return time_.now(); }
  [[nodiscard]] std::shared_ptr<ports::Topic> topic() { return cluster_.open(topic_); }

 private:
  KafkaCluster cluster_;
  std::string topic_ = cluster_.make_topic();
  system::SystemSteadyTime time_;
};

class KafkaCandidacyTest : public ::testing::Test {
 protected:
  bool becomes_chosen(ports::Candidacy& candidacy) {
    for (const auto begun = world_.now(); world_.now() - begun < kPatience; world_.wait())
      if (candidacy.is_chosen()) return true;
    return false;
  }

  KafkaCandidacyWorld world_;
};

TEST_F(KafkaCandidacyTest, who_leaves_is_followed_at_once_and_not_after_a_session) {
  auto first = world_.candidate();
  ASSERT_TRUE(becomes_chosen(*first));
  const auto second = world_.candidate();
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(first->is_chosen());
    ASSERT_FALSE(second->is_chosen());
    world_.wait();
  }
  const auto begun = world_.now();
  first.reset();
  ASSERT_TRUE(becomes_chosen(*second));
  EXPECT_LT(world_.now() - begun, milliseconds(5'000));
  RecordProperty("followed_after_ms", static_cast<int>((world_.now() - begun).count()));
}

// librdkafka 2.0.2 asserts when it is destroyed between joining and being told.
TEST_F(KafkaCandidacyTest, who_leaves_while_the_group_decides_does_no_harm) {
  for (int i = 0; i < 10; ++i) {
    auto first = world_.candidate();
    auto second = world_.candidate();
    for (const auto begun = world_.now(); world_.now() - begun < kPatience;)
      if (first->is_chosen() || second->is_chosen()) break;
    std::thread leaving([&] { first.reset(); });  // each asks its own, as two processes would
    second.reset();
    leaving.join();
  }
  EXPECT_TRUE(becomes_chosen(*world_.candidate()));
}

TEST_F(KafkaCandidacyTest, who_is_busy_for_longer_than_a_session_keeps_the_turn) {
  const auto first = world_.candidate();
  ASSERT_TRUE(becomes_chosen(*first));
  const auto second = world_.candidate();
  for (int i = 0; i < 100; ++i) {
    EXPECT_FALSE(second->is_chosen());
    world_.wait();
  }
  EXPECT_TRUE(first->is_chosen());
}

TEST_F(KafkaCandidacyTest, on_a_log_that_is_being_written_is_chosen_as_well) {
  const auto topic = world_.topic();
  const auto writer = *topic->open_writer();
  const auto first = world_.candidate();
  const auto append = [&] {
    EXPECT_TRUE(writer->append(noise(10'000)));
    (void)writer->poll(milliseconds{0});
  };
  const auto begun = world_.now();
  while (!first->is_chosen() && world_.now() - begun < kPatience) {
    append();
    world_.wait();
  }
  for (int i = 0; i < 20; ++i) {
    append();
    EXPECT_TRUE(first->is_chosen());
    world_.wait();
  }
}

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(kafka, CandidacyContract, KafkaCandidacyWorld);

}  // namespace kopilka::contract
