#include "projections/runtime/host.h"

#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "engine/state/stored.h"
#include "projections/runtime/read_model_host.h"
#include "tests/unit/projections/runtime/chain.h"
#include "tests/unit/projections/runtime/tally.h"

namespace kopilka::projections::runtime {
namespace {

using testing::HasSubstr;
using TallyHost = ReadModelHost<Tally>;

class HostTest : public testing::Test {
 protected:
  std::unique_ptr<TallyHost> open(HostLimits limits = {}) {
    auto host = TallyHost::open(shelf_.factory(), limits);
    EXPECT_TRUE(host.has_value());
    return std::move(*host);
  }
  Turn apply(Host& host, const Told& told) { return host.apply(told.batch, told.sealed.hash); }
  Turn tell(Host& host, const std::vector<model::Event>& events) {
    return apply(host, chain_.make(events));
  }
  static std::uint64_t count(const TallyHost& host, const std::string& word) {
    return host.read().value().reader.count(word);
  }
  std::string digest_of_stored_rows() {
    Tally fresh;
    state::Misses misses;
    state::attach_all(fresh, state::Backing::store, misses);
    return state::digest_of(fresh, &store(), Tally::kName, Tally::kVersion).value().text();
  }
  memory::MemoryStateStore& store() { return shelf_.at("tally-1"); }

