#include "projections/runtime/catch_up.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "projections/runtime/read_model_host.h"
#include "tests/unit/projections/runtime/chain.h"
#include "tests/unit/projections/runtime/tally.h"

namespace kopilka::projections::runtime {
namespace {

using testing::HasSubstr;
using TallyHost = ReadModelHost<Tally>;

std::uint64_t count(const TallyHost& host, const std::string& word) {
  return host.read().value().reader.count(word);
}

base::Result<void> catch_up_all(std::vector<Host*> hosts, ports::EventLog& log,
                                model::BatchNumber last = kLastBatch) {
  return catch_up(hosts, log, last);
}

TEST(CatchUp, folds_the_whole_log_and_then_what_is_new) {
  Chain chain;
  TallyHost host;
  chain.tell({word("a"), word("b")});
  chain.tell({word("a")});
  ASSERT_TRUE(catch_up_all({&host}, chain.log()));
  EXPECT_EQ(host.position().n, model::BatchNumber{2});
  EXPECT_EQ(host.position().hash, chain.head().hash);
  ASSERT_TRUE(catch_up_all({&host}, chain.log()));
  chain.tell({word("a")});
  ASSERT_TRUE(catch_up_all({&host}, chain.log()));
  EXPECT_EQ(count(host, "a"), 3U);
  EXPECT_EQ(count(host, "b"), 1U);
}

TEST(CatchUp, has_nothing_to_do_in_an_empty_log) {
  Chain chain;
  TallyHost host;
  ASSERT_TRUE(catch_up_all({&host}, chain.log()));
  EXPECT_EQ(host.position(), Position{});
  EXPECT_TRUE(host.ready());
}

TEST(CatchUp, misses_no_batch_without_events) {
  Chain chain;
  TallyHost early;
  TallyHost late;
  chain.tell({});
  ASSERT_TRUE(catch_up_all({&early}, chain.log()));
  chain.tell({});
  chain.tell({word("a")});
  chain.tell({});
  ASSERT_TRUE(catch_up_all({&early}, chain.log()));
  chain.tell({});
  ASSERT_TRUE(catch_up_all({&early, &late}, chain.log()));
  ASSERT_TRUE(early.ready());
  ASSERT_TRUE(late.ready());
  EXPECT_EQ(early.position().n, model::BatchNumber{5});
  EXPECT_EQ(early.position(), late.position());
  EXPECT_EQ(count(early, "a"), 1U);
}

TEST(CatchUp, brings_models_from_different_positions_to_one_end) {
  Chain chain;
  TallyHost ahead;
  TallyHost behind;
  chain.tell({word("a")});
  chain.tell({word("b")});
  ASSERT_TRUE(catch_up_all({&ahead}, chain.log()));
  chain.tell({word("a")});
  ASSERT_TRUE(catch_up_all({&ahead, &behind}, chain.log()));
  EXPECT_EQ(ahead.position(), behind.position());
  EXPECT_EQ(ahead.digest(), behind.digest());
  EXPECT_EQ(count(ahead, "a"), 2U);
}

TEST(CatchUp, ends_at_the_batch_that_it_is_told) {
  Chain chain;
  TallyHost host;
  for (int i = 0; i < 5; ++i)
    chain.tell({word("a")});
  ASSERT_TRUE(catch_up_all({&host}, chain.log(), model::BatchNumber{3}));
  EXPECT_EQ(host.position().n, model::BatchNumber{3});
  EXPECT_EQ(count(host, "a"), 3U);
}

TEST(CatchUp, leaves_a_poisoned_model_behind_and_takes_the_others_on) {
  Chain chain;
  TallyHost poisoned;
  TallyHost spared;
  chain.tell({word("a")});
  ASSERT_TRUE(catch_up_all({&poisoned, &spared}, chain.log()));
  poisoned.stop({{base::ErrorKind::corrupt, "planted"}, model::Seq{2}});
  chain.tell({word("a")});
  ASSERT_TRUE(catch_up_all({&poisoned, &spared}, chain.log()));
  EXPECT_EQ(poisoned.position().n, model::BatchNumber{1});
  EXPECT_EQ(spared.position().n, model::BatchNumber{2});
}

TEST(CatchUp, stops_a_model_that_stands_beyond_the_log) {
  Chain chain;
  TallyHost host;
  chain.tell({word("a")});
  const auto lost = chain.make({word("b")});
  ASSERT_TRUE(catch_up_all({&host}, chain.log()));
  EXPECT_EQ(host.apply(lost.batch, lost.sealed.hash), Turn::next);
  ASSERT_TRUE(catch_up_all({&host}, chain.log()));
  ASSERT_TRUE(host.stopped().has_value());
  EXPECT_EQ(host.stopped()->error.kind, base::ErrorKind::corrupt);
  EXPECT_THAT(host.stopped()->error.message, HasSubstr("lost its end"));
}

TEST(CatchUp, stops_a_model_whose_rows_are_from_another_log) {
  for (const int batches : {1, 2, 3}) {
    Chain ours(1);
    Chain theirs(2);
    TallyHost host;
    ours.tell({word("a")});
    ours.tell({word("a")});
    for (int i = 0; i < batches; ++i)
      theirs.tell({word("a")});
    ASSERT_TRUE(catch_up_all({&host}, ours.log()));
    ASSERT_TRUE(catch_up_all({&host}, theirs.log()));
    ASSERT_TRUE(host.stopped().has_value()) << batches;
    EXPECT_THAT(host.stopped()->error.message, HasSubstr("another log"));
    EXPECT_EQ(host.position().n, model::BatchNumber{2});
  }
}

TEST(CatchUp, stops_the_models_at_a_batch_that_cannot_be_decoded) {
  Chain chain;
  TallyHost one;
  TallyHost other;
  chain.tell({word("a")});
  auto damaged = chain.make({word("b"), word("c")}).sealed;
  damaged.bytes.resize(damaged.bytes.size() - 8);
  chain.append(damaged);
  chain.tell({word("d")});
  ASSERT_TRUE(catch_up_all({&one, &other}, chain.log()));
  for (const auto* host : {&one, &other}) {
    ASSERT_TRUE(host->stopped().has_value());
    EXPECT_EQ(host->stopped()->seq, model::Seq{2});
    EXPECT_EQ(host->position().n, model::BatchNumber{1});
  }
}

TEST(CatchUp, hands_on_the_error_of_a_log_and_stops_no_model_for_it) {
  Chain chain;
  TallyHost host;
  chain.tell({word("a")});
  chain.crash();
  const auto done = catch_up_all({&host}, chain.log());
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().kind, base::ErrorKind::io);
  EXPECT_TRUE(host.ready());
}

}  // namespace
}  // namespace kopilka::projections::runtime
