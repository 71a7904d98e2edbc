#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/codec/command_json.h"
#include "tests/unit/engine/codec/command_lines.h"

namespace kopilka::codec {
namespace {

using test::good_line;
using test::spoiled;
using testing::HasSubstr;
using testing::Not;

std::string judged(std::string_view line, At at = At::forbidden) {
  const auto parsed = parse_command(line, at);
  return parsed ? "accepted" : std::string(model::name_of(parsed.error().code));
}

TEST(CommandLine, is_too_long_above_a_mebibyte) {
  std::string line = "{}";
  line.resize(kLineBytesMax, ' ');
  EXPECT_EQ(judged(line), "missing_field");
  EXPECT_EQ(judged(line + " "), "line_too_long");
}

TEST(CommandLine, must_be_one_json_object_in_utf8) {
  for (const std::string_view line :
       {"", "x", "[]", "1", "null", R"("text")", "{", R"({"a":1)", R"({"a":1,})", R"({'a':1})",
        R"({"a":1} {"b":2})", R"({"a":01})", R"({"a":NaN})", R"({"a":"\ud800"})",
        "{\"a\":\"\xff\"}", "{\"a\":\"\xc0\x80\"}", "{\"a\":\"\n\"}", R"({"a":1 /* c */})",
        "\xef\xbb\xbf{}"})
    EXPECT_EQ(judged(line), "not_json") << line;
}

TEST(CommandLine, may_be_nested_to_a_limit) {
  const auto nested = [](std::size_t arrays) {
    return R"({"a":)" + std::string(arrays, '[') + std::string(arrays, ']') + "}";
  };
  EXPECT_EQ(judged(nested(15)), "missing_field");
  EXPECT_EQ(judged(nested(16)), "not_json");
  EXPECT_EQ(judged(nested(500'000)), "not_json");
}

TEST(CommandLine, names_each_field_once_at_every_depth) {
  EXPECT_EQ(
      judged(
          R"({"command":"open_business_day","key":"k","date":"2019-04-01","date":"2019-04-01"})"),
      "duplicate_name");
  EXPECT_EQ(
      judged(R"({"command":"open_business_day","key":"k","d\u0061te":"2019-04-01","date":1})"),
      "duplicate_name")
      << "spelled with an escape";
  EXPECT_EQ(judged(spoiled(good_line("report_purchase"), R"("line":1,)", R"("line":1,"line":1,)")),
            "duplicate_name");
  EXPECT_EQ(judged(R"({"x":{"y":[{"z":1,"z":2}]}})"), "duplicate_name") << "in an unknown field";
  EXPECT_EQ(judged(R"({"":1,"":2})"), "duplicate_name");
}

TEST(CommandLine, finds_a_duplicate_among_very_many_names_quickly) {
  std::string line = "{";
  for (int i = 0; i < 90'000; ++i)
    line += "\"" + std::to_string(i) + "\":1,";
  EXPECT_EQ(judged(line + "\"77\":1}"), "duplicate_name");
  EXPECT_EQ(judged(line + "\"x\":1}"), "missing_field");
}

TEST(CommandLine, must_name_a_command_of_this_release) {
  for (const std::string_view name : {"close_organization", "give_consent", "", "Report_purchase"})
    EXPECT_EQ(judged(R"({"command":")" + std::string(name) + R"(","key":"k"})"), "unknown_command");
  EXPECT_EQ(judged(R"({"key":"k"})"), "missing_field");
  EXPECT_EQ(judged(R"({"command":7,"key":"k"})"), "wrong_type");
}

TEST(CommandLine, must_have_a_key_of_printable_ascii) {
  const auto with_key = [](const std::string& key) {
    return judged(R"({"command":"open_business_day","date":"2019-04-01","key":)" + key + "}");
  };
  EXPECT_EQ(with_key("\"" + std::string(128, '~') + "\""), "accepted");
  EXPECT_EQ(with_key("\"a b\""), "accepted");
  EXPECT_EQ(with_key("\"" + std::string(129, 'k') + "\""), "bad_value");
  EXPECT_EQ(with_key("\"\""), "bad_value");
  EXPECT_EQ(with_key("\"ключ\""), "bad_value");
  EXPECT_EQ(with_key("\"a\\tb\""), "bad_value");
  EXPECT_EQ(with_key("5"), "wrong_type");
  EXPECT_EQ(judged(R"({"command":"open_business_day","date":"2019-04-01"})"), "missing_field");
}

TEST(CommandLine, hands_back_its_key_when_only_the_rest_is_wrong) {
  const auto key_of = [](std::string_view line) {
    return parse_command(line, At::forbidden).error().key;
  };
  EXPECT_EQ(key_of(R"({"command":"no_such_command","key":"k7"})"), "k7");
  EXPECT_EQ(key_of(R"({"command":"open_business_day","key":"k7"})"), "k7");
  EXPECT_EQ(key_of(R"({"a":1,"a":2,"key":"k7"})"), "k7");
  EXPECT_EQ(key_of(R"({"key":"k7","key":"k8"})"), std::nullopt);
  EXPECT_EQ(key_of(R"({"command":"open_business_day","key":7})"), std::nullopt);
  EXPECT_EQ(key_of("{"), std::nullopt);
}

TEST(CommandLine, refuses_a_field_that_its_command_lacks) {
  for (const auto& good : test::kGoodLines)
    EXPECT_EQ(judged(spoiled(good.line, R"("key")", R"("colour":"red","key")")), "unexpected_field")
        << good.command;
  EXPECT_EQ(judged(spoiled(good_line("report_purchase"), R"("line":1,)", R"("line":1,"sku":1,)")),
            "unexpected_field");
  EXPECT_EQ(judged(spoiled(good_line("publish_terms"), R"("code":)", R"("base":1,"code":)")),
            "unexpected_field");
  EXPECT_EQ(judged(spoiled(good_line("admit_member"), R"("key")", R"("name_hash":"00","key")")),
            "unexpected_field")
      << "what sealing sets is nobody's to name";
}

TEST(CommandLine, requires_what_is_not_optional) {
  const auto without = [](std::string_view command, std::string_view piece) {
    return judged(spoiled(good_line(command), piece, ""));
  };
  EXPECT_EQ(without("register_organization", R"("kind":"primary",)"), "missing_field");
  EXPECT_EQ(without("register_organization", R"("parent_id":2,)"), "missing_field");
  EXPECT_EQ(without("admit_member", R"("category":"working",)"), "missing_field");
  EXPECT_EQ(without("publish_terms", R"("freeze_days":30,)"), "missing_field");
  EXPECT_EQ(without("publish_terms", R"("code":"base",)"), "missing_field");
  EXPECT_EQ(without("report_purchase", R"("purchase_at":"2019-03-01T12:15:00.5+03:00",)"),
            "missing_field");
  EXPECT_EQ(without("report_purchase", R"("line":1,)"), "missing_field");
  EXPECT_EQ(without("publish_calendar", R"(,"working_weekends":["2019-05-04"])"), "missing_field");
  EXPECT_EQ(without("adjust_balance", R"(,"approvers":["a","b"])"), "missing_field");
  EXPECT_EQ(without("place_hold", R"("scope":"purchase",)"), "missing_field");
  EXPECT_EQ(without("register_partner", R"("categories":["books"],)"), "accepted");
}

TEST(CommandLine, wants_every_value_in_its_own_json_type) {
  const auto instead = [](std::string_view command, std::string_view piece, std::string_view with) {
    return judged(spoiled(good_line(command), piece, with));
  };
  EXPECT_EQ(instead("request_withdrawal", R"("1000.00")", "1000.00"), "wrong_type") << "money";
  EXPECT_EQ(instead("request_withdrawal", R"("1000.00")", "1000"), "wrong_type");
  EXPECT_EQ(instead("transfer_member", R"("member_id":42)", R"("member_id":"42")"), "wrong_type");
  EXPECT_EQ(instead("transfer_member", R"("member_id":42)", R"("member_id":42.0)"), "wrong_type");
  EXPECT_EQ(instead("transfer_member", R"("member_id":42)", R"("member_id":4e1)"), "wrong_type");
  EXPECT_EQ(instead("transfer_member", R"("member_id":42)", R"("member_id":null)"), "wrong_type");
  EXPECT_EQ(instead("transfer_member", R"("2019-02-01")", "20190201"), "wrong_type");
  EXPECT_EQ(instead("register_organization", "true", R"("true")"), "wrong_type");
  EXPECT_EQ(instead("register_organization", "true", "1"), "wrong_type");
  EXPECT_EQ(instead("register_organization", R"("primary")", "3"), "wrong_type");
  EXPECT_EQ(instead("register_organization", R"("ЦФО")", "null"), "wrong_type")
      << "null is not absence";
  EXPECT_EQ(instead("publish_terms", R"("8.5")", "8.5"), "wrong_type");
  EXPECT_EQ(instead("publish_terms", "30", R"("30")"), "wrong_type");
  EXPECT_EQ(instead("report_purchase", R"("66.1234")", "66.1234"), "wrong_type");
  EXPECT_EQ(instead("report_purchase", R"({"line":2,"amount":"0.00"})", "2"), "wrong_type");
  EXPECT_EQ(instead("report_purchase", R"("line":1)", R"("line":"1")"), "wrong_type");
  EXPECT_EQ(instead("publish_calendar", R"(["2019-05-09"])", R"("2019-05-09")"), "wrong_type");
  EXPECT_EQ(instead("publish_calendar", R"("2019-05-09")", "9"), "wrong_type");
  EXPECT_EQ(instead("register_partner", R"(["books"])", R"({"a":"books"})"), "wrong_type");
  EXPECT_EQ(instead("register_partner", R"("books")", "1"), "wrong_type");
  EXPECT_EQ(instead("adjust_balance", R"("-5.00")", "-5.00"), "wrong_type");
  EXPECT_EQ(instead("issue_card", R"("1234567890")", "1234567890"), "wrong_type");
}

TEST(CommandLine, checks_the_last_digits_of_a_taxpayers_number) {
  const auto with_inn = [](const std::string& inn) {
    return judged(spoiled(good_line("register_organization"), "6950000000", inn));
  };
  EXPECT_EQ(with_inn("7707083893"), "accepted");
  EXPECT_EQ(with_inn("500100732259"), "accepted");
  for (const char* wrong :
       {"7707083894", "500100732258", "500100732249", "77070838930", "770708389"})
    EXPECT_EQ(with_inn(wrong), "bad_value") << wrong;
}

TEST(CommandLine, reads_integers_from_one_to_the_limit_of_ids) {
  const auto with_id = [](std::string_view id) {
    return judged(spoiled(good_line("transfer_member"), R"("member_id":42)",
                          R"("member_id":)" + std::string(id)));
  };
  EXPECT_EQ(with_id("1"), "accepted");
  EXPECT_EQ(with_id("9007199254740991"), "accepted");
  EXPECT_EQ(with_id("9007199254740992"), "bad_value");
  EXPECT_EQ(with_id("0"), "bad_value");
  EXPECT_EQ(with_id("-1"), "bad_value");
  EXPECT_EQ(with_id("-42"), "bad_value");
  EXPECT_EQ(with_id("18446744073709551615"), "bad_value");
  EXPECT_EQ(with_id("184467440737095516160000"), "bad_value") << "beyond 64 bits, yet an integer";
  EXPECT_EQ(with_id("-9223372036854775809"), "bad_value");
}

TEST(CommandLine, keeps_the_patterns_of_values) {
  const auto instead = [](std::string_view command, std::string_view piece, std::string_view with) {
    return judged(spoiled(good_line(command), piece, with));
  };
  for (const std::string_view amount :
       {"1", "1.0", "1.000", ".10", "-1.00", "+1.00", "1,00", " 1.00", "12345678901.00", "1e3", ""})
    EXPECT_EQ(instead("request_withdrawal", "1000.00", amount), "bad_value") << amount;
  EXPECT_EQ(instead("request_withdrawal", "1000.00", "9999999999.99"), "accepted");
  EXPECT_EQ(instead("request_withdrawal", R"("card")", R"("cash")"), "bad_value");
  EXPECT_EQ(instead("publish_terms", R"("8.5")", R"("8.12345")"), "bad_value");
  EXPECT_EQ(instead("publish_terms", R"("8.5")", R"("1000")"), "bad_value");
  EXPECT_EQ(instead("publish_terms", "\"freeze_days\":30", "\"freeze_days\":4294967296"),
            "bad_value");
  EXPECT_EQ(instead("publish_terms", "\"freeze_days\":30", "\"freeze_days\":65535"), "accepted")
      << "bounds are a rule, not structure";
  EXPECT_EQ(instead("publish_terms", "45", "0"), "bad_value");
  EXPECT_EQ(instead("publish_terms", "45", "3651"), "bad_value");
  EXPECT_EQ(instead("publish_terms", "45", "3650"), "accepted");
  EXPECT_EQ(instead("report_purchase", "66.1234", "66.12"), "bad_value");
  EXPECT_EQ(instead("report_purchase", "66.1234", "0.0000"), "bad_value");
  EXPECT_EQ(instead("report_purchase", "A-1", std::string(101, 'a')), "bad_value");
  EXPECT_EQ(instead("report_purchase", "USD", "usd"), "bad_value");
  EXPECT_EQ(instead("transfer_member", "2019-02-01", "2019-02-29"), "bad_value");
  EXPECT_EQ(instead("transfer_member", "2019-02-01", "2019-2-1"), "bad_value");
  EXPECT_EQ(instead("issue_card", "1234567890", "12345"), "bad_value");
  EXPECT_EQ(instead("issue_card", "1234567890", "123456789012345678901"), "bad_value");
  EXPECT_EQ(instead("issue_card", "1234567890", "1234 567890"), "bad_value");
  EXPECT_EQ(instead("register_click", "c-1_A", "c 1"), "bad_value");
  EXPECT_EQ(instead("register_organization", "6950000000", "69500000001"), "bad_value");
  EXPECT_EQ(instead("register_organization", "Школа 5", ""), "bad_value");
  EXPECT_EQ(instead("register_organization", "Школа 5", std::string(1001, 'x')), "bad_value");
  EXPECT_EQ(instead("register_organization", "Школа 5", "a\\u0000b"), "bad_value");
}

TEST(CommandLine, reports_a_purchase_in_one_consistent_way) {
  const auto line = good_line("report_purchase");
  EXPECT_EQ(
      judged(spoiled(line, R"("click_id":"c1")", R"("click_id":"c1","card_number":"123456")")),
      "unexpected_field");
  EXPECT_EQ(judged(spoiled(line, R"("click_id":"c1")", R"("card_number":"123456")")), "accepted");
  EXPECT_EQ(judged(spoiled(line, R"("click_id":"c1",)", "")), "accepted");
  EXPECT_EQ(judged(spoiled(line, R"("currency":"USD",)", "")), "unexpected_field")
      << "a rate without a foreign currency";
  EXPECT_EQ(judged(spoiled(line, R"("fx_rate":"66.1234",)", "")), "missing_field");
  EXPECT_EQ(judged(spoiled(line, R"("line":2)", R"("line":1)")), "bad_value") << "numbered twice";
  EXPECT_EQ(judged(spoiled(line, R"("line":2)", R"("line":-2)")), "bad_value");
  EXPECT_EQ(judged(spoiled(line, R"("10.10")", R"("9999999999.99")")), "bad_value")
      << "too much once converted";
}

TEST(CommandLine, reports_a_purchase_of_one_to_a_thousand_lines_within_the_largest_amount) {
  const auto with_lines = [](int count, std::string_view amount) {
    std::string lines;
    for (int i = 1; i <= count; ++i)
      lines += (i > 1 ? "," : "") + (R"({"line":)" + std::to_string(i)) + R"(,"amount":")" +
               std::string(amount) + "\"}";
    return judged(R"({"command":"report_purchase","key":"k","partner_id":7,)"
                  R"("action_id":"A","status":"new","status_at":"2019-03-01T00:00:00Z",)"
                  R"("purchase_at":"2019-03-01T00:00:00Z","lines":[)" +
                  lines + "]}");
  };
  EXPECT_EQ(with_lines(0, ""), "bad_value");
  EXPECT_EQ(with_lines(1000, "1.00"), "accepted");
  EXPECT_EQ(with_lines(1001, "1.00"), "bad_value");
  EXPECT_EQ(with_lines(1, "9999999999.99"), "accepted");
  EXPECT_EQ(with_lines(2, "5000000000.00"), "bad_value");
}

TEST(CommandLine, publishes_terms_whose_tariffs_pay_in_one_way_each) {
  const auto line = good_line("publish_terms");
  EXPECT_EQ(judged(spoiled(line, R"("percent":"8.5",)", R"("percent":"8.5","fixed":"1.00",)")),
            "unexpected_field");
  EXPECT_EQ(judged(spoiled(line, R"("percent":"8.5",)", "")), "missing_field");
  EXPECT_EQ(judged(spoiled(line, R"(,"commission_percent":"10")", "")), "missing_field");
  EXPECT_EQ(judged(spoiled(line, R"("commission_percent":"10")",
                           R"("commission_percent":"10","commission_fixed":"1.00")")),
            "unexpected_field");
  EXPECT_EQ(judged(spoiled(line, R"("code":"lead")", R"("code":"base")")), "bad_value");
  EXPECT_EQ(judged(spoiled(line, "2019-12-31", "2018-12-31")), "bad_value");
  EXPECT_EQ(judged(spoiled(line, "2019-12-31", "2019-01-01")), "accepted") << "for one day";
  EXPECT_EQ(judged(R"({"command":"publish_terms","key":"k","partner_id":7,)"
                   R"("channel":"lead","tariffs":[],"freeze_days":30,)"
                   R"("valid_from":"2019-01-01"})"),
            "bad_value");
}

TEST(CommandLine, places_an_organization_under_another_unless_it_is_central) {
  const auto line = good_line("register_organization");
  EXPECT_EQ(judged(spoiled(line, R"("primary")", R"("central")")), "unexpected_field");
  EXPECT_EQ(judged(spoiled(spoiled(line, R"("primary")", R"("central")"), R"("parent_id":2,)", "")),
            "accepted");
}

TEST(CommandLine, counts_heads_up_to_ten_million) {
  const auto line = good_line("report_headcount");
  EXPECT_EQ(judged(spoiled(line, "120", "10000000")), "accepted");
  EXPECT_EQ(judged(spoiled(line, "120", "10000001")), "bad_value");
  EXPECT_EQ(judged(spoiled(line, "900", "10000000")), "accepted");
  EXPECT_EQ(judged(spoiled(line, "900", "10000001")), "bad_value");
  EXPECT_EQ(judged(spoiled(line, "900", "-1")), "bad_value");
  EXPECT_EQ(judged(spoiled(line, "900", "0")), "accepted");
}

TEST(CommandLine, counts_no_more_pedagogues_than_employees) {
  const auto line = good_line("report_headcount");
  EXPECT_EQ(judged(spoiled(line, "80", "120")), "accepted");
  EXPECT_EQ(judged(spoiled(line, "80", "121")), "bad_value");
  EXPECT_EQ(judged(spoiled(line, "120", R"("120")")), "wrong_type") << "nothing to compare with";
}

TEST(CommandLine, elects_for_a_day_or_longer) {
  const auto line = good_line("elect_officer");
  EXPECT_EQ(judged(spoiled(line, "2024-01-31", "2019-02-01")), "accepted") << "for one day";
  EXPECT_EQ(judged(spoiled(line, "2024-01-31", "2019-01-31")), "bad_value");
  EXPECT_EQ(judged(spoiled(line, R"("2024-01-31")", "20240131")), "wrong_type")
      << "nothing to compare with";
  EXPECT_EQ(judged(spoiled(line, "deputy", "treasurer")), "bad_value");
}

TEST(CommandLine, takes_dues_for_one_month) {
  const auto for_month = [](std::string_view month) {
    return judged(spoiled(good_line("pay_dues"), "2019-02", month));
  };
  EXPECT_EQ(for_month("1900-01"), "accepted");
  EXPECT_EQ(for_month("2199-12"), "accepted");
  for (const std::string_view month :
       {"1899-12", "2200-01", "2019-00", "2019-13", "2019-2", "2019-02-01", "201902", "2019", ""})
    EXPECT_EQ(for_month(month), "bad_value") << month;
  EXPECT_EQ(judged(spoiled(good_line("pay_dues"), R"("2019-02")", "201902")), "wrong_type");
}

TEST(CommandLine, takes_dues_above_zero_and_up_to_the_whole_base) {
  const auto line = good_line("pay_dues");
  EXPECT_EQ(judged(spoiled(line, R"("1")", R"("100")")), "accepted");
  EXPECT_EQ(judged(spoiled(line, R"("1")", R"("100.0001")")), "bad_value");
  EXPECT_EQ(judged(spoiled(line, R"("1")", R"("0")")), "accepted");
  EXPECT_EQ(judged(spoiled(line, "\"300.00\"", "\"0.01\"")), "accepted")
      << "what was paid is what was paid";
  EXPECT_EQ(judged(spoiled(line, "\"300.00\"", "\"0.00\"")), "bad_value");
  EXPECT_EQ(judged(spoiled(line, "30000.00", "0.00")), "accepted");
}

TEST(CommandLine, clicks_only_where_one_can_click) {
  EXPECT_EQ(judged(spoiled(good_line("register_click"), R"("lead")", R"("offline")")), "bad_value");
}

TEST(CommandLine, publishes_a_calendar_of_one_year) {
  const auto line = good_line("publish_calendar");
  EXPECT_EQ(judged(spoiled(line, "2019-05-09", "2020-05-09")), "bad_value");
  EXPECT_EQ(judged(spoiled(line, "2019-05-04", "2018-05-04")), "bad_value");
  EXPECT_EQ(judged(spoiled(line, "2019-05-04", "2019-05-09")), "bad_value") << "off and working";
  EXPECT_EQ(judged(spoiled(line, R"("year":2019)", R"("year":1899)")), "bad_value");
  EXPECT_EQ(judged(spoiled(spoiled(line, R"("2019-05-09")", ""), R"("2019-05-04")", "")),
            "accepted")
      << "empty lists";
}

TEST(CommandLine, names_a_withdrawal_in_exactly_one_way) {
  const auto named = [](std::string_view way) {
    return judged(R"({"command":"cancel_withdrawal","key":"k")" + std::string(way) + "}");
  };
  EXPECT_EQ(named(""), "missing_field");
  EXPECT_EQ(named(R"(,"member_id":42)"), "missing_field");
  EXPECT_EQ(named(R"(,"request_key":"w1")"), "missing_field");
  EXPECT_EQ(named(R"(,"withdrawal_id":1,"ext_ref":"a")"), "unexpected_field");
  EXPECT_EQ(named(R"(,"withdrawal_id":1,"member_id":2,"request_key":"w")"), "unexpected_field");
  EXPECT_EQ(named(R"(,"ext_ref":"a","member_id":2)"), "unexpected_field");
  EXPECT_EQ(named(R"(,"member_id":2,"request_key":"w")"), "accepted");
}

TEST(CommandLine, holds_what_its_scope_names) {
  const auto held = [](std::string_view target) {
    return judged(R"({"command":"place_hold","key":"k","rule":"r",)" + std::string(target) + "}");
  };
  EXPECT_EQ(held(R"("scope":"member","member_id":1)"), "accepted");
  EXPECT_EQ(held(R"("scope":"member")"), "missing_field");
  EXPECT_EQ(held(R"("scope":"member","member_id":1,"partner_id":2)"), "unexpected_field");
  EXPECT_EQ(held(R"("scope":"purchase","partner_id":1)"), "missing_field");
  EXPECT_EQ(held(R"("scope":"purchase","partner_id":1,"action_id":"a","member_id":1)"),
            "unexpected_field");
  EXPECT_EQ(held(R"("scope":"destination","member_id":1)"), "missing_field");
  EXPECT_EQ(held(R"("scope":"destination","member_id":1,"destination_id":"d","action_id":"a")"),
            "unexpected_field");
  EXPECT_EQ(held(R"("scope":"country","member_id":1)"), "bad_value");
}

TEST(CommandLine, adjusts_a_balance_by_something_with_two_approvers) {
  const auto line = good_line("adjust_balance");
  EXPECT_EQ(judged(spoiled(line, "-5.00", "0.00")), "bad_value");
  EXPECT_EQ(judged(spoiled(line, "-5.00", "-0.00")), "bad_value");
  EXPECT_EQ(judged(spoiled(line, "-5.00", "5.00")), "accepted");
  EXPECT_EQ(judged(spoiled(line, R"(["a","b"])", R"(["a"])")), "bad_value");
  EXPECT_EQ(judged(spoiled(line, R"(["a","b"])", R"([])")), "bad_value");
  EXPECT_EQ(judged(spoiled(line, R"(["a","b"])", R"(["a","b","c"])")), "bad_value");
  EXPECT_EQ(judged(spoiled(line, R"(["a","b"])", R"(["a","a"])")), "accepted")
      << "that they differ is a rule";
}

TEST(CommandLine, answers_the_first_code_of_the_documented_order_whatever_the_order_of_fields) {
  // Every line has all the faults to the right of the one that must be answered.
  EXPECT_EQ(judged(R"({"command":"no_such_command","key":"k","key":"k"})"), "duplicate_name");
  EXPECT_EQ(judged(R"({"command":"no_such_command","x":1})"), "unknown_command");
  EXPECT_EQ(judged(R"({"key":"","member_id":"x","command":"transfer_member","x":1})"),
            "unexpected_field");
  EXPECT_EQ(judged(R"({"key":"","member_id":"x","command":"transfer_member"})"), "missing_field");
  EXPECT_EQ(judged(R"({"key":"","member_id":"x","command":"transfer_member",)"
                   R"("to_organization_id":0,"effective_on":""})"),
            "wrong_type");
  EXPECT_EQ(judged(R"({"key":"","member_id":1,"command":"transfer_member",)"
                   R"("to_organization_id":0,"effective_on":""})"),
            "bad_value");
}

TEST(CommandLine, says_which_field_is_wrong_and_never_its_value) {
  const auto message = [](std::string_view line) {
    return parse_command(line, At::forbidden).error().message;
  };
  EXPECT_THAT(
      message(spoiled(good_line("report_purchase"), R"("amount":"0.00")", R"("amount":"0")")),
      HasSubstr("lines[1].amount"));
  const auto phone =
      message(spoiled(good_line("admit_member"), R"("+79991234567")", R"("+7999123\u00074567")"));
  EXPECT_THAT(phone, HasSubstr("phone"));
  EXPECT_THAT(phone, Not(HasSubstr("999")));
  EXPECT_THAT(message(R"({"command":"open_business_day","key":"k","date":"2019-04-01","day":1})"),
              HasSubstr("'day'"));
}

TEST(CommandParser, reads_line_after_line_with_the_same_memory) {
  CommandParser parser;
  for (int round = 0; round < 3; ++round)
    for (const auto& good : test::kGoodLines) {
      EXPECT_FALSE(parser.parse("{\"key\":\"\\u0041\\u0042", At::forbidden));
      const auto parsed = parser.parse(good.line, At::forbidden);
      ASSERT_TRUE(parsed) << parsed.error().message;
      EXPECT_EQ(model::name_of(parsed->command), good.command);
    }
}

TEST(CommandParser, survives_every_cut_and_random_damage) {
  CommandParser parser;
  std::uint32_t random = 1;
  for (const auto& good : test::kGoodLines) {
    for (std::size_t size = 0; size < good.line.size(); ++size)
      EXPECT_FALSE(parser.parse(good.line.substr(0, size), At::forbidden));
    for (int round = 0; round < 500; ++round) {
      std::string damaged(good.line);
      random = random * 1'664'525 + 1'013'904'223;
      damaged[random % damaged.size()] = static_cast<char>(random >> 24);
      const auto parsed = parser.parse(damaged, At::forbidden);
      EXPECT_TRUE(parsed || !parsed.error().message.empty());
    }
  }
}

}  // namespace
}  // namespace kopilka::codec
