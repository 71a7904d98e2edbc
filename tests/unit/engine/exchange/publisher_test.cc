#include "engine/exchange/publisher.h"

#include <memory>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/memory/feed.h"
#include "tests/unit/engine/exchange/history.h"

namespace kopilka::exchange {
namespace {

std::string header(const ports::FeedRecord& record, std::string_view name) {
  for (const auto& header : record.headers)
    if (header.name == name) return header.value;
  return {};
}

// The one sentence that a reader has to know: take what fits, drop what is old, stop at a gap.
std::vector<ports::FeedRecord> read_by_rule(const std::vector<ports::FeedRecord>& records,
                                            bool by_outcome = false) {
  const auto place = [&](const std::string& text) {
    if (by_outcome) return parse_outcome_place(text).value();
    return OutcomePlace{std::stoull(text), 0};
  };
  std::vector<ports::FeedRecord> taken;
  OutcomePlace last;
  for (const auto& record : records) {
    const auto seq = place(header(record, "seq"));
    const auto previous = place(header(record, "previous"));
    if (seq <= last) continue;
    if (previous != last) {
      ADD_FAILURE() << "a gap: " << header(record, "seq") << " after " << to_text(last);
      break;
    }
    last = seq;
    taken.push_back(record);
  }
  return taken;
}

struct World {
  memory::ManualSteadyTime time;
  std::shared_ptr<memory::MemoryFeedTopic> events =
      std::make_shared<memory::MemoryFeedTopic>(time, 1);
  std::shared_ptr<memory::MemoryFeedTopic> outcomes =
      std::make_shared<memory::MemoryFeedTopic>(time, 1);
  std::shared_ptr<memory::MemoryFeedTopic> payouts =
      std::make_shared<memory::MemoryFeedTopic>(time, 1);
  std::vector<model::Batch> batches = history();

  void expect_all() const {
    OutgoingWriter writer({});
    Outgoing all;
    for (const auto& batch : batches) {
      auto out = writer.take(batch, facts_of).value();
      std::ranges::move(out.outcomes, std::back_inserter(all.outcomes));
      std::ranges::move(out.payouts, std::back_inserter(all.payouts));
      std::ranges::move(out.events, std::back_inserter(all.events));
    }
    EXPECT_EQ(told(read_by_rule(events->records(0))), told(all.events));
    EXPECT_EQ(told(read_by_rule(payouts->records(0))), told(all.payouts));
    EXPECT_EQ(told(read_by_rule(outcomes->records(0), true)), told(all.outcomes));
  }
};

// One process that publishes.
struct Node {
  explicit Node(World& in) : world(in) {}

  base::Result<void> begin() {
    auto opened = Publisher::open({events, outcomes, payouts}, head_of(world.batches));
    if (!opened) return std::unexpected(opened.error());
    publisher.emplace(std::move(*opened));
    next = 0;
    const auto after = publisher->begins_after().value();
    while (next < world.batches.size()) {
      const auto& header = world.batches[next].header;
      if (header.first_seq.value() + header.count > after) break;
      ++next;
    }
    return {};
  }
  // One batch, or what waits; an error begins anew.
  void step() {
    if (!publisher && !begin()) return;
    if (next < world.batches.size()) {
      ASSERT_TRUE(publisher->take(world.batches[next++], facts_of));
    }
    if (!publisher->turn()) publisher.reset();
  }
  void run() {
    for (int i = 0; i < 200; ++i)
      step();
    ASSERT_TRUE(publisher);
    EXPECT_TRUE(publisher->is_idle());
  }

