#include "engine/app/node.h"

#include <map>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/codec/batch.h"
#include "engine/exchange/outgoing.h"
#include "engine/memory/candidacy.h"
#include "engine/memory/clock.h"
#include "engine/memory/feed.h"
#include "engine/memory/key_vault.h"
#include "engine/memory/state_store.h"
#include "tests/support/loaned_store.h"
#include "tests/support/times.h"
#include "tests/support/topic_world.h"
#include "tests/unit/engine/app/signing_directory.h"

namespace kopilka::app {
namespace {

using std::chrono::milliseconds;
using Unit = std::pair<std::string, std::uint64_t>;  // source and unit

constexpr milliseconds kStep{20};

std::string organization(int id, const std::string& key) {
  return fmt::format(
      R"({{"command":"register_organization","key":"{}","organization_id":{},"kind":"central",)"
      R"("name":"Union {}"}})",
      key, id, id);
}

// What several processes share: brokers, and nothing else.
struct Cluster {
  topic_log::TopicWorld log;
  std::shared_ptr<memory::MemoryElection> election = std::make_shared<memory::MemoryElection>();
  std::shared_ptr<memory::MemoryFeedTopic> inbound =
      std::make_shared<memory::MemoryFeedTopic>(log.time, 2);
  std::shared_ptr<memory::MemoryFeedTopic> events =
      std::make_shared<memory::MemoryFeedTopic>(log.time, 1);
  std::shared_ptr<memory::MemoryFeedTopic> outcomes =
      std::make_shared<memory::MemoryFeedTopic>(log.time, 1);
  std::shared_ptr<memory::MemoryFeedTopic> payouts =
      std::make_shared<memory::MemoryFeedTopic>(log.time, 1);
  std::shared_ptr<memory::MemoryKeyVault> vault = std::make_shared<memory::MemoryKeyVault>(1);
  memory::ManualClock clock{support::noon("2019-03-01")};

  Cluster() { log.options.silence_max = milliseconds{500}; }

  void send(int id, const std::string& key) {
    inbound->append_stray(
        {.partition = static_cast<ports::PartitionNumber>(id % 2), .value = organization(id, key)});
  }
  std::vector<ports::SealedBatch> counted() {
    auto node = log.node();
    return topic_log::read_all(*node.log);
  }
};

// One process, which may be ended and begun again over its directory.
struct Process {
  explicit Process(Cluster& in) : cluster(in) {}

  void begin() {
    auto made = cluster.log.node();
    topic = made.topic;
    NodeParts parts{.models = projections::runtime::ReadModels::in_memory()};
    parts.pieces.log = std::move(made.log);
    parts.pieces.store = std::make_unique<support::LoanedStore>(rows);
    parts.pieces.vault = cluster.vault;
    if (heads) {
      auto signer = HeadSigner::open(heads->layout());
      ASSERT_TRUE(signer) << signer.error().message;
      parts.pieces.signer = std::move(*signer);
    }
    parts.stand = [this]() -> base::Result<std::unique_ptr<ports::Candidacy>> {
      return std::make_unique<memory::MemoryCandidacy>(cluster.election);
    };
    parts.inbound = std::make_unique<memory::MemoryFeed>(cluster.inbound);
    auto events = std::make_unique<memory::MemoryFeed>(cluster.events);
    auto outcomes = std::make_unique<memory::MemoryFeed>(cluster.outcomes);
    feeds = {events.get(), outcomes.get()};
    parts.feeds = PublishedFeeds{std::move(events), std::move(outcomes),
                                 std::make_unique<memory::MemoryFeed>(cluster.payouts)};
    parts.check_log = [this]() -> base::Result<void> {
      if (settings_fault.empty()) return {};
      return base::fail(base::ErrorKind::not_available, settings_fault);
    };
    const NodeOptions options{.deciding = {.day_mode = shard::DayMode::live,
                                           .entries_per_batch_max = 3,
                                           .events_per_flush = 8},
                              .quiet = milliseconds{300},
                              .check_every = milliseconds{100}};
    auto opened = Node::open(std::move(parts), options, cluster.clock, cluster.log.time);
    ASSERT_TRUE(opened) << opened.error().message;
    node = std::move(*opened);
  }
  void turn() {
    if (!node) return;
    const auto turned = node->turn(kStep);
    ASSERT_TRUE(turned) << turned.error().message;
  }
  [[nodiscard]] bool owns() { return node && node->status().role == NodeRole::owner; }
  [[nodiscard]] std::size_t organizations() {
    const auto live = node->look();
    if (!live) throw std::runtime_error(live.error().message);
    std::size_t count = 0;
    for (std::uint64_t id = 1; id <= 200; ++id)
      count += live->held
                   .ask([&](const shard::State& state) {
                     return state.registry.organizations.find(model::OrganizationId{id}) != nullptr;
                   })
                   .value();
    return count;
  }

