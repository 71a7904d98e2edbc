#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/memory/state_store.h"
#include "engine/state/stored.h"
#include "projections/statements/statements.h"
#include "tests/support/loaned_store.h"
#include "tests/support/times.h"

// Balances and statements at moments of both clocks against a naive count of every entry, whatever
// order the entries came in.
namespace kopilka::projections::statements {
namespace {

using model::MemberId;
using model::Money;
using model::Seq;
using support::noon;

constexpr MemberId kMember{42};

model::Instant at(std::int64_t minute) {
  return noon("2019-03-01") + model::Span::minutes(minute);
}

// In which order things become known: the effective minute of the i-th entry, recorded at minute i.
using Order = std::function<std::int64_t(std::int64_t i, std::mt19937_64& random)>;

std::int64_t below(std::int64_t limit, std::mt19937_64& random) {
  return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(limit));
}

struct NamedOrder {
  const char* name;
  Order order;
};
const std::vector<NamedOrder>& orders() {
  static const std::vector<NamedOrder> all{
      {"at_once", [](std::int64_t i, auto&) { return i; }},
      {"all_at_one_moment", [](std::int64_t, auto&) { return std::int64_t{0}; }},
      {"an_hour_at_a_time", [](std::int64_t i, auto&) { return i / 60 * 60; }},
      {"ever_earlier", [](std::int64_t i, auto&) { return -i; }},
      {"ever_earlier_by_tens", [](std::int64_t i, auto&) { return -(i / 10); }},
      {"a_third_backdated",
       [](std::int64_t i, auto& random) {
         return below(10, random) < 3 ? below(i + 1, random) : i;
       }},
      {"a_third_a_little_late",
       [](std::int64_t i, auto& random) {
         return below(10, random) < 3 ? i - below(30, random) : i;
       }},
      {"three_partners_each_with_a_delay",
       [](std::int64_t i, auto& random) { return i - below(3, random) * 50; }},
      {"of_few_moments", [](std::int64_t, auto& random) { return below(7, random); }},
      {"in_no_order", [](std::int64_t, auto& random) { return below(1000, random); }},
      {"the_first_far_ahead", [](std::int64_t i, auto&) { return i == 0 ? 1'000'000 : i; }},
      {"saws", [](std::int64_t i, auto&) { return i / 97 * 97 + (97 - i % 97); }},
  };
  return all;
}

// Statements of two members who take turns, in memory and in a store.
class Told {
 public:
  Told(const Order& order, std::int64_t count, std::uint64_t seed) : random_(seed) {
    for (std::int64_t i = 0; i < count; ++i) {
      const auto effective_at = at(order(i, random_));
      tell(model::BusinessDayOpened{}, at(i), at(i));  // positions that are no entry's
      tell(movement(kMember, i), effective_at, at(i));
      if (i % 3 == 0) tell(movement(MemberId{43}, i), at(i), at(i));
      moments_.push_back(effective_at);
    }
    EXPECT_TRUE(store_->apply(state::collect_changes(whole_), "all"));
    state::attach_all(emptied_, state::Backing::store, misses_);
  }

  [[nodiscard]] Reader in_memory() const { return {whole_, nullptr}; }
  [[nodiscard]] Reader stored() const { return {emptied_, store_.get()}; }
  [[nodiscard]] Reader over(ports::StateStore& store) const { return {emptied_, &store}; }
  [[nodiscard]] const std::shared_ptr<memory::MemoryStateStore>& store() const { return store_; }

  // A moment that is an entry's, or beside one, or none.
  [[nodiscard]] std::optional<model::Instant> some_moment() {
    if (random_() % 8 == 0) return std::nullopt;
    return moments_[random_() % moments_.size()] +
           model::Span::micros(static_cast<std::int64_t>(random_() % 3) - 1);
  }
  [[nodiscard]] Seq some_seq() { return Seq{random_() % (seq_.value() + 3)}; }
  [[nodiscard]] Clocks some_clocks() {
    Clocks clocks{.as_of = some_moment(), .as_known = some_seq()};
    if (random_() % 4 == 0) clocks.as_known.reset();
    return clocks;
  }
  struct Recorded {
    model::DatedEvent dated;
    model::Instant recorded_at;
  };
  [[nodiscard]] const std::vector<Recorded>& events() const { return events_; }

  [[nodiscard]] std::size_t some_limit() { return random_() % 30; }

