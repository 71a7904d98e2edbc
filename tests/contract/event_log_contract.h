#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/ports/event_log.h"
#include "tests/support/batches.h"

// What every EventLog promises. A suite is made for a World that has
//   ports::EventLog& log()          the log under test, over an empty content of store_id(7)
//   void reopen()                   ends the process that uses it cleanly, and begins another
//   void crash()                    the same by a kill: what was acknowledged survives
namespace kopilka::contract {

using ports::AppendOutcome;
using ports::AppendStatus;
using ports::SealedBatch;
using support::BatchMaker;

template <class World>
class EventLogContract : public ::testing::Test {
 protected:
  template <class T>
  static T value_of(base::Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    if constexpr (!std::is_void_v<T>) return std::move(*result);
  }

  ports::EventLog& log() { return world_.log(); }
  model::LogHead head() { return value_of(log().head()); }
  ports::Ownership acquire() { return value_of(log().acquire()); }

  void submit(const SealedBatch& batch) { value_of(log().submit(batch)); }
  std::vector<AppendOutcome> outcomes(std::size_t count) {
    std::vector<AppendOutcome> all;
    for (int tries = 0; all.size() < count && tries < 100; ++tries)
      for (auto& outcome : log().poll(std::chrono::seconds(1)))
        all.push_back(std::move(outcome));
    return all;
  }
  void append(const SealedBatch& batch) {
    submit(batch);
    const auto told = outcomes(1);
    ASSERT_EQ(told.size(), 1U);
    ASSERT_EQ(told[0].status, AppendStatus::acknowledged) << told[0].detail;
    ASSERT_EQ(told[0].n, batch.header.n);
  }
  std::vector<SealedBatch> append_many(BatchMaker& maker, int count,
                                       support::BatchShape shape = {}) {
    std::vector<SealedBatch> batches;
    for (int i = 0; i < count; ++i) {
      batches.push_back(maker.next(shape));
      append(batches.back());
    }
    return batches;
  }

  std::unique_ptr<ports::LogReader> reader(std::uint64_t first) {
    return value_of(log().read_from(model::Seq{first}));
  }
  static std::vector<SealedBatch> rest_of(ports::LogReader& reader) {
    std::vector<SealedBatch> batches;
    while (auto batch = value_of(reader.next()))
      batches.push_back(std::move(*batch));
    return batches;
  }
  std::vector<SealedBatch> read(std::uint64_t first) { return rest_of(*reader(first)); }
  // Acquiring may append a batch that holds no event.
  static std::vector<SealedBatch> without_empty(std::vector<SealedBatch> batches) {
    std::erase_if(batches, [](const auto& batch) { return batch.header.count == 0; });
    return batches;
  }
  std::vector<SealedBatch> read_events(std::uint64_t first) { return without_empty(read(first)); }

  static void expect_same(const std::vector<SealedBatch>& found,
                          const std::vector<SealedBatch>& expected) {
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_EQ(found[i].bytes, expected[i].bytes);
      EXPECT_EQ(found[i].hash, expected[i].hash);
      EXPECT_EQ(found[i].header.n, expected[i].header.n);
    }
  }

  World world_;
};

TYPED_TEST_SUITE_P(EventLogContract);

TYPED_TEST_P(EventLogContract, is_empty_at_first) {
  EXPECT_EQ(this->head().store, support::store_id(7));
  EXPECT_EQ(this->head().n.value(), 0U);
  EXPECT_EQ(this->head().last_seq.value(), 0U);
  EXPECT_EQ(this->head().hash, base::Hash256{});
  EXPECT_TRUE(this->read(1).empty());
}

TYPED_TEST_P(EventLogContract, acquiring_gives_a_higher_epoch_and_a_new_owner_and_records_nothing) {
  const auto before = this->head();
  const auto first = this->acquire();
  EXPECT_GT(first.epoch, before.epoch);
  EXPECT_NE(first.owner, model::OwnerId{});
  EXPECT_EQ(first.head.last_seq.value(), 0U);
  EXPECT_EQ(first.head.hash, this->head().hash);
  EXPECT_TRUE(this->read(1).empty());
  BatchMaker maker(first);
  const auto batch = maker.next();
  this->append(batch);
  const auto second = this->acquire();
  EXPECT_GT(second.epoch, first.epoch);
  EXPECT_NE(second.owner, first.owner);
  EXPECT_EQ(second.head.last_seq.value(), 1U);
  EXPECT_EQ(second.head.recorded_at, model::Instant::micros(1'000'000)) << "of the last entry";
  EXPECT_EQ(second.head.hash, this->head().hash);
  EXPECT_EQ(second.head.n, this->head().n);
  this->expect_same(this->read_events(1), {batch});
}

