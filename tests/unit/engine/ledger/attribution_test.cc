#include "tests/unit/engine/ledger/world.h"

// Whose a purchase is, and every reason to park it, at its boundary (domain.md §5).
namespace kopilka::ledger {
namespace {

using model::Channel;
using model::ParkedWhy;
using model::Span;

constexpr auto kMicro = Span::micros(1);

// The verdict on one message: recorded, or why it was parked.
std::optional<ParkedWhy> why_parked(Story& story, const model::ReportPurchase& message) {
  const auto outcome = story.when(message);
  KOPILKA_CHECK(outcome.decision().has_value());
  const auto& event = outcome.decision()->front().event;
  if (const auto* parked = std::get_if<model::PurchaseUnattributed>(&event)) return parked->why;
  EXPECT_TRUE(std::holds_alternative<model::PurchaseRecorded>(event));
  return std::nullopt;
}
std::optional<ParkedWhy> why_parked(Story&& story, const model::ReportPurchase& message) {
  return why_parked(story, message);
}

model::ReportPurchase bought_at(model::Instant at) {
  return with(report(kNew, 0, "1.00"), [&](auto& m) { m.purchase_at = m.status_at = at; });
}

// Terms for cards, as good as those for clicks.
model::TermsPublished offline_terms() {
  return with(terms("10", "20"), [](auto& t) { t.channel = Channel::offline; });
}
// Member 42 bears card `a`.
Story shop_with_card() {
  auto story = shop();
  story.given(offline_terms(), card(kMember, 'a'));
  return story;
}
model::ReportPurchase by_card(char number, model::Instant at) {
  return with(bought_at(at), [&](auto& m) {
    m.click_id.reset();
    m.card = hash_of(number);
  });
}

// --- time --------------------------------------------------------------------------------------

TEST(Attribution, takes_a_purchase_five_minutes_ahead_and_no_more) {
  const auto limit = kEvening + Span::minutes(5);
  EXPECT_EQ(why_parked(shop(), bought_at(limit)), std::nullopt);
  EXPECT_EQ(why_parked(shop(), bought_at(limit + kMicro)), ParkedWhy::future);
}

// A card needs no click, so its purchases may be old.
TEST(Attribution, takes_a_purchase_365_days_old_and_no_more) {
  const auto at = instant("2020-01-10T12:00:00+03:00");
  const auto limit = at - Span::hours(365 * 24);
  for (const auto& [bought, why] : {std::pair{limit, std::optional<ParkedWhy>()},
                                    std::pair{limit - kMicro, std::optional(ParkedWhy::too_old)}}) {
    auto story = shop_with_card();
    story.at(at);
    EXPECT_EQ(why_parked(story, by_card('a', bought)), why);
  }
}

// --- clicks ------------------------------------------------------------------------------------

TEST(Attribution, parks_what_names_neither_click_nor_card) {
  EXPECT_EQ(why_parked(shop(), with(report(kNew, 0, "1.00"), [](auto& m) { m.click_id.reset(); })),
            ParkedWhy::no_click);
}

TEST(Attribution, parks_an_unknown_click) {
  EXPECT_EQ(why_parked(shop(), with(report(kNew, 0, "1.00"), [](auto& m) { m.click_id = "x"; })),
            ParkedWhy::no_click);
}

TEST(Attribution, parks_a_click_to_another_partner) {
  auto story = shop();
  story.given(with(terms("1", "1"), [](auto& t) { t.partner = kOtherPartner; }));
  EXPECT_EQ(
      why_parked(story, with(report(kNew, 0, "1.00"), [](auto& m) { m.partner = kOtherPartner; })),
      ParkedWhy::wrong_partner);
}

TEST(Attribution, begins_the_window_with_the_click_itself) {
  EXPECT_EQ(why_parked(shop(), bought_at(noon(kFirstDay))), std::nullopt);
  EXPECT_EQ(why_parked(shop(), bought_at(noon(kFirstDay) - kMicro)), ParkedWhy::window);
}

TEST(Attribution, ends_the_window_of_the_terms_to_the_microsecond) {
  const auto end = noon(kFirstDay) + Span::hours(7 * 24);
  for (const auto& [bought, why] : {std::pair{end, std::optional<ParkedWhy>()},
                                    std::pair{end + kMicro, std::optional(ParkedWhy::window)}}) {
    auto story = shop(with(terms("10", "20"), [](auto& t) { t.window_days = 7; }));
    story.at(noon("2019-03-09"));
    EXPECT_EQ(why_parked(story, bought_at(bought)), why);
  }
}

TEST(Attribution, measures_the_window_by_30_days_where_no_terms_are_in_force) {
  const auto end = noon(kFirstDay) + Span::hours(30 * 24);
  for (const auto& [bought, why] :
       {std::pair{end, ParkedWhy::no_terms}, std::pair{end + kMicro, ParkedWhy::window}}) {
    auto story = shop(with(terms("10", "20"), [](auto& t) {
      t.window_days = 60;
      t.valid_to = day("2019-03-15");
    }));
    story.at(noon("2019-04-05"));
    EXPECT_EQ(why_parked(story, bought_at(bought)), why);
  }
}

TEST(Attribution, measures_the_window_by_the_terms_of_the_purchases_day) {
  auto story = shop(with(terms("10", "20"), [](auto& t) { t.window_days = 7; }));
  story.given(with(terms("10", "20"), [](auto& t) {
    t.window_days = 20;
    t.valid_from = day("2019-03-10");
  }));
  story.at(noon("2019-03-20"));
  EXPECT_EQ(why_parked(story, bought_at(noon("2019-03-20"))), std::nullopt);
}

TEST(Attribution, judges_a_lead_by_the_terms_for_leads) {
  auto story = shop();
  story.at(noon(kFirstDay))
      .given(with(click("lead"), [](auto& c) { c.channel = Channel::lead; }))
      .at(kEvening);
  const auto message = with(report(kNew, 0, "1.00"), [](auto& m) { m.click_id = "lead"; });
  EXPECT_EQ(why_parked(story, message), ParkedWhy::no_terms);
  story.given(with(terms({fixed_tariff("card", "500.00", "700.00")}),
                   [](auto& t) { t.channel = Channel::lead; }));
  story.after(with(message, [](auto& m) { m.status_at = m.status_at + Span::minutes(1); }));
  EXPECT_EQ(cashback(story), "500.00");
}

// --- cards -------------------------------------------------------------------------------------

TEST(Attribution, records_for_the_bearer_of_a_card) {
  auto story = shop_with_card();
  story.after(by_card('a', noon(kFirstDay)));
  EXPECT_EQ(purchase(story).member, kMember);
  EXPECT_EQ(purchase(story).facts.card, hash_of('a'));
  EXPECT_EQ(cashback(story), "0.10");  // the terms for cards
}

TEST(Attribution, does_not_compare_when_a_card_was_issued) {
  auto story = shop_with_card();
  EXPECT_EQ(why_parked(story, by_card('a', noon("2019-01-01"))), std::nullopt);
}

TEST(Attribution, parks_an_unknown_card) {
  EXPECT_EQ(why_parked(shop_with_card(), by_card('b', noon(kFirstDay))), ParkedWhy::unknown_card);
}

TEST(Attribution, parks_a_card_from_the_very_instant_of_its_block) {
  const auto blocked = noon("2019-03-05");
  for (const auto& [bought, why] : {std::pair{blocked - kMicro, std::optional<ParkedWhy>()},
                                    std::pair{blocked, std::optional(ParkedWhy::blocked_card)}}) {
    auto story = shop_with_card();
    story.at(blocked).given(model::CardBlocked{kMember, hash_of('a'), std::nullopt});
    EXPECT_EQ(why_parked(story, by_card('a', bought)), why);
  }
}

TEST(Attribution, takes_a_card_through_the_last_day_of_its_longest_form) {
  for (const auto& [on, why] : {std::pair{"2019-03-20", std::optional<ParkedWhy>()},
                                std::pair{"2019-03-21", std::optional(ParkedWhy::expired_card)}}) {
    auto story = shop();
    story.given(offline_terms(),
                with(card(kMember, 'a'), [](auto& c) { c.valid_to = day("2019-03-05"); }),
                with(card(kMember, 'a'), [](auto& c) {
                  c.form = model::CardForm::virtual_card;
                  c.valid_to = day("2019-03-20");
                }));
    story.at(noon("2019-03-25"));
    EXPECT_EQ(why_parked(story, by_card('a', midnight(on))), why);
  }
}

TEST(Attribution, parks_a_blocked_card_as_blocked_though_it_expired_too) {
  auto story = shop();
  story.given(offline_terms(),
              with(card(kMember, 'a'), [](auto& c) { c.valid_to = day("2019-02-01"); }),
              model::CardBlocked{kMember, hash_of('a'), std::nullopt});
  EXPECT_EQ(why_parked(story, by_card('a', kEvening)), ParkedWhy::blocked_card);
}

TEST(Attribution, never_sees_the_partner_of_a_card_as_wrong) {
  auto story = shop_with_card();
  story.given(with(offline_terms(), [](auto& t) { t.partner = kOtherPartner; }));
  EXPECT_EQ(why_parked(story, with(by_card('a', noon(kFirstDay)),
                                   [](auto& m) { m.partner = kOtherPartner; })),
            std::nullopt);
}

// --- partner and terms -------------------------------------------------------------------------

TEST(Attribution, parks_from_a_suspension_to_the_day_before_its_end) {
  for (const auto& [on, why] :
       {std::pair{"2019-03-04", std::optional<ParkedWhy>()},
        std::pair{"2019-03-05", std::optional(ParkedWhy::partner_suspended)},
        std::pair{"2019-03-07", std::optional(ParkedWhy::partner_suspended)},
        std::pair{"2019-03-08", std::optional<ParkedWhy>()}}) {
    auto story = shop();
    story.given(model::PartnerSuspended{kPartner, day("2019-03-05"), std::nullopt},
                model::PartnerResumed{kPartner, day("2019-03-08"), std::nullopt});
    story.at(noon("2019-03-10"));
    EXPECT_EQ(why_parked(story, bought_at(midnight(on))), why) << on;
  }
}

TEST(Attribution, parks_outside_of_the_days_of_the_terms) {
  for (const auto& [on, why] : {std::pair{"2019-03-02", std::optional(ParkedWhy::no_terms)},
                                std::pair{"2019-03-03", std::optional<ParkedWhy>()},
                                std::pair{"2019-03-06", std::optional<ParkedWhy>()},
                                std::pair{"2019-03-07", std::optional(ParkedWhy::no_terms)}}) {
    auto story = shop(with(terms("10", "20"), [](auto& t) {
      t.valid_from = day("2019-03-03");
      t.valid_to = day("2019-03-06");
    }));
    story.at(noon("2019-03-10"));
    EXPECT_EQ(why_parked(story, bought_at(midnight(on))), why) << on;
  }
}

TEST(Attribution, parks_a_tariff_that_the_terms_lack) {
  const auto naming = [](std::optional<std::string> code) {
    return with(report(kNew, 0, "1.00"), [&](auto& m) { m.lines.front().tariff = code; });
  };
  EXPECT_EQ(why_parked(shop(), naming("base")), std::nullopt);
  EXPECT_EQ(why_parked(shop(), naming("other")), ParkedWhy::unknown_tariff);
  const auto two = terms({tariff("one", "10", "20"), tariff("two", "20", "30")});
  EXPECT_EQ(why_parked(shop(two), naming("two")), std::nullopt);
  EXPECT_EQ(why_parked(shop(two), naming(std::nullopt)), ParkedWhy::unknown_tariff);
}

// --- member ------------------------------------------------------------------------------------

TEST(Attribution, takes_a_purchase_from_the_first_day_of_membership_to_the_last) {
  for (const auto& [at, why] :
       {std::pair{"2019-03-01T23:59:59.999999+03:00", std::optional(ParkedWhy::not_member)},
        std::pair{"2019-03-02T00:00:00+03:00", std::optional<ParkedWhy>()},
        std::pair{"2019-03-06T23:59:59.999999+03:00", std::optional<ParkedWhy>()},
        std::pair{"2019-03-07T00:00:00+03:00", std::optional(ParkedWhy::not_member)}}) {
    auto story = shop();
    const model::MemberId member{44};
    story.given(admitted(member, "2019-03-02"), click("c44", member),
                model::MembershipTerminated{.member = member,
                                            .reason = model::TerminationReason::voluntary,
                                            .last_day = day("2019-03-06")});
    story.at(noon("2019-03-10"));
    EXPECT_EQ(why_parked(story, with(bought_at(instant(at)), [](auto& m) { m.click_id = "c44"; })),
              why)
        << at;
  }
}

TEST(Attribution, parks_from_a_members_suspension_to_the_day_before_reinstatement) {
  for (const auto& [on, why] : {std::pair{"2019-03-04", std::optional<ParkedWhy>()},
                                std::pair{"2019-03-05", std::optional(ParkedWhy::not_member)},
                                std::pair{"2019-03-07", std::optional(ParkedWhy::not_member)},
                                std::pair{"2019-03-08", std::optional<ParkedWhy>()}}) {
    auto story = shop();
    story.given(model::MembershipSuspended{kMember, day("2019-03-05"), std::nullopt},
                model::MembershipReinstated{kMember, day("2019-03-08"), std::nullopt});
    story.at(noon("2019-03-10"));
    EXPECT_EQ(why_parked(story, bought_at(noon(on))), why) << on;
  }
}

TEST(Attribution, judges_what_is_known_now_and_not_what_was_known_then) {
  auto story = shop();
  story.at(noon("2019-03-10")).after(bought_at(noon("2019-03-05")));
  story.given(model::MembershipSuspended{kMember, day("2019-03-05"), std::nullopt});
  EXPECT_EQ(purchase(story).member_side, MemberSide::frozen);
}

// --- which reason comes first ------------------------------------------------------------------

// Everything is wrong at once; each repair uncovers the next reason.
TEST(Attribution, names_the_first_reason_that_applies_to_a_click) {
  auto story = shop(with(terms("10", "20"), [](auto& t) { t.valid_to = day("2019-03-02"); }));
  story.given(model::PartnerSuspended{kPartner, day("2019-03-01"), std::nullopt},
              model::MembershipSuspended{kMember, day("2019-03-01"), std::nullopt},
              with(click("elsewhere"), [](auto& c) { c.partner = kOtherPartner; }));
  story.at(noon("2019-05-01"));
  int minute = 0;
  const auto expect = [&](ParkedWhy why, model::ReportPurchase message) {
    message.status_at = noon("2019-05-01") + Span::minutes(++minute);
    message.lines.front().tariff = "other";
    EXPECT_EQ(why_parked(story, message), why);
  };
  const auto none = [](model::ReportPurchase m) {
    m.click_id.reset();
    return m;
  };
  const auto late = noon("2019-04-20");
  expect(ParkedWhy::future, none(bought_at(noon("2019-06-01"))));
  expect(ParkedWhy::too_old, none(bought_at(noon("2018-01-01"))));
  expect(ParkedWhy::no_click, none(bought_at(late)));
  expect(ParkedWhy::wrong_partner,
         with(bought_at(late), [](auto& m) { m.click_id = "elsewhere"; }));
  expect(ParkedWhy::window, bought_at(late));
  expect(ParkedWhy::partner_suspended, bought_at(noon("2019-03-10")));
  story.given(model::PartnerResumed{kPartner, day("2019-03-01"), std::nullopt});
  expect(ParkedWhy::no_terms, bought_at(noon("2019-03-10")));
  expect(ParkedWhy::unknown_tariff, bought_at(noon("2019-03-01")));
}

TEST(Attribution, looks_at_the_member_last) {
  auto story = shop();
  story.given(model::MembershipSuspended{kMember, day(kFirstDay), std::nullopt});
  EXPECT_EQ(why_parked(story, report(kNew, 0, "1.00")), ParkedWhy::not_member);
}

}  // namespace
}  // namespace kopilka::ledger
