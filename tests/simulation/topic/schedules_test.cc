// Each danger to a log on a topic, by its name. After every step all readers must agree.

#include <gtest/gtest.h>

#include "tests/simulation/topic/chorus.h"
#include "tests/support/topic_world.h"

namespace kopilka::simulation {
namespace {

using base::ErrorKind;
using memory::Landing;
using memory::PlannedRecord;
using memory::Report;
using ports::AppendStatus;
using ports::SealedBatch;
using std::chrono::milliseconds;
using support::BatchMaker;
using namespace topic_log;

constexpr PlannedRecord kHeld{.landing = Landing::held};
constexpr PlannedRecord kLost{.landing = Landing::never, .report = Report::failure};
// Its writer is told that it failed, and it lands when the test lets it.
constexpr PlannedRecord kHeldAndFailed{.landing = Landing::held, .report = Report::failure};

class Schedule : public ::testing::Test {
 protected:
  // An owner, and what it appends.
  struct Owner {
    Node node;
    ports::Ownership ownership;
    BatchMaker batches;
    TopicLog& log() { return *node.log; }
    memory::MemoryTopic& topic() { return *node.topic; }
  };

  Schedule() { world_.options.silence_max = milliseconds{500}; }

  Owner owner() {
    auto node = world_.node();
    const auto ownership = value_of(node.log->acquire());
    return {std::move(node), ownership, BatchMaker(ownership)};
  }
  // The same process, after a failure.
  static void acquire_again(Owner& owner) {
    owner.ownership = value_of(owner.log().acquire());
    owner.batches = BatchMaker(owner.ownership);
  }
  static SealedBatch submit(Owner& owner) {
    auto batch = owner.batches.next();
    value_of(owner.log().submit(batch));
    return batch;
  }
  static std::vector<AppendStatus> outcomes(Owner& owner) {
    std::vector<AppendStatus> statuses;
    for (const auto& outcome : owner.log().poll(std::chrono::hours(1)))
      statuses.push_back(outcome.status);
    return statuses;
  }
  static SealedBatch append_well(Owner& owner) {
    auto batch = submit(owner);
    EXPECT_EQ(outcomes(owner), std::vector{AppendStatus::acknowledged});
    return batch;
  }
  bool counts(const SealedBatch& batch) {
    const auto wrong = chorus_.hear(*world_.partition);
    EXPECT_FALSE(wrong.has_value()) << *wrong;
    return chorus_.counts(batch.hash);
  }
  // Whoever comes next can go on.
  void expect_the_log_lives() {
    auto heir = owner();
    EXPECT_TRUE(counts(append_well(heir)));
  }
  memory::MemoryPartition& partition() { return *world_.partition; }