TYPED_TEST_P(EventLogContract, gives_back_the_bytes_that_were_appended) {
  BatchMaker maker(this->acquire());
  auto batches = this->append_many(maker, 3);
  batches.push_back(maker.next({.events = 500, .text_bytes = 900}));
  this->append(batches.back());
  this->expect_same(this->read(1), batches);
  this->expect_same(this->read_events(0), batches);
}

TYPED_TEST_P(EventLogContract, tells_outcomes_in_the_order_of_submission) {
  const auto ownership = this->acquire();
  BatchMaker maker(ownership);
  for (int i = 0; i < 8; ++i)
    this->submit(maker.next());
  const auto told = this->outcomes(8);
  ASSERT_EQ(told.size(), 8U);
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(told[i].n.value(), ownership.head.n.value() + i + 1);
    EXPECT_EQ(told[i].status, AppendStatus::acknowledged);
    EXPECT_EQ(told[i].detail, "");
  }
  EXPECT_TRUE(this->log().poll(std::chrono::hours(1)).empty()) << "nothing is under way";
}

TYPED_TEST_P(EventLogContract, head_is_the_last_acknowledged_batch) {
  BatchMaker maker(this->acquire());
  const auto batch = maker.next({.events = 3});
  this->append(batch);
  const auto head = this->head();
  EXPECT_EQ(head.n, batch.header.n);
  EXPECT_EQ(head.last_seq.value(), 3U);
  EXPECT_EQ(head.hash, batch.hash);
  EXPECT_EQ(head.epoch, batch.header.epoch);
  EXPECT_EQ(head.owner, batch.header.owner);
  EXPECT_EQ(head.recorded_at.in_micros(), 3'000'000) << "of its last entry";
}

TYPED_TEST_P(EventLogContract, reads_from_the_batch_that_holds_a_seq_or_the_first_after_it) {
  const auto ownership = this->acquire();
  BatchMaker maker(ownership);
  for (int i = 0; i < 3; ++i)
    this->append(maker.next({.events = 10}));
  this->append(maker.next_empty());
  this->append(maker.next({.events = 10}));
  const auto first_n = [&](std::uint64_t seq) {
    return this->read(seq).front().header.n.value() - ownership.head.n.value();
  };
  EXPECT_EQ(first_n(1), 1U);
  EXPECT_EQ(first_n(10), 1U);
  EXPECT_EQ(first_n(11), 2U);
  EXPECT_EQ(first_n(30), 3U);
  EXPECT_EQ(first_n(31), 5U) << "the empty batch holds nothing";
  EXPECT_EQ(first_n(40), 5U);
  EXPECT_TRUE(this->read(41).empty());
}

TYPED_TEST_P(EventLogContract, a_reader_at_the_end_goes_on_when_more_comes) {
  BatchMaker maker(this->acquire());
  const auto from_start = this->reader(1);
  EXPECT_TRUE(this->rest_of(*from_start).empty()) << "what acquiring appends ends before seq 1";
  this->append(maker.next({.events = 2}));
  const auto from_end = this->reader(3);
  EXPECT_TRUE(this->rest_of(*from_end).empty());
  this->append(maker.next());
  this->append(maker.next());
  EXPECT_EQ(this->rest_of(*from_start).size(), 3U);
  EXPECT_EQ(this->rest_of(*from_end).size(), 2U);
  EXPECT_TRUE(this->rest_of(*from_end).empty());
}

TYPED_TEST_P(EventLogContract, an_empty_batch_is_in_the_chain_and_takes_no_seq) {
  const auto ownership = this->acquire();
  BatchMaker maker(ownership);
  this->append(maker.next_empty());
  this->append(maker.next_empty());
  EXPECT_EQ(this->head().n.value(), ownership.head.n.value() + 2);
  EXPECT_EQ(this->head().last_seq.value(), 0U);
  this->append(maker.next());
  EXPECT_EQ(this->head().last_seq.value(), 1U);
}

