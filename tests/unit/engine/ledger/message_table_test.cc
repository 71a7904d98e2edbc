#include "tests/unit/engine/ledger/world.h"

// The table of domain.md §5, row by row, and which row wins where two would apply.
namespace kopilka::ledger {
namespace {

using model::Receivable;

model::Standing tracked(std::string_view cashback, std::string_view commission) {
  return {money(cashback), money(commission), Receivable::tracked, model::Margin::deferred};
}
model::Standing approved(std::string_view cashback, std::string_view commission) {
  return {money(cashback), money(commission), Receivable::approved, model::Margin::recognised};
}

// A purchase of 100.00 told of as `status` 100 minutes after it was made.
Story known(PurchaseStatus status) {
  auto story = shop();
  story.after(report(status, 100, "100.00"));
  return story;
}

model::PurchaseReaffirmed reaffirmed(Story& story, PurchaseStatus status, int minutes) {
  return {id_of(story), kPartner, kMember, status, report(status, minutes, "1.00").status_at};
}

// --- older, equal ------------------------------------------------------------------------------

TEST(PartnerMessage, that_is_older_is_stale) {
  for (const auto status : {kNew, kPending, kApproved, kDeclined})
    known(kPending).when(report(status, 99, "100.00")).then(kStale);
}

TEST(PartnerMessage, that_is_older_is_stale_even_if_seen_before) {
  auto story = known(kNew);
  story.after(report(kApproved, 200, "100.00"));
  story.when(report(kNew, 100, "100.00")).then(kStale);
}

TEST(PartnerMessage, that_is_older_is_stale_before_it_is_anything_else) {
  auto story = known(kDeclined);
  story.when(with(report(kNew, 99, "1.00"), [](auto& m) { m.click_id = "c43"; })).then(kStale);
}

TEST(PartnerMessage, that_says_the_same_again_is_a_duplicate) {
  for (const auto status : {kNew, kPending, kApproved, kDeclined})
    known(status).when(report(status, 100, "100.00")).then(kDuplicate);
}

TEST(PartnerMessage, that_is_repeated_is_pointed_to_the_events_that_applied_it) {
  auto story = known(kNew);
  story.after(report(kApproved, 200, "90.00"));
  const auto last = story.last_seq();
  story.when(report(kApproved, 200, "90.00")).then(kDuplicate);
  const auto& original = story.world().original;
  ASSERT_TRUE(original);
  EXPECT_EQ(original->status, model::AnswerStatus::accepted);
  EXPECT_EQ(original->first.value(), last.value() - 1);
  EXPECT_EQ(original->count, 2U);  // adjusted, approved
  const auto& result = std::get<model::PurchaseResult>(original->result);
  EXPECT_EQ(result.purchase, id_of(story));
  EXPECT_EQ(result.state, model::PurchaseState::approved);
  EXPECT_EQ(result.cashback, money("27.00"));
}

TEST(PartnerMessage, that_is_repeated_is_the_same_whatever_else_it_says) {
  known(kNew)
      .when(with(report(kNew, 100, "100.00"),
                 [](auto& m) {
                   m.click_id.reset();
                   m.reason = "again";
                   m.lines.push_back({.line = 9, .amount = money("0.00")});
                 }))
      .then(kDuplicate);
}

TEST(PartnerMessage, of_an_equal_time_and_a_higher_status_wins) {
  auto story = known(kNew);
  story.when(report(kPending, 100, "100.00")).then(reaffirmed(story, kPending, 100));
  story.after(report(kApproved, 100, "100.00"));
  EXPECT_EQ(purchase(story).partner_side, PartnerSide::approved);
  story.after(report(kDeclined, 100, "100.00"));
  EXPECT_EQ(purchase(story).partner_side, PartnerSide::declined);
}

TEST(PartnerMessage, of_an_equal_time_and_a_lower_status_is_stale) {
  known(kPending).when(report(kNew, 100, "100.00")).then(kStale);
  for (const auto status : {kNew, kPending})
    known(kApproved).when(report(status, 100, "1.00")).then(kStale);
  for (const auto status : {kNew, kPending, kApproved})
    known(kDeclined).when(report(status, 100, "100.00")).then(kStale);
}

TEST(PartnerMessage, of_an_equal_time_and_a_higher_status_is_judged_by_the_rows_below) {
  known(kNew)
      .when(with(report(kApproved, 100, "100.00"), [](auto& m) { m.click_id = "c43"; }))
      .then(Refusal::immutable_field);
}

TEST(PartnerMessage, of_an_equal_time_and_status_with_other_sums_is_a_conflict) {
  for (const auto status : {kNew, kPending, kApproved, kDeclined})
    known(status).when(report(status, 100, "100.01")).then(Refusal::status_time_conflict);
}

TEST(PartnerMessage, that_conflicts_in_time_does_so_before_its_fields_are_looked_at) {
  known(kNew)
      .when(with(report(kNew, 100, "1.00"), [](auto& m) { m.click_id = "c43"; }))
      .then(Refusal::status_time_conflict);
}

// --- newer -------------------------------------------------------------------------------------

TEST(PartnerMessage, refuses_another_time_click_card_currency_or_rate) {
  const auto refuse = [](auto&& change) {
    known(kNew).when(with(report(kApproved, 200, "100.00"), change)).then(Refusal::immutable_field);
  };
  refuse([](auto& m) { m.purchase_at = m.purchase_at + model::Span::micros(1); });
  refuse([](auto& m) { m.click_id = "c43"; });
  refuse([](auto& m) { m.click_id = "unknown"; });
  refuse([](auto& m) {
    m.click_id.reset();
    m.card = hash_of('a');
  });
  refuse([](auto& m) {
    m.currency = "USD";
    m.fx_rate = model::ExchangeRate::ten_thousandths(10'000);
  });
}

TEST(PartnerMessage, refuses_another_rate_of_the_same_currency) {
  auto story = shop();
  const auto in_dollars = [](std::uint64_t rate) {
    return [rate](auto& m) {
      m.currency = "USD";
      m.fx_rate = model::ExchangeRate::ten_thousandths(rate);
    };
  };
  story.after(with(report(kNew, 100, "1.00"), in_dollars(650'000)));
  story.when(with(report(kNew, 200, "1.00"), in_dollars(650'001))).then(Refusal::immutable_field);
  story.when(report(kNew, 200, "1.00")).then(Refusal::immutable_field);
  story.when(with(report(kNew, 200, "1.00"), in_dollars(650'000)))
      .then(reaffirmed(story, kNew, 200));
}

TEST(PartnerMessage, may_leave_out_the_click_that_is_known) {
  auto story = known(kNew);
  story.when(with(report(kNew, 200, "100.00"), [](auto& m) { m.click_id.reset(); }))
      .then(reaffirmed(story, kNew, 200));
}

TEST(PartnerMessage, refuses_other_fields_before_it_looks_at_the_decline) {
  known(kDeclined)
      .when(with(report(kNew, 200, "100.00"), [](auto& m) { m.click_id = "c43"; }))
      .then(Refusal::immutable_field);
}

TEST(PartnerMessage, refuses_everything_after_a_decline) {
  for (const auto status : {kNew, kPending, kApproved, kDeclined}) {
    auto story = known(kNew);
    story.after(report(kDeclined, 200, "100.00"));
    story.when(report(status, 300, "100.00")).then(Refusal::already_declined);
    story
        .when(
            with(report(status, 300, "100.00"), [](auto& m) { m.lines.front().tariff = "other"; }))
        .then(Refusal::already_declined);
  }
}

TEST(PartnerMessage, refuses_a_tariff_that_the_terms_lack) {
  for (const auto status : {kNew, kPending, kApproved})
    known(kNew)
        .when(
            with(report(status, 200, "100.00"), [](auto& m) { m.lines.front().tariff = "other"; }))
        .then(Refusal::unknown_tariff);
}

TEST(PartnerMessage, refuses_a_line_without_a_tariff_where_there_are_several) {
  auto story = shop(terms({tariff("one", "10", "20"), tariff("two", "20", "30")}));
  story.after(with(report(kNew, 100, "100.00"), [](auto& m) { m.lines.front().tariff = "one"; }));
  story.when(report(kNew, 200, "100.00")).then(Refusal::unknown_tariff);
}

TEST(PartnerMessage, that_declines_need_not_name_tariffs_that_the_terms_have) {
  auto story = known(kNew);
  story.after(
      with(report(kDeclined, 200, "100.00"), [](auto& m) { m.lines.front().tariff = "other"; }));
  EXPECT_EQ(purchase(story).partner_side, PartnerSide::declined);
  EXPECT_EQ(funds(story), Funds{});
}

TEST(PartnerMessage, refuses_more_cashback_after_release) {
  auto story = known(kApproved);
  pass_to(story, kReleaseDay);
  story.when(report(kApproved, 200, "100.02")).then(Refusal::released_amount_up);
  story.when(report(kPending, 200, "100.02")).then(Refusal::released_amount_up);
}

TEST(PartnerMessage, refuses_an_unknown_tariff_before_more_cashback) {
  auto story = known(kApproved);
  pass_to(story, kReleaseDay);
  story
      .when(
          with(report(kApproved, 200, "200.00"), [](auto& m) { m.lines.front().tariff = "other"; }))
      .then(Refusal::unknown_tariff);
}

TEST(PartnerMessage, that_is_newer_and_says_the_same_is_kept_for_its_time) {
  for (const auto status : {kNew, kPending, kApproved}) {
    auto story = known(status);
    story.when(report(status, 200, "100.00"))
        .then(effective(report(status, 200, "1.00").status_at, reaffirmed(story, status, 200)));
    story.when(report(kDeclined, 150, "100.00")).then(kStale);
  }
}

TEST(PartnerMessage, that_is_newer_and_pending_leaves_a_tracked_purchase_alone) {
  auto story = known(kNew);
  story.when(report(kPending, 200, "100.00")).then(reaffirmed(story, kPending, 200));
  story.when(report(kNew, 300, "100.00")).then(reaffirmed(story, kNew, 300));
  EXPECT_TRUE(purchase(story).holds.empty());
}

TEST(PartnerMessage, that_approves_moves_receivable_and_margin) {
  auto story = known(kNew);
  const auto message = report(kApproved, 200, "100.00");
  const model::PurchaseApproved event{id_of(story), kPartner, kMember, message.status_at,
                                      tracked("30.00", "33.00")};
  story.when(message).then(effective(message.status_at, event));
  EXPECT_EQ(moved(event), "1210 33.00, 1200 -33.00, 2500 3.00, 4100 -3.00");
  EXPECT_EQ(funds(story), funds_of("30.00", "0.00"));
}

TEST(PartnerMessage, that_doubts_an_approval_moves_them_back_and_holds) {
  for (const auto status : {kNew, kPending}) {
    auto story = known(kApproved);
    const auto message = report(status, 200, "100.00");
    const model::PurchaseReheld event{id_of(story), kPartner,          kMember,
                                      status,       message.status_at, approved("30.00", "33.00")};
    story.when(message).then(effective(message.status_at, event));
    EXPECT_EQ(moved(event), "1200 33.00, 1210 -33.00, 4100 3.00, 2500 -3.00");
    EXPECT_EQ(purchase(story).holds, std::vector<std::string>{kPartnerHold});
    EXPECT_EQ(funds(story), funds_of("30.00", "0.00"));
  }
}

TEST(PartnerMessage, that_declines_takes_back_what_is_frozen) {
  auto story = known(kNew);
  auto message = report(kDeclined, 200, "100.00");
  message.reason = "returned";
  const model::PurchaseDeclined event{id_of(story),
                                      kPartner,
                                      kMember,
                                      message.status_at,
                                      "returned",
                                      {},
                                      tracked("30.00", "33.00")};
  story.when(message).then(effective(message.status_at, event));
  EXPECT_EQ(moved(event), "2100 30.00, 2500 3.00, 1200 -33.00");
  EXPECT_EQ(funds(story), Funds{});
  EXPECT_EQ(purchase(story).member_side, MemberSide::cancelled);
  EXPECT_EQ(balance(story, "1200"), "0.00");
}

TEST(PartnerMessage, that_declines_an_approved_one_takes_back_the_recognised_margin) {
  auto story = known(kApproved);
  story.after(report(kDeclined, 200, "100.00"));
  for (const auto* account : {"1200", "1210", "2100", "2500", "4100"})
    EXPECT_EQ(balance(story, account), "0.00") << account;
}

TEST(PartnerMessage, that_declines_with_other_sums_keeps_them_for_comparison) {
  auto story = known(kNew);
  story.after(report(kDeclined, 200, "50.00"));
  story.when(report(kDeclined, 200, "50.00")).then(kDuplicate);
  story.when(report(kDeclined, 200, "100.00")).then(Refusal::status_time_conflict);
}

TEST(PartnerMessage, that_changes_sums_and_status_adjusts_first) {
  auto story = known(kNew);
  const auto message = report(kApproved, 200, "200.00");
  const model::PurchaseAdjusted adjusted{.purchase = id_of(story),
                                         .partner = kPartner,
                                         .member = kMember,
                                         .revision = 1,
                                         .status = kApproved,
                                         .status_at = message.status_at,
                                         .lines = {{.line = 1,
                                                    .amount = money("200.00"),
                                                    .rate = percent("30"),
                                                    .cashback = money("60.00"),
                                                    .commission = money("66.00")}},
                                         .base = money("200.00"),
                                         .cashback = money("60.00"),
                                         .commission = money("66.00"),
                                         .standing = tracked("30.00", "33.00")};
  const model::PurchaseApproved then{id_of(story), kPartner, kMember, message.status_at,
                                     tracked("60.00", "66.00")};
  story.when(message).then(effective(message.status_at, adjusted),
                           effective(message.status_at, then));
  EXPECT_EQ(moved(adjusted), "1200 33.00, 2100 -30.00, 2500 -3.00");
}

TEST(PartnerMessage, that_changes_sums_and_doubts_adjusts_first) {
  auto story = known(kApproved);
  const auto outcome = story.when(report(kPending, 200, "200.00"));
  ASSERT_TRUE(outcome.decision());
  ASSERT_EQ(outcome.decision()->size(), 2U);
  EXPECT_EQ(moved(outcome.decision()->at(0).event), "1210 33.00, 2100 -30.00, 4100 -3.00");
  EXPECT_EQ(moved(outcome.decision()->at(1).event),
            "1200 66.00, 1210 -66.00, 4100 6.00, 2500 -6.00");
}

TEST(PartnerMessage, about_the_time_before_the_purchase_is_true_from_the_purchase_on) {
  auto story = shop();
  story.after(report(kNew, -60, "100.00"));
  story.when(report(kApproved, -30, "100.00"))
      .then(effective(
          report(kNew, 0, "1.00").purchase_at,
          model::PurchaseApproved{id_of(story), kPartner, kMember,
                                  report(kNew, -30, "1.00").status_at, tracked("30.00", "33.00")}));
}

// --- refusals leave no trace -------------------------------------------------------------------

TEST(PartnerMessage, that_is_refused_does_not_move_the_kept_time) {
  auto story = known(kNew);
  story.when(with(report(kApproved, 300, "100.00"), [](auto& m) { m.click_id = "c43"; }))
      .then(Refusal::immutable_field);
  story.when(report(kNew, 200, "100.00")).then(reaffirmed(story, kNew, 200));
}

TEST(PartnerMessage, that_lists_its_lines_in_another_order_says_the_same) {
  const std::vector<model::OrderLine> lines{{.line = 1, .amount = money("10.00")},
                                            {.line = 2, .amount = money("20.00")}};
  auto story = shop();
  story.after(with(report(kNew, 100, "1.00"), [&](auto& m) { m.lines = lines; }));
  story
      .when(with(report(kNew, 100, "1.00"),
                 [&](auto& m) {
                   m.lines = {lines.at(1), lines.at(0), {.line = 3, .amount = money("0.00")}};
                 }))
      .then(kDuplicate);
}

TEST(PartnerMessage, that_exchanges_the_amounts_of_two_lines_says_something_else) {
  const std::vector<model::OrderLine> lines{{.line = 1, .amount = money("10.00")},
                                            {.line = 2, .amount = money("20.00")}};
  auto story = shop();
  story.after(with(report(kNew, 100, "1.00"), [&](auto& m) { m.lines = lines; }));
  story
      .when(with(report(kNew, 100, "1.00"),
                 [&](auto& m) {
                   m.lines = {{.line = 1, .amount = money("20.00")},
                              {.line = 2, .amount = money("10.00")}};
                 }))
      .then(Refusal::status_time_conflict);
}

}  // namespace
}  // namespace kopilka::ledger