  TopicWorld world_;
  Chorus chorus_;
};

const std::vector kUnknown{AppendStatus::unknown};
const std::vector kFenced{AppendStatus::fenced};
const std::vector kAcknowledged{AppendStatus::acknowledged};

TEST_F(Schedule, late_bytes_after_recreate) {
  auto a = owner();
  a.topic().plan({kHeldAndFailed});
  const auto late = submit(a);
  EXPECT_EQ(outcomes(a), kUnknown);
  acquire_again(a);
  partition().release(0);
  EXPECT_FALSE(counts(late)) << "it came after the claim of the one who had sent it";
  EXPECT_TRUE(counts(append_well(a)));
}

TEST_F(Schedule, late_bytes_after_decided_anew) {
  // The old k lands before the new claim, between it and the first batch, after k', or never.
  for (int place = 0; place < 4; ++place) {
    TopicWorld fresh;
    auto node = fresh.node();
    BatchMaker batches(value_of(node.log->acquire()));
    node.topic->plan({kHeldAndFailed});
    const auto late = batches.next();
    EXPECT_EQ(append(*node.log, late), AppendStatus::unknown);
    if (place == 0) fresh.partition->release(0);
    if (place == 1) node.topic->plan({PlannedRecord{}, kHeld});
    auto ownership = node.log->acquire();
    if (place == 1) {
      ASSERT_FALSE(ownership) << "its first batch is held up";
      fresh.partition->release(0);
      ownership = node.log->acquire();
    }
    BatchMaker anew(value_of(ownership));
    anew.change_content();
    const auto again = anew.next();
    EXPECT_EQ(append(*node.log, again), AppendStatus::acknowledged);
    if (place == 2) fresh.partition->release(0);
    Chorus chorus;
    EXPECT_EQ(chorus.hear(*fresh.partition), std::nullopt);
    EXPECT_EQ(chorus.counts(late.hash), place == 0);
    EXPECT_TRUE(chorus.counts(again.hash));
    EXPECT_EQ(again.header.first_seq.value(), place == 0 ? 2U : 1U) << "it saw the late one";
  }
}

TEST_F(Schedule, zombie_wakes) {
  for (const auto nap : {milliseconds{1'000}, milliseconds{3'600'000}}) {
    auto zombie = owner();
    zombie.topic().pause();
    const auto first = submit(zombie);
    const auto second = submit(zombie);
    auto heir = owner();
    const auto theirs = append_well(heir);
    world_.time.wait(nap);
    zombie.topic().wake();
    EXPECT_EQ(outcomes(zombie), (std::vector{AppendStatus::fenced, AppendStatus::fenced}));
    EXPECT_FALSE(counts(first) || counts(second));
    EXPECT_TRUE(counts(theirs));
    EXPECT_TRUE(counts(append_well(heir))) << "the zombie disturbs nobody";
  }
}

TEST_F(Schedule, claim_race_every_slot) {
  // Two candidates' claims of one epoch, and the winner's batches, in every order that a topic can
  // show them.
  for (int slot = 0; slot <= 3; ++slot) {
    TopicWorld fresh;
    auto node = fresh.node();
    const auto claim = claim_bytes(1, 'r');
    if (slot == 0) fresh.partition->append_stray(claim);
    BatchMaker batches(value_of(node.log->acquire()));
    if (slot == 1) fresh.partition->append_stray(claim);
    EXPECT_EQ(append(*node.log, batches.next()), AppendStatus::acknowledged);
    if (slot == 2) fresh.partition->append_stray(claim);
    EXPECT_EQ(append(*node.log, batches.next()), AppendStatus::acknowledged);
    if (slot == 3) fresh.partition->append_stray(claim);
    Chorus chorus;
    EXPECT_EQ(chorus.hear(*fresh.partition), std::nullopt);
    EXPECT_EQ(chorus.fold().epoch().value(), slot == 0 ? 2U : 1U);
    EXPECT_EQ(chorus.counted().size(), 3U);
  }
}

TEST_F(Schedule, claim_under_load) {
  auto busy = owner();
  std::vector<SealedBatch> sent;
  for (int i = 0; i < 5; ++i)
    sent.push_back(submit(busy));
  auto heir = owner();
  for (int i = 0; i < 5; ++i)
    sent.push_back(submit(busy));
  for (const auto status : outcomes(busy))
    EXPECT_NE(status, AppendStatus::failed);
  for (std::size_t i = 0; i < sent.size(); ++i)
    EXPECT_EQ(counts(sent[i]), i < 5) << i;
  EXPECT_EQ(heir.ownership.head.last_seq.value(), 5U);
  EXPECT_TRUE(counts(append_well(heir)));
}

TEST_F(Schedule, claim_duel) {
  auto first = world_.node();
  auto second = world_.node();
  for (int round = 0; round < 20; ++round) {
    auto& node = round % 2 == 0 ? first : second;
    BatchMaker batches(value_of(node.log->acquire()));
    const auto batch = batches.next();
    EXPECT_EQ(append(*node.log, batch), AppendStatus::acknowledged);
    EXPECT_TRUE(counts(batch));
  }
}

TEST_F(Schedule, claim_late) {
  auto ghost = world_.node();
  ghost.topic->plan({kHeld});
  EXPECT_EQ(ghost.log->acquire().error().kind, ErrorKind::io);
  // Nobody knows of the abandoned claim, whose epoch is the one in force when it lands, or the
  // next.
  partition().release(0);
  auto healthy = owner();
  EXPECT_EQ(healthy.ownership.epoch.value(), 2U);
  ghost.topic->plan({kHeld});
  EXPECT_FALSE(ghost.log->acquire());
  const auto batch = append_well(healthy);
  partition().release(0);
  const auto void_batch = submit(healthy);
  EXPECT_EQ(outcomes(healthy), kFenced) << "an abandoned claim fences a healthy owner";
  EXPECT_TRUE(counts(batch));
  EXPECT_FALSE(counts(void_batch));
  acquire_again(healthy);
  EXPECT_TRUE(counts(append_well(healthy)));
}

TEST_F(Schedule, pipeline_hole) {
  auto a = owner();
  auto hole = kHeld;
  hole.followers = PlannedRecord::Followers::overtake;
  a.topic().plan({hole});
  const auto k = submit(a);
  const auto k1 = submit(a);
  const auto k2 = submit(a);
  EXPECT_EQ(outcomes(a), std::vector(3, AppendStatus::unknown));
  partition().release(0);
  EXPECT_TRUE(counts(k)) << "late, but before the next claim";
  EXPECT_FALSE(counts(k1) || counts(k2));
  acquire_again(a);
  EXPECT_EQ(a.ownership.head.last_seq.value(), 1U);
  EXPECT_TRUE(counts(append_well(a)));
}

TEST_F(Schedule, doubles) {
  auto a = owner();
  a.topic().plan({{.copies = 2}, {.copies = 3}});
  const auto first = append_well(a);
  const auto second = append_well(a);
  partition().append_stray(first.bytes);
  EXPECT_TRUE(counts(append_well(a)));
  EXPECT_TRUE(counts(first) && counts(second));
  auto b = world_.node();
  b.topic->plan({{.copies = 2}, {.copies = 2}});
  EXPECT_TRUE(b.log->acquire()) << "its claim and its first batch, twice each";
  expect_the_log_lives();
}

TEST_F(Schedule, crash_at_each_step) {
  // The process dies when the record at that place was sent, and the record lands, lands late or
  // never: claim, first batch, a batch.
  for (const auto& fate : {PlannedRecord{.report = Report::none}, kHeld, kLost})
    for (std::size_t place = 0; place < 3; ++place) {
      auto node = world_.node();
      std::vector<PlannedRecord> fates(place);
      fates.push_back(fate);
      node.topic->plan(fates);
      const auto ownership = node.log->acquire();
      std::optional<SealedBatch> sent;
      if (ownership) {
        sent = BatchMaker(*ownership).next();
        value_of(node.log->submit(*sent));
      }
      node.log.reset();
      auto heir = owner();
      const bool counted = sent && counts(*sent);
      if (partition().in_transit() > 0) partition().release(0);
      EXPECT_EQ(sent && counts(*sent), counted) << "the claim settled it";
      EXPECT_TRUE(counts(append_well(heir)));
    }
}

TEST_F(Schedule, answer_on_inflight) {
  // Until it is known, an owner's head is the last acknowledged batch, to others too.
  auto a = owner();
  const auto known = append_well(a);
  a.topic().plan({{.report = Report::none}});
  (void)submit(a);
  EXPECT_TRUE(a.log().poll(milliseconds{0}).empty());
  EXPECT_EQ(value_of(a.log().head()).hash, known.hash);
  (void)submit(a);
  EXPECT_EQ(outcomes(a), std::vector(2, AppendStatus::acknowledged)) << "one report for both";
}

TEST_F(Schedule, truncate_then_regrow) {
  auto a = owner();
  const auto kept = append_well(a);
  const auto standby = world_.node();
  const auto reader = value_of(standby.log->read_from(model::Seq{0}));
  const auto lost = append_well(a);
  while (value_of(reader->next())) {
  }
  partition().truncate(partition().records().size() - 1);
  for (auto* topic : {&a.topic(), standby.topic.get()})
    topic->break_connections();
  auto heir = owner();
  EXPECT_TRUE(counts(append_well(heir)));
  EXPECT_TRUE(counts(kept));
  EXPECT_FALSE(counts(lost));
  EXPECT_EQ(reader->next().error().kind, ErrorKind::corrupt);
  (void)submit(a);
  EXPECT_EQ(outcomes(a), kUnknown);
  EXPECT_EQ(a.log().acquire().error().kind, ErrorKind::corrupt) << "it must not go on";
}

TEST_F(Schedule, under_min_isr) {
  auto a = owner();
  partition().shrink_isr();
  const auto batch = submit(a);
  EXPECT_TRUE(a.log().poll(milliseconds{100}).empty());
  EXPECT_FALSE(counts(batch));
  partition().restore_isr();
  EXPECT_EQ(outcomes(a), kAcknowledged);
  partition().shrink_isr();
  const auto given_up = submit(a);
  EXPECT_EQ(outcomes(a), kUnknown);
  EXPECT_FALSE(a.log().acquire());
  partition().restore_isr();
  EXPECT_TRUE(counts(given_up)) << "it was under way, and no claim came before it";
  acquire_again(a);
  EXPECT_EQ(a.ownership.head.last_seq.value(), 2U);
}

TEST_F(Schedule, deaf_owner) {
  auto a = owner();
  a.topic().deafen();
  const auto batch = submit(a);
  EXPECT_EQ(outcomes(a), kUnknown) << "reported, but not read back";
  EXPECT_TRUE(counts(batch));
  expect_the_log_lives();
}

TEST_F(Schedule, mute_owner) {
  auto a = owner();
  a.topic().pause();
  const auto batch = submit(a);
  EXPECT_EQ(outcomes(a), kUnknown);
  EXPECT_FALSE(counts(batch));
  expect_the_log_lives();
  a.topic().wake();
  EXPECT_FALSE(counts(batch));
}

TEST_F(Schedule, poison_that_is_void) {
  auto a = owner();
  partition().append_stray("garbage");
  partition().append_stray(std::string(950'000, '?'));
  partition().append_stray("");
  partition().append_hole();
  partition().append_stray(genesis_bytes(9));
  EXPECT_TRUE(counts(append_well(a)));
  expect_the_log_lives();
}

TEST_F(Schedule, poison_that_stops_everybody) {
  auto oversize = batches_of(1, 'z').next().bytes;
  oversize.resize(950'000);
  for (const auto& poison : {base::Bytes("KPLZ of a later version"), claim_bytes(2, 'z', 9),
                             claim_bytes(1, 'z') + "x", oversize}) {
    TopicWorld fresh;
    auto node = fresh.node();
    BatchMaker batches(value_of(node.log->acquire()));
    fresh.partition->append_stray(poison);
    const auto status = append(*node.log, batches.next());
    if (poison == oversize) {
      EXPECT_EQ(status, AppendStatus::acknowledged) << "nobody's batch, however long";
      continue;
    }
    EXPECT_EQ(status, AppendStatus::unknown);
    EXPECT_FALSE(node.log->acquire());
    EXPECT_FALSE(fresh.node().log->head());
  }
}

TEST_F(Schedule, poison_topic_made_anew) {
  auto a = owner();
  (void)append_well(a);
  partition().make_anew();
  partition().append_stray(genesis_bytes(9));
  a.topic().break_connections();
  (void)submit(a);
  EXPECT_EQ(outcomes(a), kUnknown);
  EXPECT_EQ(a.log().acquire().error().kind, ErrorKind::corrupt);
  world_.options.store = support::store_id(kStore);
  EXPECT_EQ(world_.try_node().error().kind, ErrorKind::not_available);
}

}  // namespace
}  // namespace kopilka::simulation