  World& world;
  memory::MemoryFeed events{world.events};
  memory::MemoryFeed outcomes{world.outcomes};
  memory::MemoryFeed payouts{world.payouts};
  std::optional<Publisher> publisher;
  std::size_t next{0};
};

TEST(Publisher, puts_out_everything_once_and_in_order) {
  World world;
  Node node(world);
  node.run();
  world.expect_all();
  EXPECT_EQ(node.publisher->published().value(), world.events->records(0).size());
  Node second(world);
  second.run();
  world.expect_all();
}

TEST(Publisher, holds_events_back_until_outcomes_and_payouts_of_their_batch_are_delivered) {
  World world;
  Node node(world);
  node.outcomes.hold();
  for (int i = 0; i < 20; ++i)
    node.step();
  // The first batch has no outcome; the second has.
  EXPECT_EQ(world.events->records(0).size(), world.batches[0].header.count);
  EXPECT_EQ(node.publisher->published().value(), world.batches[0].header.count);
  node.outcomes.unhold();
  node.run();
  world.expect_all();
}

TEST(Publisher, goes_on_after_being_ended_anywhere) {
  const auto count = history().size();
  for (std::size_t steps = 1; steps <= count + 2; ++steps) {
    World world;
    {
      Node first(world);
      for (std::size_t i = 0; i < steps; ++i)
        first.step();
    }
    Node second(world);
    second.run();
    world.expect_all();
  }
}

// A publisher that was given up still has records under way; they land at any time later.
TEST(Publisher, is_not_disturbed_by_one_that_wakes) {
  for (std::uint32_t seed = 1; seed <= 200; ++seed) {
    std::minstd_rand random(seed);
    World world;
    Node zombie(world);
    Node owner(world);
    const auto asleep = random() % 12;
    for (std::uint32_t i = 0; i < asleep; ++i)
      zombie.step();
    for (auto* feed : {&zombie.events, &zombie.outcomes, &zombie.payouts})
      feed->hold();
    for (std::uint32_t i = 0; i < random() % 12; ++i)
      zombie.step();
    for (int i = 0; i < 40; ++i) {
      owner.step();
      memory::MemoryFeed* const feeds[] = {&zombie.events, &zombie.outcomes, &zombie.payouts};
      feeds[random() % 3]->release(random() % 3);
      if (random() % 8 == 0) owner.publisher.reset();  // and it is begun again among them
    }
    for (auto* feed : {&zombie.events, &zombie.outcomes, &zombie.payouts})
      feed->unhold();
    owner.run();
    zombie.run();
    SCOPED_TRACE(seed);
    world.expect_all();
    if (testing::Test::HasFailure()) return;
  }
}

TEST(Publisher, begins_anew_after_a_record_that_was_not_delivered) {
  for (const auto fate : {memory::FailedRecord::lost, memory::FailedRecord::landed}) {
    World world;
    Node node(world);
    for (int i = 0; i < 3; ++i)
      node.step();
    node.events.fail_next(fate);
    node.outcomes.fail_next(fate);
    node.run();
    world.expect_all();
  }
}

TEST(Publisher, waits_while_a_feed_takes_no_more) {
  World world;
  Node node(world);
  node.events.limit_under_way(1);
  node.outcomes.limit_under_way(1);
  node.run();
  world.expect_all();
}

TEST(Publisher, refuses_a_feed_of_several_partitions_and_one_with_something_else) {
  World world;
  world.outcomes = std::make_shared<memory::MemoryFeedTopic>(world.time, 2);
  const auto several = Node(world).begin();
  ASSERT_FALSE(several);
  EXPECT_THAT(several.error().message, testing::HasSubstr("must have one"));

  World other;
  other.events->append_stray({.value = "a greeting"});
  const auto strange = Node(other).begin();
  ASSERT_FALSE(strange);
  EXPECT_EQ(strange.error().kind, base::ErrorKind::not_available);
}

TEST(Publisher, refuses_the_feed_of_another_store_and_one_that_knows_more_than_the_log) {
  World world;
  Node(world).run();
  const auto batches = world.batches;
  for (auto& batch : world.batches)
    batch.header.store.fill(0xbb);
  const auto foreign = Node(world).begin();
  ASSERT_FALSE(foreign);
  EXPECT_THAT(foreign.error().message, testing::HasSubstr("another store"));
  world.batches = batches;
  world.batches.resize(5);
  const auto beyond = Node(world).begin();
  ASSERT_FALSE(beyond);
  EXPECT_THAT(beyond.error().message, testing::HasSubstr("which the log does not"));
}

TEST(Publisher, finds_the_end_of_a_feed_before_a_hole) {
  World world;
  Node(world).run();
  world.events->append_hole(0);
  Node second(world);
  ASSERT_TRUE(second.begin());
  EXPECT_EQ(second.publisher->begins_after().value(), world.events->records(0).size());
}

}  // namespace
}  // namespace kopilka::exchange