TYPED_TEST_P(EventLogContract, keeps_everything_when_it_is_closed_and_opened_again) {
  BatchMaker maker(this->acquire());
  auto batches = this->append_many(maker, 5);
  const auto head = this->head();
  this->world_.reopen();
  EXPECT_EQ(this->head().hash, head.hash);
  EXPECT_EQ(this->head().recorded_at, head.recorded_at);
  this->expect_same(this->read(1), batches);
  const auto again = this->acquire();
  EXPECT_GT(again.epoch, head.epoch);
  EXPECT_EQ(again.head.last_seq, head.last_seq);
  maker.follow(again);
  for (auto& batch : this->append_many(maker, 2))
    batches.push_back(batch);
  this->expect_same(this->read_events(1), batches);
}

TYPED_TEST_P(EventLogContract, keeps_what_was_acknowledged_when_it_is_killed) {
  std::vector<SealedBatch> batches;
  for (int life = 0; life < 4; ++life) {
    BatchMaker maker(this->acquire());
    for (auto& batch : this->append_many(maker, 3, {.events = 2, .text_bytes = 3'000}))
      batches.push_back(batch);
    this->world_.crash();
    EXPECT_EQ(this->head().n, batches.back().header.n);
    this->expect_same(this->read_events(1), batches);
  }
}

TYPED_TEST_P(EventLogContract, a_batch_under_an_earlier_ownership_is_fenced) {
  const auto old = this->acquire();
  BatchMaker old_maker(old);
  this->append(old_maker.next());
  const auto now = this->acquire();
  this->submit(old_maker.next());
  const auto told = this->outcomes(1);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].status, AppendStatus::fenced);
  EXPECT_EQ(this->read_events(1).size(), 1U);
  // Nothing goes on before the log is acquired again.
  BatchMaker maker(now);
  EXPECT_FALSE(this->log().submit(maker.next()));
  maker.follow(this->acquire());
  this->append(maker.next());
  EXPECT_EQ(this->read_events(1).size(), 2U);
}

TYPED_TEST_P(EventLogContract, takes_nothing_before_it_was_acquired) {
  auto ownership = this->acquire();
  this->world_.reopen();
  BatchMaker maker(ownership);
  const auto refused = this->log().submit(maker.next());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, base::ErrorKind::not_available);
  EXPECT_TRUE(this->log().poll(std::chrono::hours(1)).empty());
}

TYPED_TEST_P(EventLogContract, readers_on_other_threads_see_each_batch_once_and_in_order) {
  constexpr std::uint64_t kBatches = 300;
  BatchMaker maker(this->acquire());
  std::vector<std::thread> threads;
  std::vector<std::uint64_t> seen(3, 0);
  for (auto& count : seen)
    threads.emplace_back([&count, reader = this->reader(1)] {
      while (count < kBatches) {
        const auto batch = reader->next();
        if (!batch) return;
        if (*batch && (*batch)->header.first_seq.value() != ++count) return;
      }
    });
  for (std::uint64_t i = 0; i < kBatches; ++i)
    this->append(maker.next({.text_bytes = 9'000}));
  for (auto& thread : threads)
    thread.join();
  EXPECT_EQ(seen, std::vector<std::uint64_t>(3, kBatches));
}

REGISTER_TYPED_TEST_SUITE_P(EventLogContract, is_empty_at_first,
                            acquiring_gives_a_higher_epoch_and_a_new_owner_and_records_nothing,
                            gives_back_the_bytes_that_were_appended,
                            tells_outcomes_in_the_order_of_submission,
                            head_is_the_last_acknowledged_batch,
                            reads_from_the_batch_that_holds_a_seq_or_the_first_after_it,
                            a_reader_at_the_end_goes_on_when_more_comes,
                            an_empty_batch_is_in_the_chain_and_takes_no_seq,
                            keeps_everything_when_it_is_closed_and_opened_again,
                            keeps_what_was_acknowledged_when_it_is_killed,
                            a_batch_under_an_earlier_ownership_is_fenced,
                            takes_nothing_before_it_was_acquired,
                            readers_on_other_threads_see_each_batch_once_and_in_order);

}  // namespace kopilka::contract
