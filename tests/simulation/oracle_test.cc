// The oracle against the worked examples of domain.md §14, kopeck by kopeck, and against the rows
// of its tables that the examples leave out.

#include "tests/simulation/oracle/oracle.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace kopilka::simulation {
namespace {

/// One small programme: member 1 of primary 2 with card 4000001, an account and four destinations;
/// partner 7. Lines are numbered, so that every key is new.
class OracleTest : public ::testing::Test {
 protected:
  OracleTest() {
    tell(R"("command":"register_organization","organization_id":1,"kind":"central","name":"C")");
    tell(R"("command":"register_organization","organization_id":2,"kind":"primary",)"
         R"("parent_id":1,"name":"P")");
    tell(R"("command":"admit_member","member_id":1,"organization_id":2,"category":"working",)"
         R"("admitted_on":"2018-01-01","name":"Анна")");
    tell(R"("command":"issue_card","member_id":1,"number":"4000001","form":"plastic")");
    tell(R"("command":"open_account","member_id":1,"number":"4000001","name":"Анна")");
    tell(R"("command":"register_partner","partner_id":7,"name":"Shop")");
    destination("phone", "+79161234567");
    destination("card", "4111111111111111");
    destination("wallet", "w-1");
    destination("account", "044525225/40702810338000000009");
  }

  void destination(const std::string& method, const std::string& value) {
    tell(fmt::format(R"("command":"add_destination","member_id":1,"method":"{}","value":"{}")",
                     method, value));
  }

  /// Offline terms of one percent tariff from 2018 on.
  void terms(const std::string& percent, const std::string& commission, int freeze_days) {
    tell(fmt::format(R"("command":"publish_terms","partner_id":7,"channel":"offline",)"
                     R"("tariffs":[{{"code":"all","percent":"{}","commission_percent":"{}"}}],)"
                     R"("freeze_days":{},"valid_from":"2018-01-01")",
                     percent, commission, freeze_days));
  }

  /// Sends the fields with the next key at the time that stands; gives what it promised.
  Verdict say(const std::string& fields) {
    last_key_ = fmt::format("k{}", ++lines_);
    return oracle_.submit(fmt::format(R"({{{},"key":"{}","at":"{}"}})", fields, last_key_, at_));
  }

  Verdict tell(const std::string& fields) {
    const Verdict verdict = say(fields);
    EXPECT_EQ(verdict.status, "accepted") << fields << " " << verdict.code;
    return verdict;
  }

  /// A message about action "a": one line a sum.
  struct Said {
    std::string status;
    std::vector<std::string> sums;
    std::string status_at;
    std::string purchase_at = "2019-03-01T12:15:00+03:00";
    std::string action = "a";
  };

  Verdict report(const Said& said) {
    std::string lines;
    for (std::size_t i = 0; i < said.sums.size(); ++i) {
      lines +=
          fmt::format(R"({}{{"line":{},"amount":"{}"}})", i == 0 ? "" : ",", i + 1, said.sums[i]);
    }
    return say(fmt::format(R"("command":"report_purchase","partner_id":7,"action_id":"{}",)"
                           R"("status":"{}","status_at":"{}","purchase_at":"{}",)"
                           R"("card_number":"4000001","lines":[{}])",
                           said.action, said.status, said.status_at, said.purchase_at, lines));
  }

  Verdict withdraw(const std::string& method, const std::string& amount) {
    return say(
        fmt::format(R"("command":"request_withdrawal","member_id":1,"method":"{}","amount":"{}")",
                    method, amount));
  }

  Verdict step(const std::string& verb, const std::string& request_key,
               const std::string& more = "") {
    return say(fmt::format(R"("command":"{}_withdrawal","member_id":1,"request_key":"{}"{})", verb,
                           request_key, more));
  }

  void adjust(const std::string& amount) {
    tell(fmt::format(R"("command":"adjust_balance","member_id":1,"amount":"{}",)"
                     R"("reason":"test","approvers":["x","y"])",
                     amount));
  }

  std::string code_of(const Verdict& verdict) {
    return verdict.status == "refused" || verdict.status == "invalid" ? verdict.code
                                                                      : verdict.status;
  }

