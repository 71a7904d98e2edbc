#include "tests/unit/engine/shard/driven.h"

// What became of an append, and what a caller may hear of it (architecture.md §1).
namespace kopilka::shard {
namespace {

model::Instant now() {
  return noon(kFirstDay);
}

TEST(Answers, wait_until_their_batch_is_acknowledged) {
  Driven driven;
  set_up(driven);
  const auto ticket = driven.line(bought("a"), now());
  const auto batch = driven.next();
  ASSERT_TRUE(batch);
  EXPECT_TRUE(driven.shard().take_answers().empty());
  driven.acknowledge(*batch);
  EXPECT_EQ(driven.answer_of(ticket).status, AnswerStatus::accepted);
}

TEST(Answers, that_record_nothing_wait_for_the_head_that_they_were_decided_on) {
  Driven driven;
  set_up(driven);
  driven.line("k", bought("a"), now());
  const auto batch = driven.next();
  const auto duplicate = driven.line("k", bought("a"), now());
  const auto stale = driven.line(bought("a", model::PurchaseStatus::new_purchase, -1), now());
  EXPECT_FALSE(driven.next());  // nothing to record
  EXPECT_EQ(driven.shard().queued(), 0U);
  EXPECT_TRUE(driven.shard().take_answers().empty());
  driven.acknowledge(*batch);
  EXPECT_EQ(driven.answer_of(duplicate).status, AnswerStatus::duplicate);
  EXPECT_EQ(driven.answer_of(stale).status, AnswerStatus::stale);
}

TEST(Answers, that_record_nothing_leave_at_once_when_nothing_is_in_flight) {
  Driven driven;
  set_up(driven);
  driven.line("k", bought("a"), now());
  driven.run();
  driven.line("k", bought("a"), now());
  EXPECT_FALSE(driven.next());
  EXPECT_EQ(driven.shard().take_answers().size(), 1U);
}

TEST(Answers, come_in_the_order_of_the_lines) {
  Driven driven;
  set_up(driven);
  const auto first = driven.line("k", bought("a"), now());
  const auto second = driven.line("k", bought("a"), now());
  const auto third = driven.line(bought("b"), now());
  const auto batch = driven.next();
  driven.shard().on_outcome({batch->sealed.header.n, AppendStatus::acknowledged, ""});
  std::vector<Ticket> order;
  for (const auto& answered : driven.shard().take_answers())
    order.push_back(answered.ticket);
  EXPECT_EQ(order, (std::vector{first, second, third}));
}

// --- several in flight -------------------------------------------------------------------------

TEST(InFlight, batches_are_decided_on_what_is_not_acknowledged_yet) {
  Driven driven;
  set_up(driven);
  driven.line(adjust("10.00"), now());
  const auto first = driven.next();
  const auto ticket = driven.line(request("10.00"), now());
  const auto second = driven.next();
  ASSERT_TRUE(first && second);
  EXPECT_EQ(second->sealed.header.previous, first->sealed.hash);
  EXPECT_EQ(second->sealed.header.n, model::next(first->sealed.header.n));
  driven.line(tick(), now());
  EXPECT_FALSE(driven.next());  // two are in flight
  driven.acknowledge(*first);
  driven.acknowledge(*second);
  EXPECT_EQ(driven.answer_of(ticket).status, AnswerStatus::accepted);
  driven.run();
  (void)driven.digest();
}

TEST(InFlight, batches_that_failed_are_undone_and_decided_anew_in_order) {
  Driven driven;
  set_up(driven);
  const auto before = driven.digest();
  const auto head = driven.shard().head();
  const auto adjusted = driven.line(adjust("10.00"), now());
  const auto first = driven.next();
  const auto requested = driven.line(request("10.00"), now());
  const auto again = driven.line(request("10.00"), now());
  const auto second = driven.next();
  driven.tell(*first, AppendStatus::failed);
  EXPECT_TRUE(driven.shard().needs_resume());
  EXPECT_EQ(driven.shard().trouble(), "told so");
  EXPECT_EQ(driven.shard().queued(), 3U);
  EXPECT_EQ(driven.shard().in_flight(), 0U);
  EXPECT_FALSE(driven.is_answered(adjusted));
  EXPECT_FALSE(driven.next());
  EXPECT_EQ(driven.digest(), before);
  ASSERT_TRUE(driven.shard().resume({.epoch = model::Epoch{2}, .owner = {}, .head = head}));
  driven.run();
  EXPECT_EQ(driven.answer_of(adjusted).status, AnswerStatus::accepted);
  EXPECT_EQ(driven.answer_of(requested).status, AnswerStatus::accepted);
  EXPECT_EQ(driven.answer_of(again).refusal, Refusal::insufficient_funds);
  EXPECT_EQ(driven.batches().back().sealed.header.epoch, model::Epoch{2});
  (void)driven.digest();
}

TEST(InFlight, the_first_stands_when_the_second_fails) {
  Driven driven;
  set_up(driven);
  driven.line(adjust("10.00"), now());
  const auto first = driven.next();
  const auto requested = driven.line(request("10.00"), now());
  const auto second = driven.next();
  driven.acknowledge(*first);
  driven.tell(*second, AppendStatus::failed);
  EXPECT_EQ(driven.shard().queued(), 1U);
  const auto head = driven.shard().head();
  EXPECT_EQ(head.n, first->sealed.header.n);
  ASSERT_TRUE(driven.shard().resume({.epoch = model::Epoch{2}, .owner = {}, .head = head}));
  driven.run();
  EXPECT_EQ(driven.answer_of(requested).status, AnswerStatus::accepted);
  EXPECT_EQ(driven.funds(kMember).reserved, money("10.00"));
  (void)driven.digest();
}

TEST(InFlight, lines_that_recorded_nothing_are_decided_anew_with_what_they_waited_for) {
  Driven driven;
  set_up(driven);
  const auto first = driven.line("k", bought("a"), now());
  const auto batch = driven.next();
  const auto second = driven.line("k", bought("a"), now());
  EXPECT_FALSE(driven.next());
  driven.tell(*batch, AppendStatus::failed);
  EXPECT_EQ(driven.shard().queued(), 2U);
  ASSERT_TRUE(driven.shard().resume(
      {.epoch = model::Epoch{2}, .owner = {}, .head = driven.shard().head()}));
  driven.run();
  EXPECT_EQ(driven.answer_of(first).status, AnswerStatus::accepted);
  EXPECT_EQ(driven.answer_of(second).status, AnswerStatus::duplicate);
}

TEST(InFlight, days_that_were_opened_on_the_way_are_undone_too) {
  Driven driven;
  set_up(driven);
  driven.line(bought("a"), now());
  driven.run();
  const auto before = driven.digest();
  const auto ticket = driven.line(model::OpenBusinessDay{day(kReleaseDay)}, noon(kReleaseDay));
  const auto batch = driven.next();
  driven.tell(*batch, AppendStatus::failed);
  EXPECT_EQ(driven.digest(), before);
  ASSERT_TRUE(driven.shard().resume(
      {.epoch = model::Epoch{2}, .owner = {}, .head = driven.shard().head()}));
  driven.run();
  EXPECT_EQ(driven.answer_of(ticket).status, AnswerStatus::accepted);
  EXPECT_EQ(driven.funds(kMember).available, money("30.00"));
  (void)driven.digest();
}

TEST(Resume, stops_when_the_log_does_not_end_where_it_did) {
  Driven driven;
  set_up(driven);
  driven.line(bought("a"), now());
  const auto batch = driven.next();
  driven.tell(*batch, AppendStatus::failed);
  auto head = driven.shard().head();
  head.hash = batch->sealed.hash;
  const auto resumed = driven.shard().resume({.epoch = model::Epoch{2}, .owner = {}, .head = head});
  ASSERT_FALSE(resumed);
  EXPECT_EQ(resumed.error().kind, base::ErrorKind::unknown_outcome);
  EXPECT_TRUE(driven.shard().stopped());
}

TEST(UnknownOutcome, stops_for_good_and_answers_nothing) {
  for (const auto status : {AppendStatus::unknown, AppendStatus::fenced}) {
    Driven driven;
    set_up(driven);
    const auto ticket = driven.line(bought("a"), now());
    const auto batch = driven.next();
    driven.tell(*batch, status);
    EXPECT_TRUE(driven.shard().stopped());
    EXPECT_FALSE(driven.is_answered(ticket));
    driven.line(tick(), now());
    EXPECT_FALSE(driven.next());
  }
}

// --- batches -----------------------------------------------------------------------------------

TEST(Batch, takes_all_that_is_queued_up_to_its_limit) {
  Driven driven({.entries_per_batch_max = 3});
  for (auto& command : programme())
    driven.line(std::move(command), now());
  driven.run();
  for (const auto& batch : driven.batches())
    EXPECT_LE(batch.content.entries.size(), 3U);
  EXPECT_EQ(driven.events().size(), 1 + programme().size());
  (void)driven.digest();
}

TEST(Batch, is_what_its_bytes_say) {
  Driven driven;
  set_up(driven);
  driven.line(bought("a"), now());
  driven.run();
  auto follower = Follower::open(nullptr).value();
  for (const auto& batch : driven.batches()) {
    const auto decoded = codec::decode(batch.sealed);
    ASSERT_TRUE(decoded);
    ASSERT_TRUE(follower.apply(*decoded, batch.sealed.hash, {}));
  }
  EXPECT_EQ(state::digest_of(follower.state(), nullptr, "shard", 1)->text(), driven.digest());
}

TEST(Batch, of_any_size_leads_to_the_same_state) {
  std::string digest;
  for (const std::uint32_t size : {1U, 2U, 7U, 1'000U}) {
    Driven driven({.entries_per_batch_max = size});
    set_up(driven);
    for (int i = 0; i < 20; ++i)
      driven.line(bought("a" + std::to_string(i)), now());
    driven.line(model::OpenBusinessDay{day(kReleaseDay)}, noon(kReleaseDay));
    driven.line(request("600.00"), noon(kReleaseDay));
    driven.run();
    if (digest.empty()) digest = driven.digest();
    EXPECT_EQ(driven.digest(), digest) << size;
  }
}

}  // namespace
}  // namespace kopilka::shard
