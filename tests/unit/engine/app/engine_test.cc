#include "engine/app/engine.h"

#include <sstream>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/app/import.h"
#include "engine/memory/clock.h"
#include "engine/memory/event_log.h"
#include "engine/memory/key_vault.h"
#include "engine/memory/state_store.h"
#include "engine/topic_log/topic_log.h"
#include "tests/support/batches.h"
#include "tests/support/loaned_store.h"
#include "tests/support/topic_world.h"
#include "tests/unit/engine/app/organization_lines.h"

namespace kopilka::app {
namespace {

// A log that another owner takes over, and appends to, right after it was acquired.
class TakenOverLog final : public ports::EventLog {
 public:
  base::Result<model::LogHead> head() override { return ours_.head(); }
  base::Result<ports::Ownership> acquire() override {
    const auto ownership = ours_.acquire();
    support::BatchMaker batches(theirs_.acquire().value());
    EXPECT_TRUE(theirs_.submit(batches.next()));
    EXPECT_EQ(theirs_.poll(std::chrono::seconds(1)).size(), 1U);
    return ownership;
  }
  base::Result<void> submit(ports::SealedBatch batch) override {
    return ours_.submit(std::move(batch));
  }
  std::vector<ports::AppendOutcome> poll(std::chrono::milliseconds timeout) override {
    return ours_.poll(timeout);
  }
  base::Result<std::unique_ptr<ports::LogReader>> read_from(model::Seq first) override {
    return ours_.read_from(first);
  }

 private:
  memory::SeededRandom random_{1};
  std::shared_ptr<memory::MemoryLog> content_ =
      std::make_shared<memory::MemoryLog>(support::store_id(7));
  memory::MemoryEventLog ours_{content_, random_};
  memory::MemoryEventLog theirs_{content_, random_};
};

TEST(Engine, does_not_start_on_a_log_that_goes_on_beyond_the_head_it_acquired) {
  Pieces pieces;
  pieces.log = std::make_unique<TakenOverLog>();
  pieces.store = std::make_unique<memory::MemoryStateStore>();
  pieces.vault = std::make_shared<memory::MemoryKeyVault>(1);
  const auto engine = Engine::open(std::move(pieces), {});
  ASSERT_FALSE(engine);
  EXPECT_EQ(engine.error().kind, base::ErrorKind::fenced);
}

// A log that this build cannot read.
class NewerLog final : public ports::EventLog {
 public:
  explicit NewerLog(int& acquired) : acquired_(acquired) {}
  base::Result<model::LogHead> head() override {
    return model::LogHead{.n = model::BatchNumber{1}, .last_seq = model::Seq{1}};
  }
  base::Result<ports::Ownership> acquire() override {
    ++acquired_;
    return ports::Ownership{.epoch = model::Epoch{2}, .owner = {}, .head = head().value()};
  }
  base::Result<void> submit(ports::SealedBatch) override { return refuse(); }
  std::vector<ports::AppendOutcome> poll(std::chrono::milliseconds) override { return {}; }
  base::Result<std::unique_ptr<ports::LogReader>> read_from(model::Seq) override {
    return refuse();
  }

 private:
  static std::unexpected<base::Error> refuse() {
    return base::fail(base::ErrorKind::not_available, "a newer version wrote it");
  }
  int& acquired_;
};

TEST(Engine, takes_no_log_over_that_it_cannot_fold) {
  int acquired = 0;
  Pieces pieces;
  pieces.log = std::make_unique<NewerLog>(acquired);
  pieces.store = std::make_unique<memory::MemoryStateStore>();
  pieces.vault = std::make_shared<memory::MemoryKeyVault>(1);
  const auto engine = Engine::open(std::move(pieces), {});
  ASSERT_FALSE(engine);
  EXPECT_EQ(engine.error().kind, base::ErrorKind::not_available);
  EXPECT_EQ(acquired, 0) << "its owner would have been deposed";
}

// One process after another over a log in a topic; rows and keys outlive them.
class EngineOnATopic : public ::testing::Test {
 protected:
  // Imports the text and ends as if killed. The answers, by their first letters.
  std::string import(const std::string& text, std::vector<memory::PlannedRecord> fates = {}) {
    auto node = world_.node();
    node.topic->plan(std::move(fates));
    auto engine = Engine::open({.log = std::move(node.log),
                                .store = std::make_unique<support::LoanedStore>(rows_),
                                .vault = vault_},
                               {.entries_per_batch_max = 2, .events_per_flush = 3});
    if (!engine) return engine.error().message;
    std::string told;
    Import importing(**engine, {.answered_through = 0,
                                .on_answer = [&](const AnsweredLine& line) -> base::Result<void> {
                                  told += model::name_of(line.answer.status).front();
                                  return {};
                                }});
    std::istringstream in(text);
    if (!importing.run(in)) told += '!';
    return told;
  }

  topic_log::TopicWorld world_;
  std::shared_ptr<memory::MemoryStateStore> rows_ = std::make_shared<memory::MemoryStateStore>();
  std::shared_ptr<memory::MemoryKeyVault> vault_ = std::make_shared<memory::MemoryKeyVault>(1);
};

TEST_F(EngineOnATopic, goes_on_where_the_process_before_it_ended) {
  EXPECT_EQ(import(organizations(1, 5)), "aaaaa");
  EXPECT_EQ(import(""), "");
  EXPECT_EQ(import(organizations(1, 8)), "dddddaaa");
  rows_ = std::make_shared<memory::MemoryStateStore>();
  EXPECT_EQ(import(organizations(1, 8)), "dddddddd") << "its rows are made from the log again";
}

TEST_F(EngineOnATopic, does_nothing_twice_whose_outcome_was_unknown) {
  world_.options.silence_max = std::chrono::milliseconds{500};
  // Claim and first batch land; of the batches with lines the second one is held up.
  std::vector<memory::PlannedRecord> fates(3);
  fates.push_back({.landing = memory::Landing::held});
  EXPECT_EQ(import(organizations(1, 6), fates), "!");
  world_.partition->release(0);
  EXPECT_THAT(import(organizations(1, 6)), ::testing::MatchesRegex("dd+a+"));
  EXPECT_EQ(import(organizations(1, 6)), "dddddd");
}

}  // namespace
}  // namespace kopilka::app
