#include "engine/app/pass.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/app/observed_log.h"
#include "engine/memory/clock.h"
#include "engine/memory/event_log.h"
#include "tests/support/batches.h"

namespace kopilka::app {
namespace {

using base::ErrorKind;
using base::Result;

// Notes what comes and on which thread.
class Notes final : public Taker {
 public:
  explicit Notes(std::uint64_t fails_at = 0) : fails_at_(fails_at) {}

  Result<void> take(const model::Batch& batch, const base::Hash256& hash) override {
    threads_.insert(std::this_thread::get_id());
    if (on_take_) on_take_(batch.header.n.value());
    if (batch.header.n.value() == fails_at_) return base::fail(ErrorKind::corrupt, "poisoned");
    seen_.push_back(batch.header.n.value());
    last_hash_ = hash;
    return {};
  }
  Result<void> finish() override {
    threads_.insert(std::this_thread::get_id());
    is_finished_ = true;
    return {};
  }

  // Called with a batch's number before it is taken, on the taker's thread.
  void on_take(std::function<void(std::uint64_t)> told) { on_take_ = std::move(told); }
  [[nodiscard]] const std::vector<std::uint64_t>& seen() const { return seen_; }
  [[nodiscard]] const base::Hash256& last_hash() const { return last_hash_; }
  [[nodiscard]] bool is_finished() const { return is_finished_; }
  [[nodiscard]] bool had_a_thread_of_its_own() const {
    return threads_.size() == 1 && !threads_.contains(std::this_thread::get_id());
  }

 private:
  std::uint64_t fails_at_;
  std::function<void(std::uint64_t)> on_take_;
  std::vector<std::uint64_t> seen_;
  base::Hash256 last_hash_{};
  std::set<std::thread::id> threads_;
  bool is_finished_{false};
};

class Pass : public testing::Test {
 protected:
  static constexpr std::uint64_t kBatches = 40;

  Pass() {
    support::BatchMaker maker(log_.acquire().value());
    for (std::uint64_t n = 1; n <= kBatches; ++n) {
      auto batch = maker.next({.events = 3});
      last_hash_ = batch.hash;
      EXPECT_TRUE(log_.submit(std::move(batch)));
      EXPECT_EQ(log_.poll(std::chrono::milliseconds{0}).size(), 1U);
    }
    first_ = log_.head().value().n.value() - kBatches + 1;
  }
  // The numbers of the batches that hold something.
  [[nodiscard]] std::vector<std::uint64_t> all() const {
    std::vector<std::uint64_t> numbers;
    for (std::uint64_t i = 0; i < kBatches; ++i)
      numbers.push_back(first_ + i);
    return numbers;
  }

  std::shared_ptr<memory::MemoryLog> shared_ =
      std::make_shared<memory::MemoryLog>(support::store_id(1));
  memory::SeededRandom random_{1};
  memory::MemoryEventLog log_{shared_, random_};
  base::Hash256 last_hash_{};
  std::uint64_t first_{0};
};

TEST_F(Pass, gives_every_batch_to_every_taker_in_order_on_a_thread_of_its_own) {
  Notes one;
  Notes other;
  Taker* const takers[] = {&one, &other};
  const auto results = pass_over(log_, takers);
  ASSERT_TRUE(results);
  ASSERT_EQ(results->size(), 2U);
  for (const auto* taker : {&one, &other}) {
    EXPECT_EQ(taker->seen(), all());
    EXPECT_EQ(taker->last_hash(), last_hash_);
    EXPECT_TRUE(taker->is_finished());
    EXPECT_TRUE(taker->had_a_thread_of_its_own());
  }
  EXPECT_TRUE(results->at(0) && results->at(1));
}

TEST_F(Pass, lets_one_that_fails_not_hinder_the_others) {
  Notes poisoned(first_ + 3);
  Notes well;
  Taker* const takers[] = {&poisoned, &well};
  const auto results = pass_over(log_, takers);
  ASSERT_TRUE(results);
  EXPECT_EQ(results->at(0).error().message, "poisoned");
  EXPECT_EQ(poisoned.seen().size(), 3U);
  EXPECT_FALSE(poisoned.is_finished());
  EXPECT_TRUE(results->at(1));
  EXPECT_EQ(well.seen(), all());
}

TEST_F(Pass, reads_no_further_when_nobody_takes_any_more) {
  std::uint64_t read = 0;
  ObservedLog observed(log_, [&](const auto&) -> Result<void> {
    ++read;
    return {};
  });
  Notes poisoned(first_);
  Taker* const takers[] = {&poisoned};
  const auto results = pass_over(observed, takers);
  ASSERT_TRUE(results);
  EXPECT_FALSE(results->front());
  EXPECT_LT(read, 10U);
}

TEST_F(Pass, is_ahead_of_the_slowest_but_never_far) {
  const auto all_there_is = log_.head().value().n.value();
  std::atomic<std::uint64_t> read{0};
  std::uint64_t ahead_most = 0;
  Notes slow;
  slow.on_take([&](std::uint64_t n) {
    while (read < std::min(n + 2, all_there_is))
      std::this_thread::yield();
    ahead_most = std::max(ahead_most, read - n);
  });
  Notes quick;
  ObservedLog observed(log_, [&](const auto&) -> Result<void> {
    ++read;
    return {};
  });
  Taker* const takers[] = {&slow, &quick};
  ASSERT_TRUE(pass_over(observed, takers));
  EXPECT_EQ(slow.seen(), all());
  EXPECT_LE(ahead_most, 4U);
}

TEST_F(Pass, ends_with_the_logs_error_and_finishes_nobody) {
  std::uint64_t read = 0;
  ObservedLog observed(log_, [&](const auto&) -> Result<void> {
    return ++read == 10 ? base::fail(ErrorKind::not_available, "interrupted") : Result<void>{};
  });
  Notes taker;
  Taker* const takers[] = {&taker};
  const auto results = pass_over(observed, takers);
  ASSERT_FALSE(results);
  EXPECT_EQ(results.error().message, "interrupted");
  EXPECT_FALSE(taker.is_finished());
}

TEST_F(Pass, finishes_takers_of_an_empty_log) {
  memory::MemoryEventLog empty(std::make_shared<memory::MemoryLog>(support::store_id(2)), random_);
  Notes taker;
  Taker* const takers[] = {&taker};
  ASSERT_TRUE(pass_over(empty, takers));
  EXPECT_TRUE(taker.seen().empty());
  EXPECT_TRUE(taker.is_finished());
}

}  // namespace
}  // namespace kopilka::app