 private:
  model::Event movement(MemberId member, std::int64_t i) {
    const auto amount = Money::kopecks(below(100'000, random_) + 1);
    if (i % 5 == 3) return model::WithdrawalSettled{{}, member, amount, {}, std::nullopt};
    if (i % 5 == 4) return model::WithdrawalSent{{}, member, amount, std::nullopt};
    return model::BalanceAdjusted{member, i % 2 == 0 ? amount : -amount, {}, "x", {"a", "b"}};
  }
  void tell(const model::Event& event, model::Instant effective_at, model::Instant recorded_at) {
    seq_ = model::next(seq_);
    state::begin_step(whole_, seq_.value());
    EXPECT_TRUE(whole_.fold({effective_at, event}, seq_, recorded_at));
    state::settle(whole_, seq_.value());
    events_.push_back({{effective_at, event}, recorded_at});
  }

  std::mt19937_64 random_;
  Statements whole_;
  Statements emptied_;
  state::Misses misses_;
  std::shared_ptr<memory::MemoryStateStore> store_{std::make_shared<memory::MemoryStateStore>()};
  std::vector<model::Instant> moments_;
  std::vector<Recorded> events_;
  Seq seq_;
};

// Everything looked at, in the order of the log.
struct Naive {
  explicit Naive(const Reader& reader) : all(reader.entries(kMember, {}).value()) {}

  static bool counts(const StatementEntry& entry, const Clocks& clocks) {
    return (!clocks.as_of || entry.effective_at <= *clocks.as_of) &&
           (!clocks.as_known || entry.position <= *clocks.as_known);
  }
  [[nodiscard]] Totals totals(const Clocks& clocks) const {
    Totals totals;
    for (const auto& entry : all) {
      if (!counts(entry, clocks)) continue;
      totals.funds = sum(totals.funds, entry.change);
      if (entry.event == "WithdrawalSettled") totals.withdrawn -= entry.change.in_flight;
    }
    return totals;
  }
  [[nodiscard]] std::vector<std::pair<Seq, ledger::Funds>> page(const EntryRange& range) const {
    std::vector<std::pair<Seq, ledger::Funds>> page;
    ledger::Funds balance;
    for (const auto& entry : all) {
      if (!counts(entry, range.clocks)) continue;
      balance = sum(balance, entry.change);
      if (entry.position > range.after && page.size() < range.limit)
        page.emplace_back(entry.position, balance);
    }
    return page;
  }

  std::vector<StatementEntry> all;
};

std::vector<std::pair<Seq, ledger::Funds>> page_of(const Reader& reader, const EntryRange& range) {
  std::vector<std::pair<Seq, ledger::Funds>> page;
  const auto entries = reader.entries(kMember, range).value();
  for (const auto& entry : entries)
    page.emplace_back(entry.position, entry.balance);
  return page;
}

std::string text_of(const Clocks& clocks) {
  return "as of " + (clocks.as_of ? to_text(*clocks.as_of) : "now") + " as known at " +
         (clocks.as_known ? std::to_string(clocks.as_known->value()) : "the end");
}

class PastTest : public testing::TestWithParam<NamedOrder> {
 protected:
  static void expect_alike(const Naive& naive, const Reader& reader, const Clocks& clocks) {
    const std::vector<MemberId> members{kMember};
    EXPECT_EQ(reader.totals(members, clocks).value().front(), naive.totals(clocks))
        << text_of(clocks);
    const bool is_known = !clocks.as_known || naive.all.front().position <= *clocks.as_known;
    EXPECT_EQ(reader.funds(kMember, clocks).value(),
              is_known ? std::optional(naive.totals(clocks).funds) : std::nullopt)
        << text_of(clocks);
  }
};

TEST_P(PastTest, adds_up_what_counts_on_both_clocks) {
  for (const std::int64_t count : {1, 15, 16, 17, 40, 700}) {
    Told told(GetParam().order, count, static_cast<std::uint64_t>(count));
    const Naive naive(told.in_memory());
    ASSERT_EQ(naive.all.size(), static_cast<std::size_t>(count));
    expect_alike(naive, told.stored(), {});
    for (int i = 0; i < 150; ++i) {
      const auto clocks = told.some_clocks();
      expect_alike(naive, told.in_memory(), clocks);
      expect_alike(naive, told.stored(), clocks);
    }
  }
}

TEST_P(PastTest, pages_as_the_whole_statement_has_it) {
  for (const std::int64_t count : {1, 17, 300}) {
    Told told(GetParam().order, count, 77);
    const Naive naive(told.in_memory());
    for (int i = 0; i < 100; ++i) {
      const EntryRange range{told.some_seq(), told.some_limit(), told.some_clocks()};
      const auto expected = naive.page(range);
      EXPECT_EQ(page_of(told.in_memory(), range), expected) << text_of(range.clocks);
      EXPECT_EQ(page_of(told.stored(), range), expected) << text_of(range.clocks);
    }
  }
}

// Folds a few events at a time, with nothing in memory before them.
void fold_from_the_store(const Told& told, ports::StateStore& store, std::size_t at_a_time) {
  Statements statements;
  state::Misses misses;
  state::attach_all(statements, state::Backing::store, misses);
  const auto& events = told.events();
  std::uint64_t step = 0;
  for (std::size_t first = 0; first < events.size(); first += at_a_time) {
    ++step;
    for (;;) {
      state::begin_step(statements, step);
      misses.count = 0;
      for (auto i = first; i < std::min(first + at_a_time, events.size()); ++i)
        ASSERT_TRUE(statements.fold(events[i].dated, Seq{i + 1}, events[i].recorded_at));
      if (misses.count == 0) break;
      state::roll_back(statements, step);
      ASSERT_TRUE(state::load_missing(statements, misses, store));
    }
    state::settle(statements, step);
    ASSERT_TRUE(store.apply(state::collect_changes(statements), "some"));
    state::mark_clean(statements);
    state::drop_clean(statements);
  }
}

std::vector<std::pair<std::string, std::string>> rows_of(ports::StateStore& store) {
  std::vector<std::pair<std::string, std::string>> rows;
  const auto cursor = store.scan({}, {}).value();
  while (auto row = cursor->next().value())
    rows.emplace_back(std::move(row->key), std::move(row->value));
  return rows;
}

TEST_P(PastTest, gives_the_same_rows_when_each_is_loaded_first) {
  const Told told(GetParam().order, 700, 3);
  for (const std::size_t at_a_time : {1, 40}) {
    memory::MemoryStateStore store;
    fold_from_the_store(told, store, at_a_time);
    EXPECT_TRUE(rows_of(store) == rows_of(*told.store())) << at_a_time << " at a time";
  }
}

INSTANTIATE_TEST_SUITE_P(orders, PastTest, testing::ValuesIn(orders()),
                         [](const auto& tested) { return std::string(tested.param.name); });

// Counts the rows that are asked for.
class CountingStore final : public support::LoanedStore {
 public:
  using LoanedStore::LoanedStore;
  [[nodiscard]] std::size_t take_count() { return std::exchange(*count_, 0); }

  base::Result<std::optional<base::Bytes>> get(base::ByteView key) override {
    ++*count_;
    return LoanedStore::get(key);
  }
  base::Result<std::vector<std::optional<base::Bytes>>> multi_get(
      std::span<const base::Bytes> keys) override {
    *count_ += keys.size();
    return LoanedStore::multi_get(keys);
  }
  base::Result<std::unique_ptr<ports::RowCursor>> scan(base::ByteView prefix,
                                                       base::ByteView from) override {
    auto cursor = LoanedStore::scan(prefix, from);
    if (!cursor) return std::unexpected(std::move(cursor).error());
    return std::make_unique<Cursor>(std::move(*cursor), count_);
  }

 private:
  class Cursor final : public ports::RowCursor {
   public:
    Cursor(std::unique_ptr<ports::RowCursor> of, std::shared_ptr<std::size_t> count)
        : of_(std::move(of)), count_(std::move(count)) {}
    base::Result<std::optional<ports::Row>> next() override {
      ++*count_;
      return of_->next();
    }

   private:
    std::unique_ptr<ports::RowCursor> of_;
    std::shared_ptr<std::size_t> count_;
  };

  std::shared_ptr<std::size_t> count_{std::make_shared<std::size_t>(0)};
};

// 12 000 entries: fences on three levels, and for the backdated ones a tree of three or more.
class LongPastTest : public testing::TestWithParam<NamedOrder> {};

TEST_P(LongPastTest, adds_up_the_same_from_few_rows) {
  Told told(GetParam().order, 12'000, 5);
  const Naive naive(told.in_memory());
  CountingStore store(told.store());
  const auto reader = told.over(store);
  for (int i = 0; i < 60; ++i) {
    const auto clocks = told.some_clocks();
    const bool is_known = !clocks.as_known || naive.all.front().position <= *clocks.as_known;
    const auto funds = reader.funds(kMember, clocks).value();
    ASSERT_EQ(funds, is_known ? std::optional(naive.totals(clocks).funds) : std::nullopt)
        << text_of(clocks);
    // The account; of each of four chains three nodes and the entries after a fence; the tree.
    EXPECT_LE(store.take_count(), 1U + 4 * (3 + kFenceEvery) + 5) << text_of(clocks);
  }
}

TEST_P(LongPastTest, pages_from_few_rows) {
  Told told(GetParam().order, 12'000, 6);
  const Naive naive(told.in_memory());
  CountingStore store(told.store());
  const auto reader = told.over(store);
  for (int i = 0; i < 20; ++i) {
    const EntryRange range{told.some_seq(), 20, {}};
    ASSERT_EQ(page_of(reader, range), naive.page(range)) << range.after.value();
    // The account; from a fence to the page; the page.
    EXPECT_LE(store.take_count(), 1U + 3 + 2 * 14 + 20) << range.after.value();
  }
}

INSTANTIATE_TEST_SUITE_P(orders, LongPastTest,
                         testing::Values(orders()[0], orders()[3], orders()[5], orders()[6],
                                         orders()[9]),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace kopilka::projections::statements
