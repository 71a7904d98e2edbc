#include "tests/unit/engine/shard/driven.h"

// A key makes a command idempotent (domain.md §4, interface.md §1).
namespace kopilka::shard {
namespace {

struct Keyed {
  Driven driven;
  Keyed() { set_up(driven); }
  model::Answer give(std::string key, model::Command command, std::string_view at) {
    const auto ticket = driven.line(std::move(key), std::move(command), instant(at));
    driven.run();
    return driven.answer_of(ticket);
  }
};
constexpr std::string_view kEvening = "2019-03-01T18:00:00+03:00";

TEST(Key, repeated_with_the_same_content_answers_with_the_original) {
  Keyed k;
  const auto first = k.give("k", bought("a"), kEvening);
  ASSERT_EQ(first.status, AnswerStatus::accepted);
  const auto events = k.driven.events();
  const auto again = k.give("k", bought("a"), kEvening);
  EXPECT_EQ(again.status, AnswerStatus::duplicate);
  ASSERT_TRUE(again.original);
  EXPECT_EQ(again.original->status, AnswerStatus::accepted);
  EXPECT_EQ(again.original->first, first.first);
  EXPECT_EQ(again.original->count, first.count);
  EXPECT_EQ(again.original->result, first.result);
  EXPECT_EQ(k.driven.events(), events);
}

TEST(Key, repeated_gives_the_result_as_it_was_then) {
  Keyed k;
  const auto first = k.give("k", bought("a", model::PurchaseStatus::new_purchase), kEvening);
  k.give("other", bought("a", model::PurchaseStatus::approved, 10), kEvening);
  const auto again = k.give("k", bought("a", model::PurchaseStatus::new_purchase), kEvening);
  EXPECT_EQ(again.original->result, first.result);
  EXPECT_EQ(std::get<model::PurchaseResult>(again.original->result).state,
            model::PurchaseState::tracked);
}

TEST(Key, of_a_refusal_answers_with_the_refusal) {
  Keyed k;
  const auto first = k.give("k", request("5.00"), kEvening);
  EXPECT_EQ(first.refusal, Refusal::insufficient_funds);
  EXPECT_EQ(first.count, 1U);
  k.give("more", adjust("10.00"), kEvening);
  const auto again = k.give("k", request("5.00"), kEvening);
  EXPECT_EQ(again.status, AnswerStatus::duplicate);
  EXPECT_EQ(again.original->status, AnswerStatus::refused);
  EXPECT_EQ(again.original->refusal, Refusal::insufficient_funds);
  EXPECT_EQ(again.original->first, first.first);
}

TEST(Key, with_another_content_is_refused_and_records_nothing) {
  Keyed k;
  k.give("k", bought("a"), kEvening);
  const auto events = k.driven.events();
  const auto other = k.give("k", bought("b"), kEvening);
  EXPECT_EQ(other.status, AnswerStatus::refused);
  EXPECT_EQ(other.refusal, Refusal::key_reused);
  EXPECT_EQ(other.count, 0U);
  EXPECT_EQ(k.driven.events(), events);
  EXPECT_EQ(k.give("k", bought("a"), kEvening).status, AnswerStatus::duplicate);
}

TEST(Key, is_looked_at_before_the_time) {
  Keyed k;
  k.give("k", bought("a"), kEvening);
  EXPECT_EQ(k.give("k", bought("a"), "2019-02-01T00:00:00Z").status, AnswerStatus::duplicate);
  EXPECT_EQ(k.give("k", bought("b"), "2019-02-01T00:00:00Z").refusal, Refusal::key_reused);
}

TEST(Key, that_is_repeated_does_not_drive_time) {
  Keyed k;
  k.give("k", bought("a"), kEvening);
  k.give("k", bought("a"), "2019-03-05T18:00:00Z");
  k.give("k", bought("b"), "2019-03-05T18:00:00Z");
  EXPECT_EQ(k.driven.today(), kFirstDay);
}

TEST(Key, is_not_used_up_by_a_stale_or_repeated_delivery) {
  Keyed k;
  k.give("first", bought("a", model::PurchaseStatus::approved, 10), kEvening);
  EXPECT_EQ(k.give("k", bought("a", model::PurchaseStatus::approved, 5), kEvening).status,
            AnswerStatus::stale);
  const auto same = k.give("k", bought("a", model::PurchaseStatus::approved, 10), kEvening);
  EXPECT_EQ(same.status, AnswerStatus::duplicate);
  EXPECT_EQ(k.give("k", bought("b"), kEvening).status, AnswerStatus::accepted);
}

TEST(Key, is_not_used_up_by_a_time_that_runs_backwards) {
  Keyed k;
  const auto late = k.give("k", bought("a"), "2019-03-01T11:59:59+03:00");
  EXPECT_EQ(late.invalid, model::Invalid::time_runs_backwards);
  EXPECT_EQ(k.give("k", bought("b"), kEvening).status, AnswerStatus::accepted);
}

TEST(Key, is_each_principals_own) {
  Keyed k;
  k.give("k", bought("a"), kEvening);
  Submission other{.ticket = 900};
  other.origin = {.principal = "partner", .credential = "c", .key = "k"};
  other.content = model::Command(bought("b"));
  other.at = instant(kEvening);
  k.driven.submit(other);
  k.driven.run();
  EXPECT_EQ(k.driven.answer_of(900).status, AnswerStatus::accepted);
}

TEST(Key, outlives_a_rotated_credential) {
  Keyed k;
  k.give("k", bought("a"), kEvening);
  Submission again{.ticket = 900};
  again.origin = {.principal = "operator", .credential = "rotated", .key = "k"};
  again.content = model::Command(bought("a"));
  again.origin.mac.value =
      base::keyed_hash("mac", codec::canonical_content(std::get<model::Command>(again.content)));
  again.at = instant(kEvening);
  k.driven.submit(again);
  k.driven.run();
  EXPECT_EQ(k.driven.answer_of(900).status, AnswerStatus::duplicate);
}

TEST(Key, of_two_lines_in_one_batch_is_seen_by_the_second) {
  Keyed k;
  const auto first = k.driven.line("k", bought("a"), instant(kEvening));
  const auto second = k.driven.line("k", bought("a"), instant(kEvening));
  const auto third = k.driven.line("k", bought("b"), instant(kEvening));
  k.driven.run();
  EXPECT_EQ(k.driven.answer_of(first).status, AnswerStatus::accepted);
  EXPECT_EQ(k.driven.answer_of(second).status, AnswerStatus::duplicate);
  EXPECT_EQ(k.driven.answer_of(third).refusal, Refusal::key_reused);
}

// 400 days after 1 March 2019 is 4 April 2020.
TEST(Key, is_kept_for_400_business_days_and_then_free) {
  Keyed k;
  k.give("k", clicking("one"), kEvening);
  k.give("time", model::OpenBusinessDay{day("2020-04-04")}, "2020-04-04T12:00:00+03:00");
  EXPECT_EQ(k.give("k", clicking("one"), "2020-04-04T12:00:00+03:00").status,
            AnswerStatus::duplicate);
  k.give("more time", model::OpenBusinessDay{day("2020-04-05")}, "2020-04-05T12:00:00+03:00");
  EXPECT_EQ(k.give("k", clicking("two"), "2020-04-05T12:00:00+03:00").status,
            AnswerStatus::accepted);
  EXPECT_EQ(k.give("k", clicking("one"), "2020-04-05T12:00:00+03:00").refusal, Refusal::key_reused);
}

TEST(Key, of_withdrawals_and_adjustments_is_kept_for_life) {
  Keyed k;
  const model::WithdrawalReference which{.member = kMember, .request_key = "request"};
  const std::vector<std::pair<std::string, model::Command>> commands{
      {"short", request("5.00")},  // a refusal
      {"adjust", adjust("10.00")},
      {"request", request("5.00")},
      {"send", model::SendWithdrawal{.which = which}},
      {"unknown", model::MarkWithdrawalUnknown{.which = which}},
      {"settle", model::SettleWithdrawal{.which = which}},
      {"return", model::ReturnWithdrawal{.which = which}},
      {"cancel", model::CancelWithdrawal{.which = which}},  // a refusal
      {"reject", model::RejectWithdrawal{.which = which}},  // a refusal
  };
  for (const auto& [key, command] : commands)
    k.give(key, command, kEvening);
  k.give("time", model::OpenBusinessDay{day("2021-01-01")}, "2021-01-01T12:00:00+03:00");
  for (const auto& [key, command] : commands)
    EXPECT_EQ(k.give(key, command, "2021-01-01T12:00:00+03:00").status, AnswerStatus::duplicate)
        << key;
}

// --- what a refusal records --------------------------------------------------------------------

TEST(Refusal, records_what_it_was_about_and_never_the_body) {
  Keyed k;
  k.give("k", bought("a", model::PurchaseStatus::declined), kEvening);
  k.give("l", bought("a", model::PurchaseStatus::approved, 10), kEvening);
  const auto& entry = k.driven.batches().back().content.entries.back();
  const auto& event = std::get<model::CommandRefused>(entry.events.front().event);
  EXPECT_EQ(event.command, "report_purchase");
  EXPECT_EQ(event.code, Refusal::already_declined);
  EXPECT_EQ(event.partner, kPartner);
  EXPECT_EQ(event.action_id, "a");
  EXPECT_EQ(event.member, std::nullopt);
  EXPECT_EQ(entry.origin->key, "l");
}

TEST(Refusal, of_a_hold_and_a_withdrawal_names_their_ids) {
  Keyed k;
  k.give("k",
         model::PlaceHold{{.scope = model::HoldScope::purchase,
                           .partner = kPartner,
                           .action_id = "x",
                           .rule = "fraud"}},
         kEvening);
  k.give("l", model::SendWithdrawal{.which = {.withdrawal = model::WithdrawalId{1}}}, kEvening);
  const auto refused_of = [&](std::size_t from_end) {
    const auto& batches = k.driven.batches();
    const auto& entry = batches.at(batches.size() - from_end).content.entries.back();
    return std::get<model::CommandRefused>(entry.events.front().event);
  };
  EXPECT_EQ(refused_of(2).action_id, "x");
  EXPECT_EQ(refused_of(2).code, Refusal::purchase_not_found);
  EXPECT_EQ(refused_of(1).withdrawal, model::WithdrawalId{1});
  EXPECT_EQ(refused_of(1).code, Refusal::withdrawal_not_found);
}

TEST(Malformed, is_answered_and_records_nothing) {
  Keyed k;
  const auto events = k.driven.events();
  Submission broken{.ticket = 900};
  broken.content = Malformed{model::Invalid::not_json, "not JSON"};
  k.driven.submit(broken);
  k.driven.run();
  const auto answer = k.driven.answer_of(900);
  EXPECT_EQ(answer.status, AnswerStatus::invalid);
  EXPECT_EQ(answer.invalid, model::Invalid::not_json);
  EXPECT_EQ(answer.message, "not JSON");
  EXPECT_EQ(k.driven.events(), events);
}

}  // namespace
}  // namespace kopilka::shard
