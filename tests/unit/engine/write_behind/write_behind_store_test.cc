#include "engine/write_behind/write_behind_store.h"

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/memory/state_store.h"
#include "tests/support/loaned_store.h"

namespace kopilka::write_behind {
namespace {

using base::Bytes;
using base::ByteView;
using base::ErrorKind;
using base::Result;
using ports::Change;
using Rows = std::map<Bytes, Bytes>;

class Gate {
 public:
  void close() {
    const std::scoped_lock lock(mutex_);
    is_open_ = false;
  }
  void open() {
    const std::scoped_lock lock(mutex_);
    is_open_ = true;
    changed_.notify_all();
  }
  void pass() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return is_open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_open_{true};
};

// A store that writes nothing while its gate is closed.
class GatedStore final : public support::LoanedStore {
 public:
  GatedStore(std::shared_ptr<ports::StateStore> of, std::shared_ptr<Gate> gate)
      : LoanedStore(std::move(of)), gate_(std::move(gate)) {}

  Result<void> apply(std::vector<Change> changes, ByteView position) override {
    gate_->pass();
    return LoanedStore::apply(std::move(changes), position);
  }

 private:
  std::shared_ptr<Gate> gate_;
};

class WriteBehindStoreTest : public ::testing::Test {
 protected:
  WriteBehindStoreTest()
      : store_(std::make_unique<WriteBehindStore>(std::make_unique<GatedStore>(disk_, gate_))) {}
  ~WriteBehindStoreTest() override { gate_->open(); }

  static Bytes row(ports::StateStore& store, ByteView key) {
    return store.get(key)->value_or("none");
  }
  static Rows scan(ports::StateStore& store, ByteView prefix, ByteView from = {}) {
    Rows rows;
    const auto cursor = store.scan(prefix, from);
    while (auto row = *(*cursor)->next())
      rows.emplace(row->key, row->value);
    return rows;
  }

  std::shared_ptr<memory::MemoryStateStore> disk_ = std::make_shared<memory::MemoryStateStore>();
  std::shared_ptr<Gate> gate_ = std::make_shared<Gate>();
  std::unique_ptr<WriteBehindStore> store_;
};

TEST_F(WriteBehindStoreTest, shows_what_is_not_written_yet) {
  ASSERT_TRUE(store_->apply({{"a", "1"}, {"b", "2"}, {"b2", "3"}, {"c", "4"}}, "1"));
  ASSERT_TRUE(store_->sync());
  gate_->close();
  ASSERT_TRUE(store_->apply(
      {{"a0", "new"}, {"b", std::nullopt}, {"b2", "changed"}, {"b3", std::nullopt}, {"d", "last"}},
      "2"));
  EXPECT_EQ(*disk_->position(), "1") << "nothing of it is there";
  EXPECT_EQ(*store_->position(), "2");
  EXPECT_EQ(row(*store_, "a0"), "new");
  EXPECT_EQ(row(*store_, "b"), "none");
  EXPECT_EQ(row(*store_, "c"), "4");
  const std::vector<Bytes> keys{"c", "b2", "b", "x", "a"};
  EXPECT_EQ(store_->multi_get(keys),
            (std::vector<std::optional<Bytes>>{"4", "changed", std::nullopt, std::nullopt, "1"}));
  EXPECT_EQ(scan(*store_, ""),
            (Rows{{"a", "1"}, {"a0", "new"}, {"b2", "changed"}, {"c", "4"}, {"d", "last"}}));
  EXPECT_EQ(scan(*store_, "b"), (Rows{{"b2", "changed"}}));
  EXPECT_EQ(scan(*store_, "", "b2"), (Rows{{"b2", "changed"}, {"c", "4"}, {"d", "last"}}));
  EXPECT_EQ(scan(*store_, "b", "c"), Rows());
  EXPECT_EQ(scan(*store_, "d"), (Rows{{"d", "last"}}));
}

TEST_F(WriteBehindStoreTest, a_cursor_outlives_what_it_was_opened_over) {
  ASSERT_TRUE(store_->apply({{"a", "1"}, {"b", "1"}}, "1"));
  ASSERT_TRUE(store_->sync());
  gate_->close();
  ASSERT_TRUE(store_->apply({{"b", "2"}}, "2"));
  const auto cursor = store_->scan("", "");
  gate_->open();
  ASSERT_TRUE(store_->apply({{"a", "3"}, {"b", "3"}, {"c", "3"}}, "3"));
  ASSERT_TRUE(store_->sync());
  EXPECT_EQ((*(*cursor)->next())->value, "1");
  EXPECT_EQ((*(*cursor)->next())->value, "2");
  EXPECT_EQ(*(*cursor)->next(), std::nullopt);
}

TEST_F(WriteBehindStoreTest, one_change_set_is_under_way_and_the_next_waits_for_it) {
  gate_->close();
  ASSERT_TRUE(store_->apply({{"a", "1"}}, "1"));
  std::thread next([this] { EXPECT_TRUE(store_->apply({{"a", "2"}}, "2")); });
  EXPECT_EQ(row(*store_, "a"), "1") << "the next was taken before this one was written";
  gate_->open();
  next.join();
  EXPECT_EQ(row(*store_, "a"), "2");
  ASSERT_TRUE(store_->sync());
  EXPECT_EQ(row(*disk_, "a"), "2");
}

TEST_F(WriteBehindStoreTest, what_failed_stays_readable_and_is_told_to_whoever_writes_next) {
  ASSERT_TRUE(store_->apply({{"a", "1"}}, "1"));
  ASSERT_TRUE(store_->sync());
  disk_->fail_applies(1, {ErrorKind::io, "no space left"});
  ASSERT_TRUE(store_->apply({{"a", "2"}}, "2"));
  const auto synced = store_->sync();
  ASSERT_FALSE(synced);
  EXPECT_EQ(synced.error().message, "no space left");
  EXPECT_EQ(row(*store_, "a"), "2");
  EXPECT_FALSE(store_->apply({{"a", "3"}}, "3"));
  EXPECT_FALSE(store_->sync());
  EXPECT_FALSE(store_->checkpoint("copy"));
  EXPECT_EQ(row(*store_, "a"), "2");
  EXPECT_EQ(row(*disk_, "a"), "1");
}

TEST_F(WriteBehindStoreTest, ending_writes_what_was_taken) {
  gate_->close();
  ASSERT_TRUE(store_->apply({{"a", "1"}}, "1"));
  std::thread ending([this] { store_.reset(); });
  gate_->open();
  ending.join();
  EXPECT_EQ(row(*disk_, "a"), "1");
  EXPECT_EQ(*disk_->position(), "1");
}

TEST_F(WriteBehindStoreTest, a_checkpoint_holds_what_was_taken) {
  ASSERT_TRUE(store_->apply({{"a", "1"}}, "1"));
  ASSERT_TRUE(store_->checkpoint("copy"));
  const auto copy = disk_->open_checkpoint("copy");
  EXPECT_EQ(row(*copy, "a"), "1");
}

}  // namespace
}  // namespace kopilka::write_behind