  Cluster& cluster;
  std::shared_ptr<ports::StateStore> rows = std::make_shared<memory::MemoryStateStore>();
  std::shared_ptr<memory::MemoryTopic> topic;
  std::vector<memory::MemoryFeed*> feeds;
  std::string settings_fault;
  std::unique_ptr<SigningDirectory> heads;  // null: none are signed
  std::unique_ptr<Node> node;
};

// How often each message was answered in what counts.
std::map<Unit, int> answers_in_log(Cluster& cluster) {
  std::map<Unit, int> found;
  for (const auto& sealed : cluster.counted()) {
    const auto batch = codec::decode(sealed).value();
    for (const auto& outcome : batch.outcomes)
      ++found[{batch.sources.at(outcome.source).source, outcome.unit}];
  }
  return found;
}

// The same in the feed of outcomes, by the rule that its readers keep.
std::map<Unit, int> answers_told(const Cluster& cluster) {
  std::map<Unit, int> found;
  exchange::OutcomePlace last;
  for (const auto& record : cluster.outcomes->records(0)) {
    const auto seq = exchange::parse_outcome_place(record.headers.at(0).value).value();
    const auto previous = exchange::parse_outcome_place(record.headers.at(1).value).value();
    if (seq <= last) continue;
    EXPECT_EQ(previous, last) << "a gap";
    last = seq;
    const auto told = boost::json::parse(record.value).as_object();
    ++found[{std::string(told.at("source").as_string()),
             boost::json::value_to<std::uint64_t>(told.at("offset"))}];
  }
  return found;
}

TEST(Node, decides_what_comes_and_tells_what_became_of_it) {
  Cluster cluster;
  Process process(cluster);
  process.begin();
  cluster.send(1, "a");
  cluster.inbound->append_stray({.partition = 1, .value = "nonsense"});
  cluster.send(3, "a");
  for (int i = 0; i < 40; ++i)
    process.turn();
  EXPECT_TRUE(process.owns());
  EXPECT_EQ(process.organizations(), 1U);
  std::set<std::string> told;
  for (const auto& record : cluster.outcomes->records(0))
    told.insert(record.value.substr(record.value.find("\"key\"")));
  EXPECT_THAT(told, testing::ElementsAre(
                        testing::HasSubstr(R"("key":"a","status":"accepted","positions":["2"])"),
                        testing::HasSubstr(R"("key":"a","status":"refused","code":"key_reused")"),
                        testing::HasSubstr(R"("key":null,"status":"invalid","code":"not_json")")));
  const auto events = cluster.events->records(0);
  ASSERT_EQ(events.size(), 2U);  // the day that opened, the organisation
  EXPECT_EQ(process.node->status().published.value(), 2U);
  EXPECT_TRUE(process.node->status().troubles.empty());
}

TEST(Node, stands_by_and_shows_what_the_owner_recorded) {
  Cluster cluster;
  Process owner(cluster);
  Process standby(cluster);
  owner.begin();
  for (int i = 0; i < 10; ++i)
    owner.turn();
  standby.begin();
  for (int id = 1; id <= 20; ++id)
    cluster.send(id, fmt::format("k{}", id));
  for (int i = 0; i < 60; ++i) {
    owner.turn();
    standby.turn();
  }
  EXPECT_TRUE(owner.owns());
  EXPECT_FALSE(standby.owns());
  EXPECT_EQ(standby.organizations(), 20U);
  EXPECT_EQ(standby.node->look()->head.hash, owner.node->look()->head.hash);
}

TEST(Node, takes_over_when_the_owner_is_gone_and_repeats_nothing) {
  Cluster cluster;
  Process first(cluster);
  Process second(cluster);
  first.begin();
  for (int i = 0; i < 10; ++i)
    first.turn();
  second.begin();
  for (int i = 0; i < 3; ++i)
    second.turn();
  for (int id = 1; id <= 20; ++id)
    cluster.send(id, fmt::format("k{}", id));
  for (int i = 0; i < 3; ++i)
    first.turn();
  first.node.reset();  // as if killed
  for (int i = 0; i < 80; ++i)
    second.turn();
  EXPECT_TRUE(second.owns());
  EXPECT_EQ(second.organizations(), 20U);
  const auto answered = answers_in_log(cluster);
  EXPECT_EQ(answered.size(), 20U);
  for (const auto& [unit, times] : answered)
    EXPECT_EQ(times, 1) << unit.first << " " << unit.second;
  EXPECT_EQ(answers_told(cluster), answered);
}

TEST(Node, that_was_paused_finds_itself_deposed_and_writes_nothing_that_counts) {
  Cluster cluster;
  Process paused(cluster);
  Process other(cluster);
  paused.begin();
  for (int i = 0; i < 10; ++i)
    paused.turn();
  other.begin();
  for (int i = 0; i < 3; ++i)
    other.turn();
  cluster.send(1, "one");
  paused.topic->pause();
  for (int i = 0; i < 3; ++i)
    paused.turn();  // it decides, and nothing of it gets out
  cluster.election->pass_turn();
  for (int i = 0; i < 40; ++i)
    other.turn();
  EXPECT_TRUE(other.owns());
  EXPECT_EQ(other.organizations(), 1U);
  paused.topic->wake();
  for (int i = 0; i < 80; ++i) {
    paused.turn();
    other.turn();
  }
  EXPECT_FALSE(paused.owns());
  EXPECT_TRUE(other.owns());
  EXPECT_EQ(paused.organizations(), 1U);
  EXPECT_EQ(answers_in_log(cluster), (std::map<Unit, int>{{{"inbound/1", 0}, 1}}));
}

TEST(Node, leaves_the_log_to_whoever_claimed_it_while_he_is_at_work) {
  Cluster cluster;
  Process node(cluster);
  node.begin();
  for (int i = 0; i < 10; ++i)
    node.turn();
  ASSERT_TRUE(node.owns());
  auto tool = cluster.log.node();
  support::BatchMaker batches(topic_log::value_of(tool.log->acquire()));
  for (int i = 0; i < 60; ++i) {
    cluster.send(i, fmt::format("k{}", i));  // it learns it by what it appends
    node.turn();
    if (i % 5 == 0) {
      EXPECT_EQ(topic_log::append(*tool.log, batches.next({.events = 0})),
                ports::AppendStatus::acknowledged);
    }
  }
  EXPECT_FALSE(node.owns());
  for (int i = 0; i < 60; ++i)
    node.turn();
  EXPECT_TRUE(node.owns()) << "it was quiet for long enough";
}

TEST(Node, stops_deciding_while_the_topic_would_lose_what_it_is_given) {
  Cluster cluster;
  Process process(cluster);
  process.begin();
  for (int i = 0; i < 10; ++i)
    process.turn();
  ASSERT_TRUE(process.owns());
  process.settings_fault = "retention.ms is 1000";
  cluster.log.partition->set_settings_fault("retention.ms is 1000");
  for (int i = 0; i < 30; ++i)
    process.turn();
  EXPECT_FALSE(process.owns());
  EXPECT_THAT(process.node->status().troubles.front(), testing::HasSubstr("retention.ms"));
  process.settings_fault.clear();
  cluster.log.partition->set_settings_fault("");
  for (int i = 0; i < 100; ++i)
    process.turn();
  EXPECT_TRUE(process.owns());
}

TEST(Node, goes_on_deciding_when_messages_were_lost_before_they_were_read) {
  Cluster cluster;
  Process process(cluster);
  process.begin();
  cluster.send(2, "a");
  for (int i = 0; i < 40; ++i)
    process.turn();
  process.node.reset();
  for (int i = 0; i < 3; ++i)
    cluster.send(2, "b");
  cluster.inbound->drop_before(0, 3);
  process.begin();
  for (int i = 0; i < 40; ++i)
    process.turn();
  EXPECT_TRUE(process.owns());
  EXPECT_THAT(process.node->status().troubles.front(), testing::HasSubstr("never read"));
}

TEST(Node, that_stands_by_has_no_troubles_with_what_only_an_owner_reads) {
  Cluster cluster;
  Process process(cluster);
  for (int i = 0; i < 3; ++i)
    cluster.send(2, "b");
  process.begin();
  for (int i = 0; i < 40; ++i)
    process.turn();
  process.node.reset();
  cluster.send(2, "c");
  cluster.send(2, "d");
  cluster.inbound->drop_before(0, 4);
  process.begin();
  for (int i = 0; i < 40; ++i)
    process.turn();
  ASSERT_THAT(process.node->status().troubles, testing::Contains(testing::HasSubstr("never read")));
  auto tool = cluster.log.node();
  support::BatchMaker batches(topic_log::value_of(tool.log->acquire()));
  for (int i = 0; i < 80; ++i) {
    process.turn();
    if (i % 5 == 0) {
      EXPECT_EQ(topic_log::append(*tool.log, batches.next({.events = 0})),
                ports::AppendStatus::acknowledged);
    }
  }
  ASSERT_FALSE(process.owns());
  EXPECT_THAT(process.node->status().troubles, testing::IsEmpty());
}

// Everything that can happen to three processes, at any moment: killed and begun again, paused,
// deaf, cut off, records held up or lost, the turn passed on or taken by everybody. Afterwards each
// message was answered exactly once, in the log and in the feed.
class NodesUnderFaults : public ::testing::TestWithParam<std::uint32_t> {
 protected:
  void let_something_happen(Process& process) {
    using memory::Landing;
    switch (random_() % 12) {
      case 0:
        process.node.reset();
        if (random_() % 2 == 0) process.rows = std::make_shared<memory::MemoryStateStore>();
        return;
      case 1:
        return process.topic->pause();
      case 2:
        return process.topic->wake();
      case 3:
        return process.topic->deafen();
      case 4:
        return process.topic->hear();
      case 5:
        return process.topic->break_connections();
      case 6:
        return process.topic->plan({{.landing = Landing::late, .after = 2},
                                    {.landing = Landing::at_once},
                                    {.landing = Landing::never}});
      case 7:
        return process.topic->plan({{.report = memory::Report::failure}});
      case 8:
        return cluster_.election->pass_turn();
      case 9:
        return cluster_.election->set_verdict(random_() % 3 == 0
                                                  ? memory::MemoryElection::Verdict::everybody
                                                  : memory::MemoryElection::Verdict::by_turn);
      case 10:
        return process.feeds.at(random_() % 2)->hold();
      case 11:
        return process.feeds.at(random_() % 2)->unhold();
      default:
        return;
    }
  }
  // What it sent and nobody let go on lands now; then it is gone.
  static void end(Process& process) {
    if (!process.node) return;
    process.topic->wake();
    for (auto* feed : process.feeds)
      feed->unhold();
    process.node.reset();
  }

