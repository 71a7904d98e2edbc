// The ports on Kafka while brokers die and stand still. A test program of with_kafka.py, on three
// nodes.

#include <set>

#include <gtest/gtest.h>

#include "engine/kafka/candidacy.h"
#include "tests/contract/kafka_world.h"

namespace kopilka::contract {
namespace {

using base::ErrorKind;
using std::chrono::milliseconds;

constexpr int kNodes = 3;

// Puts everything right again, however a test ends.
class Ailment {
 public:
  Ailment(const std::string& verb, std::string cure, int node)
      : cure_(std::move(cure)), node_(node) {
    KafkaCluster::order(verb, node);
  }
  ~Ailment() { KafkaCluster::order(cure_, node_); }
  Ailment(const Ailment&) = delete;
  Ailment& operator=(const Ailment&) = delete;

 private:
  std::string cure_;
  int node_;
};

class KafkaOutageTest : public ::testing::Test {
 protected:
  // Appends ten records, by further writers when one fails; those that were reported delivered must
  // be read back.
  void append_some(const std::string& what) {
    system::SystemSteadyTime time;
    const auto begun = time.now();
    for (int i = 0; i < 10;) {
      auto writer = topic_->open_writer();
      ASSERT_TRUE(writer);
      for (; i < 10; ++i) {
        const auto value = what + std::to_string(i);
        if (!(*writer)->append(value)) break;
        const auto reports = reports_of(**writer, 1);
        ASSERT_EQ(reports.size(), 1U) << "no word about " << value;
        if (!reports[0].offset) break;
        delivered_.insert(value);
      }
      ASSERT_LT(time.now() - begun, kPatience);
    }
  }
  void expect_all_delivered_to_be_there() {
    std::multiset<std::string> found;
    for (const auto& record : read_all(*topic_, 0))
      found.insert(record.value);
    for (const auto& value : delivered_)
      EXPECT_EQ(found.count(value), 1U) << value;
  }
  // Whoever leads dies or stands still in one of three turns.
  void survive(const std::string& verb, const std::string& cure) {
    append_some("before");
    for (int node = 1; node <= kNodes; ++node) {
      const Ailment ailment(verb, cure, node);
      append_some(verb + std::to_string(node) + "-");
      expect_all_delivered_to_be_there();
    }
  }

  KafkaCluster cluster_;
  std::string name_ = cluster_.make_topic();
  std::shared_ptr<ports::Topic> topic_ = cluster_.open(name_);
  std::set<std::string> delivered_;
};

TEST_F(KafkaOutageTest, three_nodes_make_three_copies) {
  const auto checked = topic_->check_settings();
  EXPECT_TRUE(checked) << checked.error().message;
}

TEST_F(KafkaOutageTest, a_killed_node_loses_and_doubles_nothing) {
  survive("kill", "start");
}

TEST_F(KafkaOutageTest, a_paused_node_loses_and_doubles_nothing) {
  survive("pause", "resume");
}

// Every node is paused, and with it the one that the reader reads from.
TEST_F(KafkaOutageTest, silent_brokers_are_told_and_nobody_hangs_on_them) {
  append_some("before");
  auto reader = topic_->read_from(0);
  ASSERT_TRUE(reader);
  system::SystemSteadyTime time;
  auto begun = time.now();
  while ((*reader)->position() < 10 && time.now() - begun < kPatience)
    ASSERT_TRUE((*reader)->next(kLook));
  auto writer = topic_->open_writer();
  ASSERT_TRUE((*writer)->append("warm"));
  ASSERT_EQ(reports_of(**writer, 1).size(), 1U);

  const Ailment first("pause", "resume", 1);
  const Ailment second("pause", "resume", 2);
  const Ailment third("pause", "resume", 3);
  for (int i = 0; i < 100; ++i)
    ASSERT_TRUE((*writer)->append("lost in between"));
  begun = time.now();
  auto found = (*reader)->next(kLook);
  while (found && time.now() - begun < kPatience)
    found = (*reader)->next(kLook);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::io) << found.error().message;
  RecordProperty("reader_noticed_after_ms", static_cast<int>((time.now() - begun).count()));

