#include "engine/codec/command_json.h"

#include <set>
#include <string>
#include <string_view>
#include <variant>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/engine/codec/command_lines.h"

namespace kopilka::codec {
namespace {

using test::good_line;
using test::spoiled;

std::string judged(std::string_view line, At at = At::forbidden) {
  const auto parsed = parse_command(line, at);
  return parsed ? "accepted" : std::string(model::name_of(parsed.error().code));
}

template <class T>
T taken(std::string_view line) {
  const auto parsed = parse_command(line, At::forbidden);
  if (!parsed) {
    ADD_FAILURE() << parsed.error().message;
    return {};
  }
  EXPECT_EQ(parsed->key, "k");
  EXPECT_EQ(parsed->at, std::nullopt);
  return std::get<T>(parsed->command);
}

template <class T>
T taken() {
  return taken<T>(good_line(T::kName));
}

model::Date date(std::string_view text) {
  return *model::parse_date(text);
}
model::Money money(std::string_view text) {
  return *model::parse_signed_money(text);
}

TEST(CommandLine, is_accepted_for_every_command) {
  std::set<std::string_view> seen;
  for (const auto& good : test::kGoodLines) {
    const auto parsed = parse_command(good.line, At::forbidden);
    ASSERT_TRUE(parsed) << good.command << ": " << parsed.error().message;
    EXPECT_EQ(model::name_of(parsed->command), good.command);
    seen.insert(good.command);
  }
  EXPECT_EQ(seen.size(), std::variant_size_v<model::Command>);
}

TEST(CommandLine, gives_an_organization_all_that_was_said_of_it) {
  const auto c = taken<model::RegisterOrganization>();
  EXPECT_EQ(c.organization, model::OrganizationId{3});
  EXPECT_EQ(c.kind, model::OrganizationKind::primary);
  EXPECT_EQ(c.parent, model::OrganizationId{2});
  EXPECT_EQ(c.name, "Школа 5");
  EXPECT_EQ(c.district, "ЦФО");
  EXPECT_EQ(c.city, "Тверь");
  EXPECT_EQ(c.inn, "6950000000");
  EXPECT_TRUE(c.pilot);
}

TEST(CommandLine, gives_a_member_all_that_was_said_of_them) {
  const auto c = taken<model::AdmitMember>();
  EXPECT_EQ(c.member, model::MemberId{42});
  EXPECT_EQ(c.organization, model::OrganizationId{3});
  EXPECT_EQ(c.category, model::MemberCategory::working);
  EXPECT_EQ(c.admitted_on, date("2019-01-10"));
  EXPECT_EQ(c.tenure_from, date("2018-01-10"));
  EXPECT_EQ(c.sex, model::Sex::f);
  EXPECT_EQ(c.birth_date, date("1980-02-03"));
  EXPECT_TRUE(c.pedagogue);
  EXPECT_EQ(c.name->text, "Анна");
  EXPECT_EQ(c.phone->text, "+79991234567");
  EXPECT_EQ(c.email->text, "a@b.ru");
  EXPECT_FALSE(c.personal || c.name_hash || c.birth_month) << "sealing sets them, not the caller";
}

TEST(CommandLine, gives_terms_their_tariffs_and_limits) {
  const auto c = taken<model::PublishTerms>();
  ASSERT_EQ(c.tariffs.size(), 2U);
  EXPECT_EQ(c.tariffs[0].percent, model::Rate::ppm(85'000));
  EXPECT_EQ(c.tariffs[0].fixed, std::nullopt);
  EXPECT_EQ(c.tariffs[1].fixed, money("100.00"));
  EXPECT_EQ(c.tariffs[1].commission_fixed, money("120.00"));
  EXPECT_EQ(c.freeze_days, 30);
  EXPECT_EQ(c.window_days, 45);
  EXPECT_EQ(c.cap_per_order, money("500.00"));
  EXPECT_EQ(c.cap_per_month, money("1000.00"));
  EXPECT_EQ(c.release_policy, model::ReleasePolicy::require_approval);
  EXPECT_EQ(c.valid_to, date("2019-12-31"));
}

TEST(CommandLine, gives_a_purchase_all_that_the_partner_said) {
  const auto c = taken<model::ReportPurchase>();
  EXPECT_EQ(c.partner, model::PartnerId{7});
  EXPECT_EQ(c.action_id, "A-1");
  EXPECT_EQ(c.order_id, "O-1");
  EXPECT_EQ(c.status, model::PurchaseStatus::new_purchase);
  EXPECT_EQ(c.status_at, *model::parse_instant("2019-03-01T09:20:00Z"));
  EXPECT_EQ(c.purchase_at, *model::parse_instant("2019-03-01T09:15:00.5Z"));
  EXPECT_EQ(c.click_id, "c1");
  EXPECT_EQ(c.card_number, std::nullopt);
  EXPECT_EQ(c.currency, "USD");
  EXPECT_EQ(c.fx_rate, model::ExchangeRate::ten_thousandths(661'234));
  ASSERT_EQ(c.lines.size(), 2U);
  EXPECT_EQ(c.lines[0], (model::OrderLine{1, money("10.10"), "base"}));
  EXPECT_EQ(c.lines[1], (model::OrderLine{2, money("0.00"), std::nullopt}));
  EXPECT_EQ(c.delivery, money("3.00"));
  EXPECT_EQ(c.reason, "r");
}

TEST(CommandLine, fills_in_the_defaults_of_what_is_not_said) {
  const auto terms =
      taken<model::PublishTerms>(R"({"command":"publish_terms","key":"k","partner_id":7,)"
                                 R"("channel":"lead","tariffs":[{"code":"b","percent":"1",)"
                                 R"("commission_percent":"2"}],"freeze_days":30,)"
                                 R"("valid_from":"2019-01-01"})");
  EXPECT_EQ(terms.window_days, 30);
  EXPECT_EQ(terms.release_policy, model::ReleasePolicy::auto_release);
  EXPECT_EQ(terms.valid_to, std::nullopt);
  EXPECT_EQ(taken<model::RegisterClick>(
                R"({"command":"register_click","key":"k","member_id":1,"partner_id":2})")
                .channel,
            model::Channel::online);
  const auto election = taken<model::ElectOfficer>(
      R"({"command":"elect_officer","key":"k","organization_id":1,"member_id":2,"role":"chair",)"
      R"("from":"2019-01-01"})");
  EXPECT_EQ(election.to, std::nullopt);
  EXPECT_FALSE(election.full_time);
  EXPECT_EQ(taken<model::SettleWithdrawal>(
                R"({"command":"settle_withdrawal","key":"k","withdrawal_id":1})")
                .processor_fee,
            money("0.00"));
  EXPECT_EQ(taken<model::RegisterPartner>(
                R"({"command":"register_partner","key":"k","partner_id":1,"name":"n"})")
                .currency,
            "RUB");
}

TEST(CommandLine, reads_withdrawals_named_in_each_way) {
  EXPECT_EQ(taken<model::CancelWithdrawal>().which.withdrawal, model::WithdrawalId{77});
  EXPECT_EQ(taken<model::SendWithdrawal>().which.ext_ref, "abcdefgh12345678");
  const auto which = taken<model::MarkWithdrawalUnknown>().which;
  EXPECT_EQ(which.member, model::MemberId{42});
  EXPECT_EQ(which.request_key, "w1");
}

TEST(CommandLine, reads_the_rest_of_the_commands) {
  EXPECT_EQ(taken<model::TransferMember>().to_organization, model::OrganizationId{4});
  EXPECT_EQ(taken<model::ChangeMemberCategory>().category, model::MemberCategory::student);
  EXPECT_EQ(taken<model::SuspendMembership>().reason, "leave");
  EXPECT_EQ(taken<model::ReinstateMembership>().effective_on, date("2019-03-01"));
  EXPECT_EQ(taken<model::TerminateMembership>().reason, model::TerminationReason::left_industry);
  EXPECT_EQ(taken<model::ElectOfficer>().organization, model::OrganizationId{3});
  EXPECT_EQ(taken<model::ElectOfficer>().role, model::OfficerRole::deputy);
  EXPECT_EQ(taken<model::ElectOfficer>().from, date("2019-02-01"));
  EXPECT_EQ(taken<model::ElectOfficer>().to, date("2024-01-31"));
  EXPECT_TRUE(taken<model::ElectOfficer>().full_time);
  EXPECT_EQ(taken<model::EndOfficerTerm>().member, model::MemberId{42});
  EXPECT_EQ(taken<model::EndOfficerTerm>().effective_on, date("2020-02-01"));
  EXPECT_EQ(taken<model::PayDues>().period, model::month_of(date("2019-02-28")));
  EXPECT_EQ(taken<model::PayDues>().base, money("30000.00"));
  EXPECT_EQ(taken<model::PayDues>().percent, model::Rate::ppm(10'000));
  EXPECT_EQ(taken<model::PayDues>().amount, money("300.00"));
  EXPECT_EQ(taken<model::PayDues>().paid_on, date("2019-03-05"));
  EXPECT_EQ(taken<model::ReportHeadcount>().as_of, date("2019-01-01"));
  EXPECT_EQ(taken<model::ReportHeadcount>().employees, 120U);
  EXPECT_EQ(taken<model::ReportHeadcount>().pedagogues, 80U);
  EXPECT_EQ(taken<model::ReportHeadcount>().students, 900U);
  EXPECT_EQ(taken<model::IssueCard>().number.text, "1234567890");
  EXPECT_EQ(taken<model::IssueCard>().form, model::CardForm::virtual_card);
  EXPECT_EQ(taken<model::BlockCard>().reason, "lost");
  EXPECT_EQ(taken<model::OpenAccount>().name->text, "Анна");
  EXPECT_THAT(taken<model::RegisterPartner>().cities, testing::ElementsAre("Тверь", "Москва"));
  EXPECT_EQ(taken<model::SuspendPartner>().partner, model::PartnerId{7});
  EXPECT_EQ(taken<model::ResumePartner>().effective_on, date("2019-06-01"));
  EXPECT_EQ(taken<model::RegisterClick>().click_id, "c-1_A");
  EXPECT_EQ(taken<model::OpenBusinessDay>().date, date("2019-04-01"));
  EXPECT_THAT(taken<model::PublishCalendar>().days_off, testing::ElementsAre(date("2019-05-09")));
  EXPECT_EQ(taken<model::AddDestination>().value.text, "+79991234567");
  EXPECT_EQ(taken<model::RequestWithdrawal>().amount, money("1000.00"));
  EXPECT_EQ(taken<model::SettleWithdrawal>().processor_fee, money("40.50"));
  EXPECT_EQ(taken<model::RejectWithdrawal>().code, "no such card");
  EXPECT_EQ(taken<model::ReturnWithdrawal>().processor_ref, "r1");
  EXPECT_EQ(taken<model::PlaceHold>().target.action_id, "A-1");
  EXPECT_EQ(taken<model::LiftHold>().target.destination_id, "d1");
  EXPECT_EQ(taken<model::AdjustBalance>().amount, money("-5.00"));
}

TEST(CommandLine, says_when_it_came_in_an_import_and_nowhere_else) {
  const auto timed = spoiled(good_line("open_business_day"), R"("key")",
                             R"("at":"2019-04-01T00:00:00.000001+03:00","key")");
  const auto parsed = parse_command(timed, At::required);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->at, *model::parse_instant("2019-03-31T21:00:00.000001Z"));
  EXPECT_EQ(judged(timed, At::forbidden), "unexpected_field");
  EXPECT_EQ(judged(good_line("open_business_day"), At::required), "missing_field");
  EXPECT_EQ(judged(spoiled(timed, "+03:00", ""), At::required), "bad_value") << "no offset";
  EXPECT_EQ(judged(spoiled(timed, "000001+", "0000001+"), At::required), "bad_value");
  EXPECT_EQ(
      judged(spoiled(timed, R"("2019-04-01T00:00:00.000001+03:00")", "1554066000"), At::required),
      "wrong_type");
}

}  // namespace
}  // namespace kopilka::codec