  void TearDown() override { EXPECT_EQ(oracle_.broken_invariants(), std::vector<std::string>{}); }

  Oracle oracle_{Oracle::Mode::import};
  std::string at_ = "2019-03-01T13:00:00+03:00";
  std::string last_key_;
  int lines_ = 0;
};

TEST_F(OracleTest, w1_the_seeds_own_example_ends_with_the_margin) {
  terms("30", "33", 30);
  const Verdict bought = report({"approved", {"13500.00"}, "2019-03-01T12:30:00+03:00"});
  EXPECT_EQ(bought.result.at("cashback").as_string(), "4050.00");
  EXPECT_EQ(bought.result.at("release_on").as_string(), "2019-04-01");
  EXPECT_EQ(bought.result.at("state").as_string(), "approved");
  at_ = "2019-03-31T20:59:59.999999Z";
  tell(R"("command":"open_business_day","date":"2019-03-31")");
  EXPECT_EQ(oracle_.balance(1), (Balance{4050'00, 0, 0, 0, 0, 0}));
  at_ = "2019-03-31T21:00:00Z";
  EXPECT_EQ(withdraw("card", "4050.00").result.at("due_at").as_string(), "2019-04-01T21:00:00Z");
  const std::string key = last_key_;
  EXPECT_EQ(oracle_.balance(1), (Balance{0, 0, 4050'00, 0, 0, 0}));
  EXPECT_EQ(code_of(step("send", key)), "accepted");
  EXPECT_EQ(code_of(step("settle", key, R"(,"processor_fee":"40.50")")), "accepted");
  EXPECT_EQ(oracle_.balance(1), Balance{});
  const auto books = oracle_.trial_balance();
  EXPECT_EQ(books.size(), 17U);
  EXPECT_EQ(books.at("1100"), -4090'50);
  EXPECT_EQ(books.at("1210"), 4455'00);
  EXPECT_EQ(books.at("4100"), -405'00);
  EXPECT_EQ(books.at("5200"), 40'50);
  EXPECT_EQ(oracle_.partner_balance(7).approved, 4455'00);
}

TEST_F(OracleTest, counts_the_headcount_that_was_reported_last_for_a_date) {
  const auto reports = [&](int organization, const std::string& as_of, int employees,
                           int pedagogues) {
    return code_of(say(fmt::format(R"("command":"report_headcount","organization_id":{},)"
                                   R"("as_of":"{}","employees":{},"pedagogues":{},"students":5)",
                                   organization, as_of, employees, pedagogues)));
  };
  EXPECT_EQ(reports(2, "1970-01-02", 10, 10), "accepted");
  EXPECT_EQ(reports(2, "1970-01-03", 20, 0), "accepted");
  EXPECT_EQ(reports(2, "1970-01-02", 11, 0), "accepted");
  EXPECT_EQ(reports(2, "1970-01-02", 11, 12), "bad_value");
  EXPECT_EQ(reports(2, "1970-01-02", 10'000'001, 0), "bad_value");
  EXPECT_EQ(reports(9, "1970-01-02", 1, 0), "organization_not_found");
  EXPECT_EQ(oracle_.headcounts(2), (std::map<Day, Headcount>{{1, {11, 0, 5}}, {2, {20, 0, 5}}}));
  EXPECT_TRUE(oracle_.headcounts(1).empty());
}

TEST_F(OracleTest, knows_one_chair_at_a_time) {
  tell(R"("command":"admit_member","member_id":2,"organization_id":2,"category":"working",)"
       R"("admitted_on":"2019-01-01","name":"Иван")");
  const auto elects = [&](int member, const std::string& role, const std::string& days) {
    return code_of(say(fmt::format(R"("command":"elect_officer","organization_id":2,)"
                                   R"("member_id":{},"role":"{}",{})",
                                   member, role, days)));
  };
  const auto ends = [&](int member, const std::string& day) {
    return code_of(say(fmt::format(R"("command":"end_officer_term","organization_id":2,)"
                                   R"("member_id":{},"role":"chair","effective_on":"{}")",
                                   member, day)));
  };
  EXPECT_EQ(elects(1, "chair", R"("from":"2019-02-01","to":"2019-02-10")"), "accepted");
  EXPECT_EQ(elects(2, "chair", R"("from":"2019-02-10")"), "office_taken");
  EXPECT_EQ(elects(2, "chair", R"("from":"2019-01-01","to":"2019-02-01")"), "office_taken");
  EXPECT_EQ(elects(2, "chair", R"("from":"2019-02-11")"), "accepted");
  EXPECT_EQ(elects(1, "deputy", R"("from":"2019-02-01")"), "accepted");
  EXPECT_EQ(elects(2, "deputy", R"("from":"2019-02-01")"), "accepted");
  EXPECT_EQ(elects(2, "deputy", R"("from":"2019-03-01")"), "office_taken");
  EXPECT_EQ(elects(2, "audit", R"("from":"2018-12-31")"), "date_before_admission");
  EXPECT_EQ(elects(2, "audit", R"("from":"2019-02-02","to":"2019-02-01")"), "bad_value");
  EXPECT_EQ(ends(1, "2019-02-11"), "not_active");
  EXPECT_EQ(ends(1, "2019-02-06"), "accepted");
  EXPECT_EQ(ends(2, "2019-02-11"), "accepted");
  EXPECT_EQ(oracle_.terms_of_office(2),
            (std::vector<TermView>{{1, "chair", day_of({2019, 2, 1}), day_of({2019, 2, 5}), false},
                                   {1, "deputy", day_of({2019, 2, 1}), {}, false},
                                   {2, "deputy", day_of({2019, 2, 1}), {}, false}}));
}

TEST_F(OracleTest, takes_the_dues_of_a_month_once) {
  const auto pays = [&](const std::string& period, const std::string& amount,
                        const std::string& paid_on) {
    return code_of(say(fmt::format(R"("command":"pay_dues","member_id":1,"period":"{}",)"
                                   R"("base":"100.00","percent":"1","amount":"{}",)"
                                   R"("paid_on":"{}")",
                                   period, amount, paid_on)));
  };
  EXPECT_EQ(pays("2018-02", "1.00", "2019-03-02"), "day_not_reached");
  EXPECT_EQ(pays("2018-02", "1.00", "2019-03-01"), "accepted");
  EXPECT_EQ(pays("2018-02", "2.00", "2019-03-01"), "already_paid");
  EXPECT_EQ(pays("2017-12", "1.00", "2019-03-01"), "date_before_admission");
  EXPECT_EQ(pays("2018-03", "0.00", "2019-03-01"), "bad_value");
  EXPECT_EQ(pays("2018-13", "1.00", "2019-03-01"), "bad_value");
  EXPECT_EQ(oracle_.dues(1),
            (std::map<Day, DuesView>{
                {day_of({2018, 2, 1}), {2, 100'00, 10'000, 1'00, day_of({2019, 3, 1})}}}));
  tell(R"("command":"terminate_membership","member_id":1,"reason":"other",)"
       R"("effective_on":"2019-02-01")");
  EXPECT_EQ(pays("2019-02", "1.00", "2019-03-01"), "accepted");
  EXPECT_EQ(pays("2019-03", "1.00", "2019-03-01"), "not_active");
}

TEST_F(OracleTest, w2_rounds_each_line_half_away_from_zero) {
  terms("5", "6", 30);
  report({"new", {"30.10"}, "2019-03-01T12:30:00+03:00"});
  EXPECT_EQ(oracle_.purchase(7, "a")->cashback, 151);
  report({"new", {"10.10", "10.10", "10.10"}, "2019-03-01T12:31:00+03:00"});
  EXPECT_EQ(oracle_.purchase(7, "a")->cashback, 153);
}

TEST(Rounding, w2_of_one_and_thirty_percent) {
  EXPECT_EQ(share_of(9, 10'000), 0);
  EXPECT_EQ(share_of(10, 10'000), 0);
  EXPECT_EQ(share_of(99, 10'000), 1);
  EXPECT_EQ(share_of(100, 10'000), 1);
  EXPECT_EQ(share_of(1, 300'000), 0);
  EXPECT_EQ(share_of(2, 300'000), 1);
  EXPECT_EQ(share_of(kLargestAmount, 300'000), 299'999'999'999 + 1);
}

TEST_F(OracleTest, w3_reordered_and_repeated_messages_end_where_the_newest_says) {
  terms("8.50", "10", 30);
  const auto said = [&](const std::string& status, const std::string& sum, int minute) {
    return code_of(report({status, {sum}, fmt::format("2019-03-01T12:{}:00+03:00", minute)}));
  };
  const auto stands = [&](Kopecks frozen, Kopecks tracked, Kopecks approved, Kopecks margin) {
    EXPECT_EQ(oracle_.balance(1).frozen, frozen);
    EXPECT_EQ(oracle_.partner_balance(7).tracked, tracked);
    EXPECT_EQ(oracle_.partner_balance(7).approved, approved);
    EXPECT_EQ(-oracle_.trial_balance().at("4100"), margin);
  };
  EXPECT_EQ(said("approved", "4990.00", 20), "accepted");
  stands(424'15, 0, 499'00, 74'85);
  EXPECT_EQ(said("new", "4990.00", 10), "stale");
  EXPECT_EQ(said("approved", "4990.00", 20), "duplicate");
  EXPECT_EQ(said("approved", "5490.00", 30), "accepted");
  stands(466'65, 0, 549'00, 82'35);
  EXPECT_EQ(said("pending", "5490.00", 40), "accepted");
  stands(466'65, 549'00, 0, 0);
  EXPECT_EQ(-oracle_.trial_balance().at("2500"), 82'35);
  EXPECT_TRUE(oracle_.purchase(7, "a")->held);
  EXPECT_EQ(said("approved", "5490.00", 50), "accepted");
  stands(466'65, 0, 549'00, 82'35);
  EXPECT_FALSE(oracle_.purchase(7, "a")->held);
  EXPECT_EQ(said("approved", "5491.00", 50), "status_time_conflict");
}

TEST_F(OracleTest, w4_minimums_and_a_race_for_the_last_thousand) {
  terms("1", "2", 30);
  report({"approved", {"1.00"}, "2019-03-01T12:30:00+03:00"});
  adjust("999.99");
  EXPECT_EQ(code_of(withdraw("card", "999.99")), "below_minimum");
  EXPECT_EQ(code_of(withdraw("wallet", "999.99")), "below_minimum");
  EXPECT_EQ(code_of(withdraw("account", "19.99")), "below_minimum");
  EXPECT_EQ(code_of(withdraw("phone", "0.99")), "below_minimum");
  EXPECT_EQ(code_of(withdraw("account", "20.00")), "accepted");
  const std::string account = last_key_;
  EXPECT_EQ(code_of(withdraw("phone", "1.00")), "accepted");
  const std::string phone = last_key_;
  EXPECT_EQ(oracle_.balance(1), (Balance{1, 978'99, 21'00, 0, 0, 0}));
  step("send", account);
  step("send", phone);
  EXPECT_EQ(code_of(step("settle", account)), "accepted");
  EXPECT_EQ(code_of(step("reject", phone)), "accepted");
  EXPECT_EQ(oracle_.balance(1).available, 979'99);
  EXPECT_EQ(code_of(step("return", account)), "accepted");
  EXPECT_EQ(code_of(step("return", account)), "wrong_state");
  EXPECT_EQ(oracle_.balance(1).available, 999'99);
  at_ = "2019-04-01T00:00:00+03:00";
  EXPECT_EQ(code_of(withdraw("card", "1000.00")), "accepted");
  EXPECT_EQ(code_of(withdraw("card", "1000.00")), "insufficient_funds");
}

TEST_F(OracleTest, w5_the_freeze_clock_counts_moscow_days) {
  terms("5", "6", 30);
  at_ = "2019-03-02T13:00:00+03:00";
  const auto release_on = [&](const std::string& action, const std::string& purchase_at) {
    report({"new", {"10.00"}, "2020-01-31T00:00:00Z", purchase_at, action});
    return day_text(oracle_.purchase(7, action)->release_on);
  };
  EXPECT_EQ(release_on("1", "2019-01-31T23:59:59+03:00"), "2019-03-03");
  EXPECT_EQ(release_on("2", "2019-02-01T00:00:00+03:00"), "2019-03-04");
  EXPECT_EQ(release_on("3", "2019-02-01T03:00:00+10:00"), "2019-03-03");
  at_ = "2020-02-01T00:00:00+03:00";
  EXPECT_EQ(release_on("4", "2020-01-30T12:00:00+03:00"), "2020-03-01");
}

TEST_F(OracleTest, w5_sixty_days_are_not_moved_by_a_holiday) {
  terms("5", "6", 60);
  at_ = "2019-11-02T00:00:00+03:00";
  report({"new", {"10.00"}, "2019-11-02T00:00:00Z", "2019-11-01T12:00:00+03:00"});
  EXPECT_EQ(day_text(oracle_.purchase(7, "a")->release_on), "2020-01-01");
}

TEST_F(OracleTest, a_late_decline_of_money_paid_out_becomes_a_debt_that_later_credit_repays) {
  terms("10", "12", 30);
  report({"approved", {"100.00"}, "2019-03-01T12:30:00+03:00"});
  at_ = "2019-04-05T12:00:00+03:00";
  EXPECT_EQ(code_of(withdraw("phone", "7.00")), "accepted");
  EXPECT_EQ(code_of(report({"declined", {"100.00"}, "2019-04-05T12:00:00+03:00"})), "accepted");
  EXPECT_EQ(oracle_.balance(1), (Balance{0, 0, 7'00, 0, 7'00, 0}));
  EXPECT_EQ(oracle_.purchase(7, "a")->member_state, "clawed_back");
  EXPECT_EQ(code_of(withdraw("phone", "1.00")), "member_has_debt");
  EXPECT_EQ(code_of(report({"new", {"100.00"}, "2019-04-06T12:00:00+03:00"})), "already_declined");
  adjust("9.00");
  EXPECT_EQ(oracle_.balance(1), (Balance{0, 2'00, 7'00, 0, 0, 0}));
}

TEST_F(OracleTest, a_reheld_purchase_after_release_keeps_its_sum_from_being_withdrawn) {
  terms("10", "12", 30);
  report({"approved", {"100.00"}, "2019-03-01T12:30:00+03:00"});
  at_ = "2019-04-05T12:00:00+03:00";
  adjust("5.00");
  report({"pending", {"80.00"}, "2019-04-05T12:00:00+03:00"});
  EXPECT_EQ(oracle_.balance(1), (Balance{0, 13'00, 0, 0, 0, 8'00}));
  EXPECT_EQ(oracle_.partner_balance(7).tracked, 9'60);
  EXPECT_EQ(code_of(withdraw("phone", "5.01")), "on_hold");
  EXPECT_EQ(code_of(withdraw("phone", "5.00")), "accepted");
  tell(R"("command":"lift_hold","scope":"purchase","partner_id":7,"action_id":"a",)"
       R"("rule":"partner")");
  EXPECT_EQ(oracle_.balance(1), (Balance{0, 8'00, 5'00, 0, 0, 0}));
}

TEST_F(OracleTest, what_cannot_be_attributed_waits_91_days_and_is_judged_afresh) {
  EXPECT_EQ(report({"new", {"100.00"}, "2019-03-01T12:30:00+03:00"}).result.at("why").as_string(),
            "no_terms");
  at_ = "2019-05-30T23:59:59+03:00";
  report({"new", {"100.00"}, "2019-03-01T12:31:00+03:00"});
  EXPECT_EQ(oracle_.purchase(7, "a")->state, "unattributed");
  at_ = "2019-05-31T00:00:00+03:00";
  terms("10", "12", 30);
  EXPECT_EQ(oracle_.purchase(7, "a")->state, "expired");
  EXPECT_EQ(code_of(report({"new", {"100.00"}, "2019-03-01T12:31:00+03:00"})), "duplicate");
  report({"new", {"100.00"}, "2019-03-01T12:32:00+03:00"});
  EXPECT_EQ(oracle_.purchase(7, "a")->member_state, "frozen");  // late: waits for approval
  report({"approved", {"100.00"}, "2019-03-01T12:33:00+03:00"});
  EXPECT_EQ(oracle_.balance(1), (Balance{0, 10'00, 0, 0, 0, 0}));
}

TEST_F(OracleTest, a_known_key_is_answered_again_and_not_reused_for_something_else) {
  const std::string line = R"({"command":"register_partner","partner_id":8,"name":"S","key":"x",)"
                           R"("at":"2019-03-01T14:00:00+03:00"})";
  const std::string again = R"({"key":"x","at":"2001-03-01T14:00:00Z","name":"S","currency":"RUB",)"
                            R"("partner_id":8,"command":"register_partner"})";
  const std::string other = R"({"command":"register_partner","partner_id":8,"name":"T","key":"x",)"
                            R"("at":"2019-03-01T14:00:00+03:00"})";
  EXPECT_EQ(oracle_.submit(line).status, "accepted");
  EXPECT_EQ(oracle_.submit(again).status, "duplicate");
  EXPECT_EQ(oracle_.submit(again).original_status, "accepted");
  EXPECT_EQ(oracle_.submit(other).code, "key_reused");
}

TEST_F(OracleTest, malformed_lines_are_invalid_and_change_nothing) {
  const auto code = [&](const std::string& line) { return oracle_.submit(line).code; };
  const std::string at = R"("at":"2019-03-01T14:00:00+03:00")";
  EXPECT_EQ(code("{"), "not_json");
  EXPECT_EQ(code(R"({"command":"open_business_day","key":"a","key":"a",)" + at + "}"),
            "duplicate_name");
  EXPECT_EQ(code(R"({"command":"close_organization","key":"a",)" + at + "}"), "unknown_command");
  EXPECT_EQ(code(R"({"command":"open_business_day","key":"a",)" + at + "}"), "missing_field");
  EXPECT_EQ(
      code(R"({"command":"open_business_day","key":"a","date":"2019-03-02","x":1,)" + at + "}"),
      "unexpected_field");
  EXPECT_EQ(code(R"({"command":"open_business_day","key":"a","date":2019,)" + at + "}"),
            "wrong_type");
  EXPECT_EQ(code(R"({"command":"open_business_day","key":"a","date":"2019-02-29",)" + at + "}"),
            "bad_value");
  EXPECT_EQ(code(R"({"command":"open_business_day","key":"a","date":"2019-03-02",)"
                 R"("at":"2019-03-01T12:59:59+03:00"})"),
            "time_runs_backwards");
  EXPECT_EQ(code(std::string(1024 * 1024 + 1, ' ') + "{"), "line_too_long");
}

TEST(LiveOracle, opens_three_days_by_itself_and_waits_for_an_operator_beyond) {
  Oracle oracle(Oracle::Mode::live);
  const auto open = [&](const std::string& date) {
    return oracle
        .submit(
            fmt::format(R"({{"command":"open_business_day","date":"{}","key":"{}"}})", date, date))
        .code;
  };
  const auto partner = [&](int id) {
    return oracle
        .submit(fmt::format(
            R"({{"command":"register_partner","partner_id":{},"name":"S","key":"p{}"}})", id, id))
        .code;
  };
  oracle.set_clock(*parse_instant("2019-03-01T12:00:00Z"));
  EXPECT_EQ(partner(1), "");
  oracle.set_clock(*parse_instant("2019-03-04T12:00:00Z"));
  EXPECT_EQ(day_text(*oracle.business_day()), "2019-03-04");
  oracle.set_clock(*parse_instant("2019-03-08T12:00:00Z"));
  EXPECT_EQ(day_text(*oracle.business_day()), "2019-03-04");
  EXPECT_EQ(partner(2), "day_not_reached");
  EXPECT_EQ(open("2019-03-06"), "day_skipped");
  EXPECT_EQ(open("2019-03-05"), "");
  EXPECT_EQ(partner(3), "");
  EXPECT_EQ(day_text(*oracle.business_day()), "2019-03-08");
}

}  // namespace
}  // namespace kopilka::simulation
