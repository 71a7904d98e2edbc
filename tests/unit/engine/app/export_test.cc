#include "engine/app/export.h"

#include <atomic>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/journal/roubles.h"
#include "tests/support/times.h"
#include "tests/unit/engine/app/recorded_store.h"

// What of the log a writer is told; how it reads in a format is tested beside the formats.
namespace kopilka::app {
namespace {

using model::Money;
using support::midnight;
using support::noon;
using testing::ElementsAre;
using testing::HasSubstr;

model::BalanceAdjusted adjusted(std::uint64_t member, std::int64_t kopecks) {
  return {.member = model::MemberId{member},
          .to_available = Money::kopecks(kopecks),
          .reason = "test",
          .approvers = {"a", "b"}};
}

// Notes what it is told, a line each.
class Listener final : public journal::Writer {
 public:
  std::vector<std::string> told;
  bool fails{false};

  base::Result<void> begin(const model::StoreId&) override {
    told.emplace_back("begin");
    return {};
  }
  base::Result<void> open(const journal::Opening& opening) override {
    auto line = fmt::format("open {} on {}", opening.position.value(), to_text(opening.date));
    for (const auto& balance : opening.balances) {
      line += ' ';
      append_journal_name(balance.part, line);
      line += '=';
      journal::append_roubles(balance.kopecks, line);
    }
    told.push_back(std::move(line));
    return {};
  }
  base::Result<void> take(const journal::RecordedEvent& recorded) override {
    if (fails) return base::fail(base::ErrorKind::io, "the disk is full");
    told.push_back(
        fmt::format("{} {}", recorded.seq.value(), model::name_of(recorded.dated.event)));
    return {};
  }
  base::Result<void> end(const journal::Ending& ending) override {
    auto line = fmt::format("end {} available=", ending.position.value());
    journal::append_roubles(
        ending.balances.at(static_cast<std::size_t>(ledger::Account::member_available)), line);
    told.push_back(std::move(line));
    return {};
  }
};

// 1 and 2 on the 1st, 3 in the same batch on the 2nd at midnight, 4 and 5 at its noon, which moves
// nothing.
class Exporting : public RecordedStore {
 protected:
  Exporting() {
    record({entry(noon("2019-03-01"), {adjusted(42, 100), adjusted(43, 30)}),
            entry(midnight("2019-03-02"), {adjusted(43, -30)})});
    record({entry(noon("2019-03-02"), {adjusted(42, 5), model::AccountOpened{{}}})});
  }

  std::vector<std::string> told(const PeriodEnd& from, const PeriodEnd& until) {
    Listener listener;
    const auto exported = export_journal(place_, listener, {.from = from, .until = until});
    EXPECT_TRUE(exported) << exported.error().message;
    if (exported) report_ = *exported;
    return listener.told;
  }
  static PeriodEnd at(std::uint64_t seq) { return {.seq = model::Seq{seq}}; }
  static PeriodEnd at(model::Instant instant) { return {.at = instant}; }

  ExportReport report_;
};

TEST_F(Exporting, tells_every_event_in_order) {
  EXPECT_THAT(told({}, {}),
              ElementsAre("begin", "1 BalanceAdjusted", "2 BalanceAdjusted", "3 BalanceAdjusted",
                          "4 BalanceAdjusted", "5 AccountOpened", "end 5 available=-1.05"));
  EXPECT_EQ(report_.events, 5U);
  EXPECT_EQ(report_.transactions, 4U);
  EXPECT_EQ(report_.postings, 8U);
  EXPECT_EQ(report_.opening, model::Seq{});
  EXPECT_EQ(report_.position, model::Seq{5});
}

TEST_F(Exporting, opens_a_period_with_what_is_not_zero_by_then) {
  EXPECT_THAT(told(at(3), {}),
              ElementsAre("begin",
                          "open 2 on 2019-03-02 Liabilities:2110-MemberAvailable:M42=-1.00 "
                          "Liabilities:2110-MemberAvailable:M43=-0.30 Expenses:5500-Goodwill=1.30",
                          "3 BalanceAdjusted", "4 BalanceAdjusted", "5 AccountOpened",
                          "end 5 available=-1.05"));
  EXPECT_EQ(report_.events, 3U);
  EXPECT_EQ(report_.opening, model::Seq{2});
  EXPECT_THAT(told(at(4), at(4)),
              ElementsAre("begin",
                          "open 3 on 2019-03-02 Liabilities:2110-MemberAvailable:M42=-1.00 "
                          "Expenses:5500-Goodwill=1.00",
                          "4 BalanceAdjusted", "end 4 available=-1.05"));
}

TEST_F(Exporting, takes_what_was_recorded_at_either_end_of_a_period_by_time) {
  EXPECT_THAT(told(at(midnight("2019-03-02")), at(midnight("2019-03-02"))),
              ElementsAre("begin", HasSubstr("open 2 on 2019-03-02"), "3 BalanceAdjusted",
                          "end 3 available=-1.00"));
  EXPECT_THAT(
      told({}, at(midnight("2019-03-02") - model::Span::micros(1))),
      ElementsAre("begin", "1 BalanceAdjusted", "2 BalanceAdjusted", "end 2 available=-1.30"));
}

TEST_F(Exporting, opens_a_period_in_which_nothing_happened_on_its_first_day) {
  EXPECT_THAT(told(at(noon("2019-05-09")), {}),
              ElementsAre("begin", HasSubstr("open 5 on 2019-05-09"), "end 5 available=-1.05"));
  EXPECT_EQ(report_.events, 0U);
  EXPECT_EQ(report_.position, model::Seq{5});
}

TEST_F(Exporting, opens_nothing_where_nothing_was_before) {
  EXPECT_THAT(told(at(noon("2018-01-01")), at(1)),
              ElementsAre("begin", "1 BalanceAdjusted", "end 1 available=-1.00"));
  EXPECT_THAT(told({}, at(0)), ElementsAre("begin", "end 0 available=0.00"));
}

TEST_F(Exporting, refuses_positions_that_are_not_there_yet) {
  Listener listener;
  for (const auto& options : {ExportOptions{.from = at(6)}, ExportOptions{.until = at(6)}}) {
    const auto refused = export_journal(place_, listener, options);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, base::ErrorKind::usage);
    EXPECT_THAT(refused.error().message, HasSubstr("position 6 is not there yet"));
  }
  EXPECT_TRUE(listener.told.empty());
}

TEST_F(Exporting, hands_on_what_the_writer_could_not_do) {
  Listener listener;
  listener.fails = true;
  const auto failed = export_journal(place_, listener, {});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message, "the disk is full");
}

TEST_F(Exporting, stops_when_interrupted_without_an_end) {
  Listener listener;
  const std::atomic<bool> interrupt{true};
  const auto stopped = export_journal(place_, listener, {.interrupt = &interrupt});
  ASSERT_TRUE(stopped);
  EXPECT_TRUE(stopped->is_interrupted);
  EXPECT_THAT(listener.told, ElementsAre("begin"));
}

TEST_F(RecordedStore, exports_an_empty_log) {
  Listener listener;
  const auto exported = export_journal(place_, listener, {});
  ASSERT_TRUE(exported);
  EXPECT_EQ(exported->position, model::Seq{});
  EXPECT_THAT(listener.told, ElementsAre("begin", "end 0 available=0.00"));
}

}  // namespace
}  // namespace kopilka::app
