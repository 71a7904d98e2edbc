#include "engine/ledger/audit.h"

#include <set>
#include <string>
#include <vector>

#include "tests/unit/engine/ledger/world.h"

// Logs that no engine of ours would write: each breaks one invariant by one event, and is found
// (domain.md §13).
namespace kopilka::ledger {
namespace {

using Names = std::set<std::string>;

constexpr model::MemberId kNewcomer{44};
constexpr model::OrganizationId kCentral{1};
const auto kCard = hash_of('4');

struct Told {
  model::Instant at;
  model::Event event;
};
using Log = std::vector<Told>;

// Ids are seqs, so they follow from the place in the log.
constexpr model::TermsId kOnline{8};
constexpr model::TermsId kOffline{9};
constexpr model::PurchaseId kByClick{15};
constexpr model::PurchaseId kByCard{16};
constexpr model::WithdrawalId kPayout{20};

model::Instant bought_at() {
  return instant("2019-03-01T12:15:00+03:00");
}

model::PurchaseRecorded recorded(model::TermsId terms, std::string_view action) {
  return {.partner = kPartner,
          .action_id = std::string(action),
          .member = kMember,
          .organization = kPrimary,
          .category = model::MemberCategory::working,
          .status = kApproved,
          .status_at = bought_at(),
          .purchase_at = bought_at(),
          .lines = {{.line = 1,
                     .amount = money("30.10"),
                     .rate = percent("5"),
                     .cashback = money("1.51"),
                     .commission = money("3.01")}},
          .base = money("30.10"),
          .cashback = money("1.51"),
          .commission = money("3.01"),
          .terms = terms,
          .freeze_days = 30,
          .release_on = day(kReleaseDay)};
}

// A member who buys with a click and with a card, is paid out, and returns one purchase.
Log good() {
  const auto noon_of_first = noon(kFirstDay);
  const model::Sealed sealed{std::string(24, '\xFE') + std::string(24, 'x')};
  auto by_click = recorded(kOnline, "a");
  by_click.click_id = "c42";
  auto by_card = recorded(kOffline, "b");
  by_card.channel = model::Channel::offline;
  by_card.card = kCard;
  auto offline = terms("5", "10");
  offline.channel = model::Channel::offline;
  const std::vector<model::Event> first{
      model::OrganizationRegistered{.organization = kCentral, .name = "ЦС"},  // 1
      model::OrganizationRegistered{.organization = kPrimary,
                                    .kind = model::OrganizationKind::primary,
                                    .name = "Профком"},  // 2
      admitted(kMember, "2019-01-01"),
      model::AccountOpened{kMember},
      model::CardIssued{.member = kMember, .number = kCard},
      admitted(kOtherMember, "2019-01-01"),
      partner(kPartner),
      terms("5", "10"),
      offline,  // 7 to 9
      model::BusinessDayOpened{day(kFirstDay), true},
      click("c42"),
      click("c43", kOtherMember),  // 10 to 12
      model::MemberTransferred{.member = kOtherMember,
                               .from = kPrimary,
                               .to = kPrimary,
                               .effective_on = day(kFirstDay)},  // 13
      model::DestinationAdded{.member = kMember,
                              .destination_id = "phone",
                              .method = model::WithdrawalMethod::phone,
                              .mask = "+79*****4567",
                              .value = sealed},  // 14
      by_click,
      by_card};  // 15, 16
  const std::vector<model::Event> later{
      model::BusinessDayOpened{day(kReleaseDay), true},
      model::FreezeExpired{.purchase = kByClick,
                           .partner = kPartner,
                           .member = kMember,
                           .to_available = money("1.51")},
      model::FreezeExpired{.purchase = kByCard,
                           .partner = kPartner,
                           .member = kMember,
                           .to_available = money("1.51")},
      model::WithdrawalRequested{.member = kMember,
                                 .method = model::WithdrawalMethod::phone,
                                 .destination_id = "phone",
                                 .amount = money("1.00")},  // 20
      model::WithdrawalSent{kPayout, kMember, money("1.00"), std::nullopt},
      model::WithdrawalSettled{kPayout, kMember, money("1.00"), money("0.10"), std::nullopt},
      model::CashbackClawedBack{
          .purchase = kByCard, .partner = kPartner, .member = kMember, .status = kDeclined}};
  Log log;
  for (const auto& event : first)
    log.push_back({noon_of_first, event});
  for (const auto& event : later)
    log.push_back({noon(kReleaseDay), event});
  return log;
}

std::vector<Violation> violations_of(const Log& log) {
  Audit audit;
  registry::Tables known;
  std::vector<Violation> found;
  model::Seq seq;
  for (const auto& told : log) {
    seq = model::next(seq);
    audit.examine(known, {std::nullopt, told.at, {{told.at, told.event}}}, seq, found);
    std::visit(
        [&](const auto& e) {
          if constexpr (requires { registry::fold(known, e, seq, told.at); })
            registry::fold(known, e, seq, told.at);
        },
        told.event);
  }
  return found;
}

Names broken(const Log& log) {
  Names names;
  for (const auto& violation : violations_of(log))
    names.insert(violation.invariant);
  return names;
}

// The log with the event at `seq`, an `E`, changed.
template <class E>
Names broken_by(std::uint64_t seq, auto&& change) {
  auto log = good();
  change(std::get<E>(log.at(seq - 1).event));
  return broken(log);
}

// The log with one more event at its end.
Names broken_by_more(model::Event event) {
  auto log = good();
  log.push_back({noon(kReleaseDay), std::move(event)});
  return broken(log);
}

Names bought(auto&& change) {
  return broken_by<model::PurchaseRecorded>(kByClick.value(), change);
}
Names bought_by_card(auto&& change) {
  return broken_by<model::PurchaseRecorded>(kByCard.value(), change);
}

TEST(Audit, finds_a_good_log_in_order) {
  EXPECT_EQ(broken(good()), Names{});
}

TEST(Audit, names_the_event) {
  auto log = good();
  std::get<model::PurchaseRecorded>(log.at(14).event).organization = kCentral;
  const auto found = violations_of(log);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found.front().what.find("seq 15, PurchaseRecorded"), std::string::npos)
      << found.front().what;
}

TEST(Audit, finds_a_release_that_is_repeated_or_never_was) {
  const model::FreezeExpired again{.purchase = kByClick, .partner = kPartner, .member = kMember};
  EXPECT_EQ(broken_by_more(again), Names{"I-4"});
  auto log = good();
  std::get<model::FreezeExpired>(log.at(18).event).purchase = kByClick;
  EXPECT_EQ(broken(log), Names{"I-4"});  // released twice, and one clawed back unreleased
}

TEST(Audit, finds_rates_out_of_bounds) {
  const auto with_rate = [](std::string_view rate) {
    auto published = terms(rate, "33");
    published.valid_from = day("2020-01-01");
    return broken_by_more(published);
  };
  EXPECT_EQ(with_rate("0.99"), Names{"I-5"});
  EXPECT_EQ(with_rate("1"), Names{});
  EXPECT_EQ(with_rate("30"), Names{});
  EXPECT_EQ(with_rate("30.01"), Names{"I-5"});
}

TEST(Audit, finds_a_line_that_earns_more_than_its_tariff) {
  EXPECT_EQ(bought([](auto& e) { e.lines.front().cashback = e.cashback = money("1.52"); }),
            Names{"I-5"});
  EXPECT_EQ(bought([](auto& e) {
              e.lines.front().cashback = e.cashback = money("1.50");  // rounded down
            }),
            Names{"I-5"});
  EXPECT_EQ(bought([](auto& e) { e.lines.front().rate = percent("6"); }), Names{"I-5"});
  EXPECT_EQ(bought([](auto& e) { e.lines.front().tariff = "other"; }), Names{"I-5"});
}

TEST(Audit, finds_sums_that_are_not_those_of_the_lines) {
  EXPECT_EQ(bought([](auto& e) { e.cashback = money("1.00"); }), Names{"I-5"});
  EXPECT_EQ(bought([](auto& e) {
              e.cashback = money("1.00");
              e.capped_from = money("1.51");
            }),
            Names{});
  EXPECT_EQ(bought([](auto& e) {
              e.cashback = money("1.60");
              e.capped_from = money("1.51");
            }),
            Names{"I-5"});
  EXPECT_EQ(bought([](auto& e) { e.commission = money("3.00"); }), Names{"I-5"});
  EXPECT_EQ(bought([](auto& e) { e.status = kDeclined; }), Names{"I-5"});
}

TEST(Audit, finds_an_adjustment_that_its_terms_do_not_give) {
  model::PurchaseAdjusted adjusted{.purchase = kByClick,
                                   .partner = kPartner,
                                   .member = kMember,
                                   .lines = {{.line = 1,
                                              .amount = money("10.10"),
                                              .rate = percent("5"),
                                              .cashback = money("0.51"),
                                              .commission = money("1.01")}},
                                   .cashback = money("0.51"),
                                   .commission = money("1.01")};
  EXPECT_EQ(broken_by_more(adjusted), Names{});
  adjusted.cashback = money("0.52");
  EXPECT_EQ(broken_by_more(adjusted), Names{"I-5"});
}

TEST(Audit, finds_terms_that_were_not_in_force) {
  EXPECT_EQ(broken_by<model::TermsPublished>(kOnline.value(),
                                             [](auto& e) { e.valid_from = day("2019-03-02"); }),
            Names{"I-5"});
  EXPECT_EQ(broken_by<model::TermsPublished>(kOnline.value(),
                                             [](auto& e) { e.valid_to = day("2019-02-28"); }),
            Names{"I-5"});
  EXPECT_TRUE(bought([](auto& e) { e.terms = model::TermsId{999}; }).contains("I-5"));
}

TEST(Audit, finds_a_freeze_out_of_bounds_or_off_by_a_day) {
  for (const std::uint16_t days : {std::uint16_t{29}, std::uint16_t{61}}) {
    auto published = terms("5", "10");
    published.valid_from = day("2020-01-01");
    published.freeze_days = days;
    EXPECT_EQ(broken_by_more(published), Names{"I-6"});
  }
  EXPECT_EQ(bought([](auto& e) { e.release_on = day("2019-03-31"); }), Names{"I-6"});
  EXPECT_EQ(bought([](auto& e) { e.freeze_days = 31; }), Names{"I-6"});
}

TEST(Audit, finds_a_release_before_its_day) {
  EXPECT_EQ(broken_by<model::BusinessDayOpened>(17, [](auto& e) { e.date = day("2019-03-31"); }),
            Names{"I-6"});
}

TEST(Audit, finds_a_second_recording_and_another_member) {
  EXPECT_EQ(bought_by_card([](auto& e) { e.action_id = "a"; }), Names{"I-7"});
  EXPECT_EQ(broken_by_more(model::PurchaseReaffirmed{
                .purchase = kByClick, .partner = kPartner, .member = kOtherMember}),
            Names{"I-7"});
  EXPECT_EQ(broken_by_more(model::PurchaseApproved{
                .purchase = model::PurchaseId{999}, .partner = kPartner, .member = kMember}),
            Names{"I-7"});
}

TEST(Audit, finds_a_withdrawal_below_its_method) {
  struct Least {
    model::WithdrawalMethod method;
    std::string_view amount;
  };
  for (const auto& [method, amount] : {Least{model::WithdrawalMethod::phone, "1.00"},
                                       Least{model::WithdrawalMethod::account, "20.00"},
                                       Least{model::WithdrawalMethod::card, "1000.00"},
                                       Least{model::WithdrawalMethod::wallet, "1000.00"}}) {
    model::WithdrawalRequested request{
        .member = kMember, .method = method, .amount = money(amount)};
    EXPECT_EQ(broken_by_more(request), Names{});
    request.amount -= money("0.01");
    EXPECT_EQ(broken_by_more(request), Names{"I-8"});
  }
}

TEST(Audit, finds_a_withdrawal_that_is_resolved_twice) {
  const model::WithdrawalReturned returned{.withdrawal = kPayout,
                                           .member = kMember,
                                           .to_available = money("0.40"),
                                           .to_debt = money("0.60")};
  auto log = good();
  log.push_back({noon(kReleaseDay), returned});
  EXPECT_EQ(broken(log), Names{});
  log.push_back({noon(kReleaseDay), returned});
  EXPECT_EQ(broken(log), Names{"I-10"});
  EXPECT_EQ(broken_by_more(model::WithdrawalSettled{kPayout, kMember, money("1.00"), {}, {}}),
            Names{"I-10"});
  EXPECT_EQ(broken_by_more(model::WithdrawalCancelled{kPayout, kMember, money("1.00"), {}}),
            Names{"I-10"});
  EXPECT_EQ(broken_by_more(model::WithdrawalOutcomeUnknown{kPayout, kMember}), Names{"I-10"});
  EXPECT_EQ(broken_by_more(model::WithdrawalSent{model::WithdrawalId{999}, kMember, {}, {}}),
            Names{"I-10"});
}

TEST(Audit, allows_a_rejection_to_be_settled_late_and_once) {
  auto log = good();
  log.at(21).event = model::WithdrawalRejected{kPayout, kMember, money("1.00"), {}, {}, {}};
  EXPECT_EQ(broken(log), Names{});
  const model::WithdrawalSettledAfterRejection late{kPayout, kMember, money("1.00"), {}, {}, {}};
  log.push_back({noon(kReleaseDay), late});
  EXPECT_EQ(broken(log), Names{});
  log.push_back({noon(kReleaseDay), late});
  EXPECT_EQ(broken(log), Names{"I-10"});
}

TEST(Audit, finds_a_withdrawal_that_ends_with_another_amount_or_member) {
  EXPECT_EQ(broken_by<model::WithdrawalSettled>(22, [](auto& e) { e.amount = money("1.01"); }),
            Names{"I-10"});
  EXPECT_EQ(broken_by<model::WithdrawalSent>(21, [](auto& e) { e.member = kOtherMember; }),
            Names{"I-10"});
}

TEST(Audit, finds_a_purchase_that_its_click_does_not_explain) {
  EXPECT_EQ(bought([](auto& e) { e.click_id.reset(); }), Names{"I-12"});
  EXPECT_EQ(bought([](auto& e) { e.card = kCard; }), Names{"I-12"});
  EXPECT_EQ(bought([](auto& e) { e.click_id = "unknown"; }), Names{"I-12"});
  EXPECT_EQ(bought([](auto& e) { e.click_id = "c43"; }), Names{"I-12"});
  EXPECT_EQ(broken_by<model::ClickRegistered>(11, [](auto& e) { e.partner = kOtherPartner; }),
            Names{"I-12"});
  EXPECT_EQ(
      broken_by<model::ClickRegistered>(11, [](auto& e) { e.channel = model::Channel::lead; }),
      Names{"I-12"});
}

TEST(Audit, finds_a_purchase_outside_of_the_window) {
  const auto clicked = [](model::Instant at) {
    auto log = good();
    for (std::size_t i = 0; i < 11; ++i)
      log.at(i).at = at;
    return broken(log);
  };
  const auto window = model::Span::hours(24 * 30);
  EXPECT_EQ(clicked(bought_at()), Names{});
  EXPECT_EQ(clicked(bought_at() + model::Span::minutes(1)), Names{"I-12"});
  EXPECT_EQ(clicked(bought_at() - window), Names{});
  EXPECT_EQ(clicked(bought_at() - window - model::Span::minutes(1)), Names{"I-12"});
}

TEST(Audit, finds_a_purchase_that_its_card_does_not_explain) {
  EXPECT_EQ(bought_by_card([](auto& e) { e.card = hash_of('5'); }), Names{"I-12"});
  EXPECT_EQ(bought_by_card([](auto& e) { e.member = kOtherMember; }).contains("I-12"), true);
  EXPECT_EQ(broken_by<model::CardIssued>(5, [](auto& e) { e.valid_to = day("2019-02-28"); }),
            Names{"I-12"});
  EXPECT_EQ(broken_by<model::CardIssued>(5, [](auto& e) { e.valid_to = day(kFirstDay); }), Names{});
  auto log = good();
  log.at(13) = {noon(kFirstDay), model::CardBlocked{.member = kMember, .number = kCard}};
  EXPECT_EQ(broken(log), Names{"I-12"});
}

TEST(Audit, finds_a_buyer_who_was_no_member) {
  const auto after = [](model::Event event) {
    auto log = good();
    log.at(13).event = std::move(event);
    return broken(log);
  };
  EXPECT_EQ(after(model::MembershipTerminated{.member = kMember, .last_day = day("2019-02-28")}),
            Names{"I-13"});
  EXPECT_EQ(after(model::MembershipTerminated{.member = kMember, .last_day = day(kFirstDay)}),
            Names{});
  EXPECT_EQ(after(model::MembershipSuspended{.member = kMember, .effective_on = day(kFirstDay)}),
            Names{"I-13"});
  EXPECT_EQ(broken_by<model::MemberAdmitted>(3, [](auto& e) { e.admitted_on = day("2019-03-02"); }),
            Names{"I-13"});
}

TEST(Audit, does_not_judge_a_purchase_by_what_became_known_later) {
  EXPECT_EQ(
      broken_by_more(model::MembershipTerminated{.member = kMember, .last_day = day("2019-02-01")}),
      Names{});
}

TEST(Audit, finds_another_organisation_or_category_than_the_members) {
  EXPECT_EQ(bought([](auto& e) { e.organization = kCentral; }), Names{"I-13"});
  EXPECT_EQ(bought([](auto& e) { e.category = model::MemberCategory::student; }), Names{"I-13"});
}

TEST(Audit, finds_a_second_account_and_a_number_of_two_members) {
  EXPECT_EQ(broken_by_more(model::AccountOpened{kMember}), Names{"I-14"});
  EXPECT_EQ(broken_by_more(model::AccountOpened{kOtherMember}), Names{});
  EXPECT_EQ(broken_by_more(model::CardIssued{.member = kOtherMember, .number = kCard}),
            Names{"I-14"});
  EXPECT_EQ(broken_by_more(model::CardIssued{
                .member = kMember, .number = kCard, .form = model::CardForm::virtual_card}),
            Names{});
}

TEST(Audit, finds_a_member_of_two_primaries_or_of_none) {
  EXPECT_EQ(broken_by_more(admitted(kMember, "2019-05-01")), Names{"I-15"});
  EXPECT_EQ(broken_by_more(admitted(kNewcomer, "2019-05-01")), Names{});
  EXPECT_EQ(broken_by_more(with(admitted(kNewcomer, "2019-05-01"),
                                [](auto& e) { e.organization = kCentral; })),
            Names{"I-15"});
  const model::MemberTransferred transferred{
      .member = kMember, .from = kPrimary, .to = kPrimary, .effective_on = day("2019-05-01")};
  EXPECT_EQ(broken_by_more(with(transferred, [](auto& e) { e.from = kCentral; })), Names{"I-15"});
  EXPECT_EQ(broken_by_more(with(transferred, [](auto& e) { e.to = kCentral; })), Names{"I-15"});
  EXPECT_EQ(broken_by_more(with(transferred, [](auto& e) { e.member = kNewcomer; })),
            Names{"I-15"});
}

TEST(Audit, finds_personal_data_that_can_be_read) {
  const auto added = [](auto&& change) { return broken_by<model::DestinationAdded>(14, change); };
  EXPECT_EQ(added([](auto& e) { e.mask = "+79161234567"; }), Names{"I-22"});
  EXPECT_EQ(added([](auto& e) { e.mask = "+7916***4567"; }), Names{"I-22"});
  EXPECT_EQ(added([](auto& e) { e.mask = "+79***34567"; }), Names{"I-22"});
  EXPECT_EQ(added([](auto& e) { e.value.bytes = "+79161234567 for Anna Example"; }), Names{"I-22"});
  EXPECT_EQ(added([](auto& e) { e.value.bytes.clear(); }), Names{"I-22"});
  EXPECT_EQ(broken_by<model::MemberAdmitted>(
                3, [](auto& e) { e.personal = model::Sealed{"Анна Примерова, +79161234567"}; }),
            Names{"I-22"});
}

}  // namespace
}  // namespace kopilka::ledger