  Shelf shelf_;
  Chain chain_;
};

TEST_F(HostTest, folds_one_batch_after_another) {
  TallyHost host;
  EXPECT_EQ(tell(host, {word("a"), word("b"), word("a")}), Turn::next);
  EXPECT_EQ(tell(host, {word("a")}), Turn::next);
  EXPECT_EQ(count(host, "a"), 3U);
  EXPECT_EQ(count(host, "b"), 1U);
  EXPECT_EQ(host.position().n, model::BatchNumber{2});
  EXPECT_EQ(host.position().seq, model::Seq{4});
  EXPECT_EQ(host.position().recorded_at, support::noon("2019-03-01") + model::Span::minutes(4));
}

TEST_F(HostTest, moves_on_over_a_batch_without_events) {
  TallyHost host;
  EXPECT_EQ(tell(host, {}), Turn::next);
  EXPECT_EQ(tell(host, {word("a")}), Turn::next);
  const auto recorded_at = host.position().recorded_at;
  EXPECT_EQ(tell(host, {}), Turn::next);
  EXPECT_EQ(host.position().n, model::BatchNumber{3});
  EXPECT_EQ(host.position().seq, model::Seq{1});
  EXPECT_EQ(host.position().recorded_at, recorded_at);
}

TEST_F(HostTest, folds_a_batch_that_comes_twice_once) {
  TallyHost host;
  const auto first = chain_.make({word("a")});
  const auto second = chain_.make({word("a")});
  EXPECT_EQ(apply(host, first), Turn::next);
  EXPECT_EQ(apply(host, second), Turn::next);
  EXPECT_EQ(apply(host, first), Turn::passed);
  EXPECT_EQ(apply(host, second), Turn::passed);
  EXPECT_EQ(count(host, "a"), 2U);
}

TEST_F(HostTest, waits_for_the_batches_between) {
  TallyHost host;
  const auto first = chain_.make({word("a")});
  const auto second = chain_.make({word("a")});
  EXPECT_EQ(apply(host, second), Turn::ahead);
  EXPECT_EQ(apply(host, first), Turn::next);
  EXPECT_EQ(apply(host, second), Turn::next);
}

TEST_F(HostTest, stops_when_the_batch_that_it_stands_at_is_another) {
  TallyHost host;
  tell(host, {word("a")});
  Chain other(2);
  EXPECT_EQ(apply(host, other.make({word("b")})), Turn::stopped);
  ASSERT_TRUE(host.stopped().has_value());
  EXPECT_EQ(host.stopped()->error.kind, base::ErrorKind::corrupt);
  EXPECT_THAT(host.ready().error().message, HasSubstr("another log"));
  EXPECT_EQ(host.position().seq, model::Seq{1});
}

TEST_F(HostTest, stops_when_the_next_batch_follows_another) {
  TallyHost host;
  tell(host, {word("a")});
  Chain other(2);
  other.make({word("a")});
  EXPECT_EQ(apply(host, other.make({word("b")})), Turn::stopped);
  EXPECT_EQ(host.position().n, model::BatchNumber{1});
}

TEST_F(HostTest, stops_before_the_batch_with_an_event_that_makes_no_sense) {
  const auto host = open();
  tell(*host, {word("a")});
  const auto digest = host->digest();
  EXPECT_EQ(tell(*host, {word("a"), word("b"), word("poison"), word("a")}), Turn::stopped);
  ASSERT_TRUE(host->stopped().has_value());
  EXPECT_EQ(host->stopped()->seq, model::Seq{4});
  EXPECT_EQ(host->stopped()->error.message, "poisoned");
  EXPECT_EQ(host->position().seq, model::Seq{1});
  EXPECT_EQ(host->digest(), digest);
  EXPECT_EQ(tell(*host, {word("a")}), Turn::stopped);
}

TEST_F(HostTest, does_not_answer_once_it_has_stopped) {
  TallyHost host;
  tell(host, {word("poison")});
  const auto reading = host.read();
  ASSERT_FALSE(reading.has_value());
  EXPECT_THAT(reading.error().message, HasSubstr("tally"));
  EXPECT_THAT(reading.error().message, HasSubstr("poisoned"));
}

TEST_F(HostTest, leaves_nothing_of_a_poisoned_batch_in_the_rows) {
  {
    const auto host = open();
    tell(*host, {word("a")});
    ASSERT_TRUE(host->flush());
    EXPECT_EQ(tell(*host, {word("a"), word("new"), word("poison")}), Turn::stopped);
    EXPECT_FALSE(host->flush());
  }
  const auto again = open();
  EXPECT_EQ(count(*again, "a"), 1U);
  EXPECT_EQ(count(*again, "new"), 0U);
}

TEST_F(HostTest, goes_on_where_its_store_stands) {
  std::string digest;
  {
    const auto host = open();
    tell(*host, {word("a"), word("b")});
    ASSERT_TRUE(host->flush());
    digest = host->digest();
  }
  const auto host = open();
  EXPECT_EQ(host->position().n, model::BatchNumber{1});
  EXPECT_EQ(host->digest(), digest);
  EXPECT_EQ(tell(*host, {word("a"), word("c")}), Turn::next);
  EXPECT_EQ(count(*host, "a"), 2U);
  EXPECT_EQ(count(*host, "b"), 1U);
  EXPECT_EQ(count(*host, "c"), 1U);
  EXPECT_EQ(shelf_.emptied(), 0);
}

TEST_F(HostTest, forgets_what_was_not_flushed_and_folds_it_again) {
  const auto first = chain_.make({word("a")});
  const auto second = chain_.make({word("a")});
  {
    const auto host = open();
    apply(*host, first);
    ASSERT_TRUE(host->flush());
    apply(*host, second);
  }
  const auto host = open();
  EXPECT_EQ(count(*host, "a"), 1U);
  EXPECT_EQ(apply(*host, second), Turn::next);
  EXPECT_EQ(count(*host, "a"), 2U);
}

TEST_F(HostTest, stores_a_position_that_changed_no_row) {
  {
    const auto host = open();
    tell(*host, {model::BusinessDayOpened{}});
    ASSERT_TRUE(host->flush());
  }
  EXPECT_EQ(open()->position().n, model::BatchNumber{1});
}

TEST_F(HostTest, keeps_the_digest_of_its_rows_up_to_date) {
  const auto host = open();
  tell(*host, {word("a"), word("b"), word("a")});
  ASSERT_TRUE(host->flush());
  EXPECT_EQ(host->digest(), digest_of_stored_rows());
  tell(*host, {word("b"), word("forget")});
  tell(*host, {word("c")});
  ASSERT_TRUE(host->flush());
  EXPECT_EQ(host->digest(), digest_of_stored_rows());
  EXPECT_EQ(store().row_count(), 2U);
}

TEST_F(HostTest, comes_back_to_the_same_digest_with_the_same_rows) {
  TallyHost host;
  const auto empty = host.digest();
  tell(host, {word("a")});
  EXPECT_NE(host.digest(), empty);
  tell(host, {word("forget")});
  EXPECT_EQ(host.digest(), empty);
}

TEST_F(HostTest, flushes_by_itself_when_enough_rows_were_touched) {
  const auto host = open({.dirty_rows_max = 3, .loaded_rows_max = 100});
  tell(*host, {word("a"), word("b")});
  EXPECT_EQ(store().row_count(), 0U);
  tell(*host, {word("c")});
  EXPECT_EQ(store().row_count(), 3U);
  EXPECT_EQ(host->stored_position(), host->position());
}

TEST_F(HostTest, folds_right_with_next_to_no_memory) {
  const auto host = open({.dirty_rows_max = 1, .loaded_rows_max = 0});
  for (int i = 0; i < 10; ++i)
    tell(*host, {word("a"), word("b"), word("a")});
  EXPECT_EQ(count(*host, "a"), 20U);
  EXPECT_EQ(count(*host, "b"), 10U);
  EXPECT_EQ(host->digest(), digest_of_stored_rows());
}

TEST_F(HostTest, stops_when_its_store_takes_nothing_more) {
  const auto host = open();
  tell(*host, {word("a")});
  ASSERT_TRUE(host->flush());
  tell(*host, {word("b")});
  store().fail_applies(1, {base::ErrorKind::io, "the disk is full"});
  EXPECT_FALSE(host->flush());
  ASSERT_TRUE(host->stopped().has_value());
  EXPECT_EQ(host->stopped()->error.kind, base::ErrorKind::io);
  EXPECT_EQ(host->stopped()->seq, model::Seq{2});
  const auto again = open();
  EXPECT_EQ(again->position().n, model::BatchNumber{1});
  EXPECT_EQ(count(*again, "b"), 0U);
}

TEST_F(HostTest, stops_at_a_row_that_is_not_readable) {
  {
    const auto host = open();
    tell(*host, {word("a")});
    ASSERT_TRUE(host->flush());
  }
  const std::vector<ports::Change> damage{{state::encode_key('w', WordKey{"a"}), "\xFF"}};
  ASSERT_TRUE(store().apply(damage, store().position().value()));
  const auto host = open();
  EXPECT_EQ(tell(*host, {word("b")}), Turn::next);
  EXPECT_EQ(tell(*host, {word("a")}), Turn::stopped);
  EXPECT_EQ(host->stopped()->error.kind, base::ErrorKind::corrupt);
}

TEST_F(HostTest, empties_a_store_that_is_not_its_own) {
  const std::vector<ports::Change> foreign{{"w-something", "else"}};
  ASSERT_TRUE(shelf_.factory()("tally-1", Opening::as_found).value()->apply(foreign, "elsewhere"));
  const auto host = open();
  EXPECT_EQ(shelf_.emptied(), 1);
  EXPECT_EQ(host->position(), Position{});
  EXPECT_EQ(store().row_count(), 0U);
}

TEST_F(HostTest, builds_a_new_version_in_a_store_of_its_own) {
  {
    const auto host = open();
    tell(*host, {word("a")});
    ASSERT_TRUE(host->flush());
  }
  const auto next = ReadModelHost<TallyOf<2>>::open(shelf_.factory()).value();
  EXPECT_EQ(next->position(), Position{});
  EXPECT_TRUE(shelf_.has("tally-2"));
  EXPECT_EQ(store().row_count(), 1U);
}

TEST_F(HostTest, has_another_digest_for_another_version_of_the_same_rows) {
  TallyHost one;
  ReadModelHost<TallyOf<2>> two;
  const auto told = chain_.make({word("a")});
  apply(one, told);
  apply(two, told);
  EXPECT_NE(one.digest(), two.digest());
}

}  // namespace
}  // namespace kopilka::projections::runtime
