#include "engine/app/log_prefix.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/hashing.h"
#include "engine/codec/batch.h"
#include "engine/memory/clock.h"
#include "engine/memory/event_log.h"
#include "tests/support/batches.h"

namespace kopilka::app {
namespace {

using model::Instant;
using model::Seq;
using ports::SealedBatch;
using testing::HasSubstr;

Instant at_second(std::int64_t second) {
  return Instant::micros(second * 1'000'000);
}

// Batches of 3 events, of none, of 4, of none, of 2; event `seq` is recorded in second `seq`.
class LogPrefixTest : public testing::Test {
 protected:
  LogPrefixTest() {
    const auto ownership = log_.acquire();
    support::BatchMaker maker(*ownership);
    for (const std::uint32_t events : {3, 0, 4, 0, 2}) {
      auto batch = maker.next({.events = events});
      whole_.push_back(batch);
      EXPECT_TRUE(log_.submit(std::move(batch)));
      EXPECT_EQ(log_.poll({}).size(), 1U);
    }
  }

  static std::vector<SealedBatch> read(ports::EventLog& log, Seq first = {}) {
    std::vector<SealedBatch> found;
    const auto reader = log.read_from(first).value();
    while (auto batch = reader->next().value())
      found.push_back(*std::move(batch));
    EXPECT_FALSE(reader->next().value()) << "the end stays the end";
    return found;
  }

  static std::vector<Seq> seqs(const std::vector<SealedBatch>& batches) {
    std::vector<Seq> found;
    for (const auto& batch : batches)
      for (std::uint32_t i = 0; i < batch.header.count; ++i)
        found.push_back(Seq{batch.header.first_seq.value() + i});
    return found;
  }

  // What holds of every prefix that ends at `last`.
  void expect_prefix(ports::EventLog& prefix, Seq last) {
    const auto found = read(prefix);
    std::vector<Seq> expected;
    for (std::uint64_t seq = 1; seq <= last.value(); ++seq)
      expected.emplace_back(seq);
    EXPECT_EQ(seqs(found), expected);
    const auto head = prefix.head().value();
    EXPECT_EQ(head.last_seq, last);
    EXPECT_EQ(head.n.value(), found.size());
    EXPECT_EQ(head.store, log_.head()->store);
    for (std::size_t i = 0; i < found.size(); ++i) {
      const auto& batch = found.at(i);
      EXPECT_EQ(base::sha256(batch.bytes), batch.hash);
      EXPECT_TRUE(codec::decode(batch));
      const bool is_last = i + 1 == found.size();
      EXPECT_TRUE(is_last || batch.bytes == whole_.at(i).bytes);
      EXPECT_TRUE(!is_last || batch.hash == head.hash);
      EXPECT_TRUE(i == 0 || batch.header.previous == found.at(i - 1).hash);
    }
  }

  memory::SeededRandom random_{1};
  std::shared_ptr<memory::MemoryLog> content_ =
      std::make_shared<memory::MemoryLog>(support::store_id(7));
  memory::MemoryEventLog log_{content_, random_};
  std::vector<SealedBatch> whole_;
};

TEST_F(LogPrefixTest, ends_at_any_position) {
  for (std::uint64_t last = 0; last <= 9; ++last) {
    const auto prefix = LogPrefix::open(log_, {.seq = Seq{last}, .at = std::nullopt});
    ASSERT_TRUE(prefix) << prefix.error().message;
    expect_prefix(**prefix, Seq{last});
    const bool is_end_of_batch = last == 0 || last == 3 || last == 7 || last == 9;
    EXPECT_EQ((*prefix)->is_cut(), !is_end_of_batch) << last;
  }
}

TEST_F(LogPrefixTest, ends_with_what_was_recorded_by_then) {
  for (std::int64_t second = 0; second <= 10; ++second) {
    const auto prefix = LogPrefix::open(log_, {.seq = std::nullopt, .at = at_second(second)});
    ASSERT_TRUE(prefix);
    expect_prefix(**prefix, Seq{static_cast<std::uint64_t>(std::min<std::int64_t>(second, 9))});
  }
}

TEST_F(LogPrefixTest, is_the_log_itself_where_no_point_is_named) {
  const auto prefix = LogPrefix::open(log_, {});
  ASSERT_TRUE(prefix);
  EXPECT_FALSE((*prefix)->is_cut());
  const auto found = read(**prefix);
  ASSERT_EQ(found.size(), whole_.size());
  for (std::size_t i = 0; i < found.size(); ++i)
    EXPECT_EQ(found.at(i).bytes, whole_.at(i).bytes);
}

TEST_F(LogPrefixTest, is_read_from_the_middle) {
  const auto prefix = LogPrefix::open(log_, {.seq = Seq{6}, .at = std::nullopt});
  ASSERT_TRUE(prefix);
  EXPECT_EQ(seqs(read(**prefix, Seq{5})), (std::vector{Seq{4}, Seq{5}, Seq{6}}));
}

TEST_F(LogPrefixTest, does_not_grow_with_the_log) {
  const auto prefix = LogPrefix::open(log_, {});
  ASSERT_TRUE(prefix);
  support::BatchMaker maker(*log_.acquire());
  ASSERT_TRUE(log_.submit(maker.next()));
  ASSERT_EQ(log_.poll({}).size(), 1U);
  expect_prefix(**prefix, Seq{9});
}

TEST_F(LogPrefixTest, refuses_a_position_that_is_not_there_yet) {
  const auto prefix = LogPrefix::open(log_, {.seq = Seq{10}, .at = std::nullopt});
  ASSERT_FALSE(prefix);
  EXPECT_EQ(prefix.error().kind, base::ErrorKind::usage);
  EXPECT_THAT(prefix.error().message, HasSubstr("the log ends at position 9"));
}

TEST_F(LogPrefixTest, tears_no_command_apart) {
  auto batch = codec::decode(whole_.back()).value();
  batch.header.n = model::next(batch.header.n);
  batch.header.first_seq = Seq{10};
  batch.header.previous = whole_.back().hash;
  const auto ownership = log_.acquire();
  batch.header.epoch = ownership->epoch;
  batch.header.owner = ownership->owner;
  batch.entries.front().events.push_back(batch.entries.back().events.front());
  batch.entries.pop_back();
  ASSERT_TRUE(log_.submit(codec::seal(batch)));
  ASSERT_EQ(log_.poll({}).size(), 1U);
  const auto prefix = LogPrefix::open(log_, {.seq = Seq{10}, .at = std::nullopt});
  ASSERT_FALSE(prefix);
  EXPECT_THAT(prefix.error().message, HasSubstr("whole at position 11"));
  EXPECT_TRUE(LogPrefix::open(log_, {.seq = Seq{11}, .at = std::nullopt}));
}

TEST_F(LogPrefixTest, takes_nothing) {
  const auto prefix = LogPrefix::open(log_, {});
  ASSERT_TRUE(prefix);
  EXPECT_FALSE((*prefix)->acquire());
  EXPECT_FALSE((*prefix)->submit(whole_.front()));
}

}  // namespace
}  // namespace kopilka::app
