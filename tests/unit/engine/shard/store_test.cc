#include <fmt/format.h>

#include "tests/unit/engine/shard/driven.h"

// With a store behind it the shard answers and knows the same as in memory, however little of its
// state is loaded (architecture.md §6).
namespace kopilka::shard {
namespace {

// Every kind of line, over three months.
void play(Driven& driven) {
  const auto at = [](std::string_view date) { return noon(date); };
  set_up(driven);
  driven.line("k", bought("a"), at(kFirstDay));
  driven.line("k", bought("a"), at(kFirstDay));
  driven.line("k", bought("b"), at(kFirstDay));
  driven.line(bought("b", model::PurchaseStatus::new_purchase), at(kFirstDay));
  driven.line(bought("c", model::PurchaseStatus::pending, 0, "1000.00"), at("2019-03-02"));
  auto lost = bought("lost");
  lost.click_id = "later";
  driven.line(lost, at("2019-03-03"));
  driven.line(bought("b", model::PurchaseStatus::approved, 10, "50.00"), at("2019-03-04"));
  driven.line(bought("a", model::PurchaseStatus::approved, -10), at("2019-03-04"));
  const model::HoldTarget hold{
      .scope = model::HoldScope::purchase, .partner = kPartner, .action_id = "c", .rule = "fraud"};
  driven.line(model::PlaceHold{hold}, at("2019-03-05"));
  driven.line(model::OpenBusinessDay{day(kReleaseDay)}, at(kReleaseDay));
  driven.line("request", request("20.00"), at(kReleaseDay));
  const model::WithdrawalReference which{.member = kMember, .request_key = "request"};
  driven.line(model::SendWithdrawal{.which = which}, at(kReleaseDay));
  driven.line(bought("a", model::PurchaseStatus::declined, 20), at("2019-04-02"));
  driven.line(model::LiftHold{hold}, at("2019-04-03"));
  driven.line(model::RejectWithdrawal{.which = which}, at("2019-04-03"));
  driven.line(model::SettleWithdrawal{.which = which}, at("2019-04-04"));
  driven.line(model::OpenBusinessDay{day("2019-06-05")}, at("2019-06-05"));
  driven.line(request("5000.00"), at("2019-06-05"));
  driven.run();
}
std::vector<std::string> answers(const Driven& driven) {
  std::vector<std::string> out;
  for (Ticket ticket = 1; ticket < driven.next_ticket(); ++ticket) {
    const auto answer = driven.answer_of(ticket);
    auto text = std::string(model::name_of(answer.status));
    if (answer.refusal) text += ' ' + std::string(model::name_of(*answer.refusal));
    if (answer.count > 0) text += fmt::format(" {}+{}", answer.first.value(), answer.count);
    if (answer.original) text += fmt::format(" of {}", answer.original->first.value());
    out.push_back(text);
  }
  return out;
}

Options flushing(std::uint64_t events, std::size_t rows, std::uint32_t entries) {
  return {.entries_per_batch_max = entries, .events_per_flush = events, .loaded_rows_max = rows};
}

TEST(ShardWithAStore, answers_and_knows_the_same_as_in_memory) {
  Driven in_memory;
  play(in_memory);
  memory::MemoryStateStore store;
  Driven stored({}, &store);
  play(stored);
  EXPECT_EQ(answers(stored), answers(in_memory));
  EXPECT_EQ(stored.digest(), in_memory.digest());
}

// Everything is written and forgotten after each batch, so each line finds nothing loaded.
TEST(ShardWithAStore, answers_the_same_when_it_forgets_everything_all_the_time) {
  Driven in_memory;
  play(in_memory);
  for (const std::uint32_t entries : {1U, 3U}) {
    memory::MemoryStateStore store;
    Driven stored(flushing(1, 0, entries), &store);
    play(stored);
    EXPECT_EQ(answers(stored), answers(in_memory));
    EXPECT_EQ(stored.digest(), in_memory.digest());
    EXPECT_GT(store.row_count(), 10U);
  }
}

TEST(ShardWithAStore, keeps_what_it_loaded_while_there_is_room) {
  memory::MemoryStateStore store;
  Driven stored(flushing(1, 1'000'000, 1), &store);
  play(stored);
  EXPECT_GT(state::rows_loaded(stored.shard().state()), 10U);
  Driven in_memory;
  play(in_memory);
  EXPECT_EQ(stored.digest(), in_memory.digest());
}

TEST(ShardWithAStore, makes_no_batch_while_the_store_is_behind) {
  memory::MemoryStateStore store;
  Driven driven(flushing(5, 1'000'000, 100), &store);
  set_up(driven);
  for (const auto* action : {"a", "b", "c", "d", "e"})
    driven.line(bought(action), noon(kFirstDay));
  const auto batch = driven.next();
  ASSERT_TRUE(batch);
  driven.line(tick(), noon(kFirstDay));
  EXPECT_TRUE(driven.shard().is_flush_due());
  EXPECT_FALSE(driven.next());
  driven.tell(*batch, AppendStatus::acknowledged);
  ASSERT_TRUE(driven.shard().flush());
  EXPECT_FALSE(driven.shard().is_flush_due());
  EXPECT_TRUE(driven.next());
}

TEST(ShardWithAStore, writes_only_what_is_acknowledged) {
  memory::MemoryStateStore store;
  Driven driven({}, &store);
  set_up(driven);
  ASSERT_TRUE(driven.shard().flush());
  const auto rows = store.row_count();
  driven.line(bought("a"), noon(kFirstDay));
  const auto batch = driven.next();
  driven.tell(*batch, AppendStatus::failed);
  ASSERT_TRUE(driven.shard().resume(
      {.epoch = model::Epoch{2}, .owner = {}, .head = driven.shard().head()}));
  ASSERT_TRUE(driven.shard().flush());
  EXPECT_EQ(store.row_count(), rows);
}

TEST(ShardWithAStore, undoes_a_failed_batch_whose_rows_were_loaded_for_it) {
  memory::MemoryStateStore store;
  Driven driven({.loaded_rows_max = 0}, &store);
  set_up(driven);
  driven.line(bought("a"), noon(kFirstDay));
  driven.run();
  ASSERT_TRUE(driven.shard().flush());
  const auto before = driven.digest();
  const auto ticket =
      driven.line(bought("a", model::PurchaseStatus::declined, 10), noon(kFirstDay));
  const auto batch = driven.next();
  driven.tell(*batch, AppendStatus::failed);
  EXPECT_EQ(driven.digest(), before);
  ASSERT_TRUE(driven.shard().resume(
      {.epoch = model::Epoch{2}, .owner = {}, .head = driven.shard().head()}));
  driven.run();
  EXPECT_EQ(driven.answer_of(ticket).status, AnswerStatus::accepted);
  (void)driven.digest();
}

TEST(ShardWithAStore, says_when_the_store_fails_and_keeps_its_state) {
  memory::MemoryStateStore store;
  Driven driven({}, &store);
  set_up(driven);
  store.fail_applies(1, {base::ErrorKind::io, "disk full"});
  const auto flushed = driven.shard().flush();
  ASSERT_FALSE(flushed);
  EXPECT_EQ(flushed.error().message, "disk full");
  ASSERT_TRUE(driven.shard().flush());
  (void)driven.digest();
}

TEST(ShardWithAStore, is_recovered_from_store_and_log_together) {
  Driven in_memory;
  play(in_memory);
  const auto batches = in_memory.batches().size();
  for (std::size_t flushed = 1; flushed <= batches; ++flushed) {
    memory::MemoryStateStore store;
    auto before = Follower::open(&store).value();
    for (std::size_t i = 0; i < flushed; ++i) {
      const auto& batch = in_memory.batches().at(i);
      ASSERT_TRUE(before.apply(batch.content, batch.sealed.hash, {}));
    }
    ASSERT_TRUE(before.flush());
    auto after = Follower::open(&store).value();
    for (std::size_t i = flushed; i < batches; ++i) {
      const auto& batch = in_memory.batches().at(i);
      ASSERT_TRUE(after.apply(batch.content, batch.sealed.hash, {}));
    }
    EXPECT_EQ(state::digest_of(after.state(), &store, "shard", 1)->text(), in_memory.digest());
  }
}

}  // namespace
}  // namespace kopilka::shard
