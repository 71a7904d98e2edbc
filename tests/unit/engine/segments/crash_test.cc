#include <string>
#include <tuple>

#include "tests/unit/engine/segments/disk.h"

namespace kopilka::segments {
namespace {

constexpr int kBatches = 9;
constexpr BatchShape kShape{.events = 2, .text_bytes = 1'000};

// A whole life of a log: made, filled over several segments, closed.
struct Life {
  std::vector<SealedBatch> acknowledged;
  std::vector<SealedBatch> submitted;

  void run(Disk& disk) {
    if (!disk.create()) return;
    auto log = disk.open();
    if (!log) return;
    const auto ownership = (*log)->acquire();
    if (!ownership) return;
    BatchMaker maker(*ownership);
    for (int i = 0; i < kBatches; ++i) {
      const auto batch = maker.next(kShape);
      if (!(*log)->submit(batch)) return;
      submitted.push_back(batch);
      for (const auto& outcome : (*log)->poll(std::chrono::minutes(1))) {
        if (outcome.status != AppendStatus::acknowledged) return;
        acknowledged.push_back(batch);
      }
    }
    (void)(*log)->close();
  }
};

std::uint64_t steps_of_a_life(const Disk& like) {
  Disk disk;
  disk.options = like.options;
  Life life;
  life.run(disk);
  return disk.files.steps();
}

// All that was acknowledged, and nothing that was not submitted.
void expect_kept(const std::vector<SealedBatch>& found, const Life& life) {
  ASSERT_GE(found.size(), life.acknowledged.size());
  ASSERT_LE(found.size(), life.submitted.size());
  for (std::size_t i = 0; i < found.size(); ++i)
    ASSERT_EQ(found[i].bytes, life.submitted[i].bytes);
}

// After a crash the log opens, holds what it must, and goes on.
void expect_sound(Disk& disk, const Life& life) {
  auto opened = disk.open();
  if (!opened && opened.error().kind == base::ErrorKind::not_available) {
    // It stopped before there was a log; then it can be made.
    ASSERT_TRUE(life.submitted.empty());
    ASSERT_TRUE(disk.create());
    opened = disk.open();
  }
  ASSERT_TRUE(opened) << opened.error().message;
  auto& log = **opened;
  const auto before = read_all(log);
  ASSERT_TRUE(before) << before.error().message;
  expect_kept(*before, life);
  const auto ownership = log.acquire();
  ASSERT_TRUE(ownership) << ownership.error().message;
  auto expected = *before;
  BatchMaker maker(*ownership);
  maker.change_content();
  for (int i = 0; i < 5; ++i) {
    expected.push_back(maker.next(kShape));
    const auto outcome = append(log, expected.back());
    ASSERT_EQ(outcome.status, AppendStatus::acknowledged) << outcome.detail;
  }
  ASSERT_TRUE(log.close());
  const auto after = read_all(log);
  ASSERT_TRUE(after) << after.error().message;
  EXPECT_TRUE(same(*after, expected));
  EXPECT_TRUE(same(*read_all(*disk.opened()), expected));
}

using Case = std::tuple<FileFault, Unsynced, Access>;

class Crash : public ::testing::TestWithParam<Case> {};

TEST_P(Crash, at_any_step_loses_nothing_that_was_acknowledged) {
  const auto [fault, unsynced, access] = GetParam();
  Disk like;
  const auto steps = steps_of_a_life(like);
  ASSERT_GT(steps, 50U);
  for (std::uint64_t step = 0; step < steps + 10; ++step) {
    SCOPED_TRACE(step);
    Disk disk;
    disk.files.allow_write_through(access);
    disk.files.plan(step, fault);
    Life life;
    life.run(disk);
    disk.files.stop();
    disk.files.restart(unsynced);
    expect_sound(disk, life);
    if (HasFailure()) return;
  }
}

TEST_P(Crash, again_while_it_recovers_loses_nothing_either) {
  const auto [fault, unsynced, access] = GetParam();
  const auto steps = steps_of_a_life(Disk{});
  for (std::uint64_t step = 6; step < steps; step += 5) {
    for (std::uint64_t second = 0; second < 30; ++second) {
      SCOPED_TRACE(std::to_string(step) + ", then " + std::to_string(second));
      Disk disk;
      disk.files.allow_write_through(access);
      disk.files.plan(step, fault);
      Life life;
      life.run(disk);
      disk.files.stop();
      disk.files.restart(unsynced);
      disk.files.plan(second, fault);
      if (auto log = disk.open()) (void)(*log)->acquire();
      disk.files.stop();
      disk.files.restart(unsynced);
      expect_sound(disk, life);
      if (HasFailure()) return;
    }
  }
}

std::string name_of_crash(const ::testing::TestParamInfo<Case>& info) {
  const auto& [fault, unsynced, access] = info.param;
  std::string name = fault == FileFault::stop ? "a_stop" : "a_stop_within";
  name += unsynced == Unsynced::lost     ? "_that_loses"
          : unsynced == Unsynced::patchy ? "_that_keeps_some"
                                         : "_of_the_process";
  return name + (access == Access::write ? "_when_buffered" : "_when_direct");
}

INSTANTIATE_TEST_SUITE_P(
    on, Crash,
    ::testing::Combine(::testing::Values(FileFault::stop, FileFault::stop_torn),
                       ::testing::Values(Unsynced::lost, Unsynced::patchy, Unsynced::kept),
                       ::testing::Values(Access::write, Access::write_through)),
    name_of_crash);

// A step that is refused does not stop the process: it acquires the log again, looks what became
// of the batch, and goes on. In the end the disk loses what was never synced.
class Refusal : public ::testing::TestWithParam<std::tuple<FileFault, Access>> {};

TEST_P(Refusal, at_any_step_is_settled_truthfully_by_acquiring_again) {
  const auto [fault, access] = GetParam();
  const auto steps = steps_of_a_life(Disk{});
  for (std::uint64_t step = 0; step < steps; ++step) {
    SCOPED_TRACE(step);
    Disk disk;
    disk.files.allow_write_through(access);
    disk.files.plan(step, fault);
    if (!disk.create()) (void)disk.create();
    auto log = disk.opened();
    auto ownership = log->acquire();
    if (!ownership) ownership = log->acquire();
    ASSERT_TRUE(ownership) << ownership.error().message;
    BatchMaker maker(*ownership);
    std::vector<SealedBatch> counted;
    while (counted.size() < kBatches) {
      auto batch = maker.next(kShape);
      const auto outcome = append(*log, batch);
      if (outcome.status != AppendStatus::acknowledged) {
        ASSERT_FALSE(log->submit(batch)) << "nothing goes on before it is acquired again";
        ownership = log->acquire();
        ASSERT_TRUE(ownership) << ownership.error().message;
        maker.follow(*ownership);
        maker.change_content();
        if (ownership->head.n != batch.header.n) {
          ASSERT_EQ(ownership->head.n.value(), counted.size());
          continue;
        }
        ASSERT_EQ(outcome.status, AppendStatus::unknown) << "failed is a promise";
        ASSERT_EQ(ownership->head.hash, batch.hash);
      }
      counted.push_back(std::move(batch));
    }
    disk.files.stop();
    log.reset();
    disk.files.restart(Unsynced::lost);
    const auto found = read_all(*disk.opened());
    ASSERT_TRUE(found) << found.error().message;
    ASSERT_TRUE(same(*found, counted));
  }
}

std::string name_of_refusal(const ::testing::TestParamInfo<Refusal::ParamType>& info) {
  const auto& [fault, access] = info.param;
  return std::string(fault == FileFault::refuse ? "a_step" : "half_a_step") +
         (access == Access::write ? "_when_buffered" : "_when_direct");
}

INSTANTIATE_TEST_SUITE_P(
    of, Refusal,
    ::testing::Combine(::testing::Values(FileFault::refuse, FileFault::refuse_torn),
                       ::testing::Values(Access::write, Access::write_through)),
    name_of_refusal);

}  // namespace
}  // namespace kopilka::segments
