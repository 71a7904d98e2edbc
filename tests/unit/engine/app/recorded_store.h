#pragma once

#include <chrono>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/app/store.h"
#include "engine/codec/batch.h"
#include "engine/segments/segment_log.h"
#include "engine/system/system_random.h"
#include "tests/support/temporary_directory.h"

namespace kopilka::app {

inline model::Entry entry(model::Instant at, std::vector<model::Event> events) {
  model::Entry made{.recorded_at = at};
  for (auto& event : events)
    made.events.push_back({at, std::move(event)});
  return made;
}

// A store in a real directory, whose log holds what a test says, past every rule.
class RecordedStore : public testing::Test {
 protected:
  RecordedStore() {
    system::SystemRandom random;
    EXPECT_TRUE(init(place_, {}, random));
  }

  // Writes one batch.
  void record(std::vector<model::Entry> entries) {
    system::SystemRandom random;
    auto log = segments::SegmentLog::open(segments::machine_files(), layout_.log(), random, {});
    ASSERT_TRUE(log);
    const auto ownership = (*log)->acquire();
    ASSERT_TRUE(ownership);
    const auto& head = ownership->head;
    model::Batch batch{.header = {.store = head.store,
                                  .epoch = ownership->epoch,
                                  .owner = ownership->owner,
                                  .n = model::next(head.n),
                                  .first_seq = model::next(head.last_seq),
                                  .recorded_at = entries.front().recorded_at,
                                  .previous = head.hash},
                       .entries = std::move(entries)};
    for (const auto& one : batch.entries)
      batch.header.count += static_cast<std::uint32_t>(one.events.size());
    ASSERT_TRUE((*log)->submit(codec::seal(batch)));
    const auto outcomes = (*log)->poll(std::chrono::milliseconds{10'000});
    ASSERT_EQ(outcomes.size(), 1U);
    ASSERT_EQ(outcomes.front().status, ports::AppendStatus::acknowledged);
    ASSERT_TRUE((*log)->close());
  }

  support::TemporaryDirectory scratch_;
  Place place_ = embedded_store(scratch_.path() / "store");
  Layout layout_ = place_.layout;
};

}  // namespace kopilka::app
