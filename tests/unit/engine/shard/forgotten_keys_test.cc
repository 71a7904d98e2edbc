#include <string>
#include <vector>

#include <fmt/format.h>

#include "tests/unit/engine/shard/driven.h"

// Rows of keys that nobody asks for any more go, in slices that the log alone decides.
namespace kopilka::shard {
namespace {

constexpr std::size_t kKeys = 5'000;

model::Event clicked(std::size_t n) {
  return model::ClickRegistered{.click_id = fmt::format("click-{}", n), .member = kMember};
}
model::Event opened(std::string_view date) {
  return model::BusinessDayOpened{day(date), true};
}
model::Entry under_key(std::string key, model::Event event) {
  model::Entry entry{.recorded_at = noon(kFirstDay), .events = {{noon(kFirstDay), event}}};
  entry.origin = model::CommandOrigin{.principal = "operator", .credential = "c", .key = key};
  return entry;
}
model::Entry without_key(std::vector<model::Event> events) {
  model::Entry entry{.recorded_at = noon(kFirstDay)};
  for (auto& event : events)
    entry.events.push_back({noon(kFirstDay), std::move(event)});
  return entry;
}

// Some thousand keys of the first day, one of them for life.
std::vector<model::Entry> busy_day() {
  std::vector<model::Entry> log{without_key({opened(kFirstDay)})};
  for (std::size_t n = 0; n < kKeys; ++n)
    log.push_back(under_key(fmt::format("key-{}", n), clicked(n)));
  log.push_back(under_key(
      "for life", model::BalanceAdjusted{
                      .member = kMember, .to_available = money("1.00"), .approvers = {"a", "b"}}));
  return log;
}
// So many events that everything before them is old enough to go.
void let_pass(std::vector<model::Entry>& log) {
  constexpr std::size_t kEvents = 1'000;
  for (std::size_t sent = 0; sent < kSeqsKeptMin; sent += kEvents)
    log.push_back(without_key(std::vector<model::Event>(kEvents, clicked(0))));
}

// Folds the log as batches of so many entries; over a store, it is flushed after each.
struct Fold {
  std::size_t entries_per_batch{1'000};
  ports::StateStore* store{nullptr};
};
Follower fold(const std::vector<model::Entry>& log, const Fold& how) {
  auto follower = Follower::open(how.store).value();
  for (std::size_t at = 0; at < log.size(); at += how.entries_per_batch) {
    model::Batch batch{.header = {.n = model::next(follower.head().n),
                                  .first_seq = model::next(follower.head().last_seq)}};
    const auto end = std::min(log.size(), at + how.entries_per_batch);
    for (auto i = at; i < end; ++i) {
      batch.entries.push_back(log[i]);
      batch.header.count += static_cast<std::uint32_t>(log[i].events.size());
    }
    EXPECT_TRUE(follower.apply(batch, {}, {}));
    if (how.store != nullptr) {
      EXPECT_TRUE(follower.flush());
    }
  }
  return follower;
}

struct Kept {
  std::size_t keys{0};
  std::size_t queued{0};
  bool operator==(const Kept&) const = default;
};
Kept kept(const Follower& follower, ports::StateStore* store = nullptr) {
  Kept found;
  const auto& state = follower.state();
  EXPECT_TRUE(state::for_each_row(state.keys, store, [&](auto&&...) { ++found.keys; }));
  EXPECT_TRUE(state::for_each_row(state.queued_keys, store, [&](auto&&...) { ++found.queued; }));
  return found;
}

TEST(ForgottenKeys, stay_for_400_business_days) {
  auto log = busy_day();
  let_pass(log);
  log.push_back(without_key({opened("2020-04-04")}));
  let_pass(log);
  EXPECT_EQ(kept(fold(log, {})), (Kept{kKeys + 1, kKeys}));
}

TEST(ForgottenKeys, are_gone_after_that_but_for_those_kept_for_life) {
  auto log = busy_day();
  let_pass(log);
  log.push_back(without_key({opened("2020-04-05")}));
  let_pass(log);
  const auto follower = fold(log, {});
  EXPECT_EQ(kept(follower), (Kept{1, 0}));
  EXPECT_NE(follower.state().keys.find({"operator", "for life"}), nullptr);
}

TEST(ForgottenKeys, go_in_slices) {
  auto log = busy_day();
  let_pass(log);
  log.push_back(without_key({opened("2020-04-05")}));
  const auto once = kept(fold(log, {}));
  EXPECT_LT(once.keys, kKeys);
  EXPECT_GE(once.keys, kKeys - kSeqsPerSlice);
  log.push_back(without_key({opened("2020-04-06")}));
  const auto twice = kept(fold(log, {}));
  EXPECT_LT(twice.keys, once.keys);
  EXPECT_GE(twice.keys, once.keys - kSeqsPerSlice);
}

TEST(ForgottenKeys, of_the_latest_events_stay_however_old) {
  auto log = busy_day();
  for (const auto* date : {"2030-01-01", "2031-01-01", "2032-01-01"})
    log.push_back(without_key({opened(date)}));
  EXPECT_EQ(kept(fold(log, {})), (Kept{kKeys + 1, kKeys}));
}

TEST(ForgottenKeys, that_were_used_again_stay) {
  auto log = busy_day();
  log.push_back(without_key({opened("2020-04-05")}));
  log.push_back(under_key("key-7", clicked(0)));
  let_pass(log);
  log.push_back(without_key({opened("2020-04-06")}));
  let_pass(log);
  const auto follower = fold(log, {});
  EXPECT_EQ(kept(follower), (Kept{2, 1}));
  const auto* known = follower.state().keys.find({"operator", "key-7"});
  ASSERT_NE(known, nullptr);
  EXPECT_EQ(known->day, day("2020-04-05"));
}

TEST(ForgottenKeys, are_the_same_however_the_log_is_folded) {
  auto log = busy_day();
  let_pass(log);
  log.push_back(without_key({opened("2020-04-05")}));
  for (std::size_t n = 0; n < 300; ++n)
    log.push_back(under_key(fmt::format("new-{}", n), clicked(n)));
  const auto digest = [](const Follower& follower, ports::StateStore* store) {
    return state::digest_of(follower.state(), store, kStateName, kStateVersion)->text();
  };
  const auto expected = fold(log, {});
  const auto partly = kept(expected);
  EXPECT_GT(partly.queued, 300U);  // caught in the middle
  EXPECT_LT(partly.queued, kKeys);
  for (const std::size_t entries : {std::size_t{97}, std::size_t{4'000}}) {
    EXPECT_EQ(digest(fold(log, {.entries_per_batch = entries}), nullptr),
              digest(expected, nullptr));
    memory::MemoryStateStore store;
    const auto stored = fold(log, {.entries_per_batch = entries, .store = &store});
    EXPECT_EQ(digest(stored, &store), digest(expected, nullptr));
    EXPECT_EQ(kept(stored, &store), partly);
  }
}

}  // namespace
}  // namespace kopilka::shard