  Cluster cluster_;
  std::minstd_rand random_{GetParam()};
};

TEST_P(NodesUnderFaults, each_message_is_answered_once) {
  std::vector<std::unique_ptr<Process>> processes;
  for (int i = 0; i < 3; ++i) {
    processes.push_back(std::make_unique<Process>(cluster_));
    processes.back()->heads =
        std::make_unique<SigningDirectory>(support::store_id(topic_log::kStore), 3);
    processes.back()->begin();
  }
  int sent = 0;
  for (int step = 0; step < 400; ++step) {
    auto& process = *processes.at(random_() % processes.size());
    if (!process.node && random_() % 4 == 0) process.begin();
    if (process.node && random_() % 10 == 0) let_something_happen(process);
    if (random_() % 6 == 0 && sent < 60) {
      ++sent;
      cluster_.send(sent, fmt::format("k{}", sent % 50));  // some keys come twice
    }
    process.turn();
    if (HasFatalFailure()) return;
    if (process.node && random_() % 4 == 0) std::ignore = process.node->look();
  }
  cluster_.election->set_verdict(memory::MemoryElection::Verdict::by_turn);
  for (auto& process : processes)
    if (process != processes.front()) end(*process);
  auto& last = *processes.front();
  if (random_() % 2 == 0) end(last);
  if (!last.node) last.begin();
  last.topic->wake();
  last.topic->hear();
  for (auto* feed : last.feeds)
    feed->unhold();
  for (int i = 0; i < 2'000; ++i)
    last.turn();
  ASSERT_TRUE(last.owns()) << testing::PrintToString(last.node->status().troubles);

  const auto answered = answers_in_log(cluster_);
  EXPECT_EQ(answered.size(), static_cast<std::size_t>(sent));
  for (const auto& [unit, times] : answered)
    EXPECT_EQ(times, 1) << unit.first << " " << unit.second;
  EXPECT_EQ(answers_told(cluster_), answered);
  // Heads are true whoever owned the log, and whatever of it did not come to count.
  ASSERT_TRUE(last.node->close());
  const auto counted = cluster_.counted();
  for (const auto& process : processes)
    process->heads->expect_true_heads(counted);
  EXPECT_EQ(last.heads->heads().back().signed_head.head.last_seq,
            model::last_seq(counted.back().header));
}

INSTANTIATE_TEST_SUITE_P(Seeds, NodesUnderFaults, ::testing::Range(1U, 201U));

}  // namespace
}  // namespace kopilka::app