  begun = time.now();
  writer->reset();
  reader->reset();
  EXPECT_LT(time.now() - begun, milliseconds(5'000));
  begun = time.now();
  EXPECT_FALSE(topic_->bounds());
  EXPECT_LT(time.now() - begun, milliseconds(30'000));
}

// Both others are gone: fewer copies than must confirm.
TEST_F(KafkaOutageTest, too_few_replicas_confirm_nothing_and_the_writer_says_so) {
  auto writer = topic_->open_writer();
  ASSERT_TRUE((*writer)->append("warm"));
  ASSERT_TRUE(reports_of(**writer, 1).at(0).offset);
  const Ailment first("pause", "resume", 1);
  const Ailment second("pause", "resume", 2);
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE((*writer)->append("unconfirmed"));
  const auto reports = reports_of(**writer, 3);
  ASSERT_EQ(reports.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(reports[i].ticket, i + 2);
    EXPECT_FALSE(reports[i].offset);
    EXPECT_NE(reports[i].error, "");
  }
  EXPECT_FALSE((*writer)->append("after a gap"));
}

// Every node in turn, and with them whoever leads the partition.
TEST_F(KafkaOutageTest, a_feeds_reader_goes_on_when_its_leader_dies) {
  const auto feed = cluster_.open_feed(cluster_.make_feed(1));
  const auto reader = *feed->read_from({0});
  system::SystemSteadyTime time;
  ports::TopicOffset last = 0;
  const auto append_and_read = [&] {
    const auto writer = *feed->open_writer();
    ASSERT_TRUE(writer->append(
        {.partition = 0, .offset = 0, .key = "k", .value = "v", .headers = {{"h", "v"}}}));
    const auto told = reports_of(*writer, 1);
    ASSERT_EQ(told.size(), 1U);
    ASSERT_TRUE(told[0].offset) << told[0].error;
    for (const auto begun = time.now(); last <= *told[0].offset;) {
      ASSERT_LT(time.now() - begun, kPatience);
      const auto record = reader->next(kLook);
      ASSERT_TRUE(record) << record.error().message;
      if (!*record) continue;
      EXPECT_EQ((*record)->offset, last);
      last = (*record)->offset + 1;
    }
  };
  append_and_read();
  for (int node = 1; node <= kNodes; ++node) {
    const Ailment ailment("kill", "start", node);
    append_and_read();
  }
}

class KafkaTurnOutageTest : public KafkaOutageTest {
 protected:
  std::unique_ptr<ports::Candidacy> candidate() {
    auto opened =
        kafka::open_candidacy(cluster_.connection(), {.name = "group of " + name_, .topic = name_});
    if (!opened) throw std::runtime_error(opened.error().message);
    return std::move(*opened);
  }
  bool becomes(ports::Candidacy& candidacy, bool wanted) {
    for (const auto begun = time_.now(); time_.now() - begun < kPatience; time_.wait(kLook))
      if (candidacy.is_chosen() == wanted) return true;
    return false;
  }

  system::SystemSteadyTime time_;
};

TEST_F(KafkaTurnOutageTest, somebody_is_chosen_whichever_node_dies) {
  const auto first = candidate();
  const auto second = candidate();
  for (int node = 1; node <= kNodes; ++node) {
    const Ailment ailment("kill", "start", node);
    int steady = 0;
    for (const auto begun = time_.now(); steady < 30; time_.wait(kLook)) {
      ASSERT_LT(time_.now() - begun, kPatience);
      const bool one = first->is_chosen();
      const bool two = second->is_chosen();
      steady = one != two ? steady + 1 : 0;
    }
  }
}

TEST_F(KafkaTurnOutageTest, silent_brokers_end_the_turn_until_they_are_back) {
  const auto only = candidate();
  ASSERT_TRUE(becomes(*only, true));
  {
    const Ailment first("pause", "resume", 1);
    const Ailment second("pause", "resume", 2);
    const Ailment third("pause", "resume", 3);
    EXPECT_TRUE(becomes(*only, false));
  }
  EXPECT_TRUE(becomes(*only, true));
}

TEST_F(KafkaTurnOutageTest, silent_brokers_hold_nobody_who_leaves) {
  auto chosen = candidate();
  ASSERT_TRUE(becomes(*chosen, true));
  auto other = candidate();
  const Ailment first("pause", "resume", 1);
  const Ailment second("pause", "resume", 2);
  const Ailment third("pause", "resume", 3);
  auto newcomer = candidate();
  for (auto* leaver : {&chosen, &other, &newcomer}) {
    const auto begun = time_.now();
    leaver->reset();
    EXPECT_LT(time_.now() - begun, milliseconds(15'000));
  }
}

}  // namespace
}  // namespace kopilka::contract
