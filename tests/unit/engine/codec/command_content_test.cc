#include "engine/codec/command_content.h"

#include <set>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "engine/codec/command_json.h"
#include "tests/unit/engine/codec/command_lines.h"

namespace kopilka::codec {
namespace {

using test::good_line;
using test::spoiled;

base::Bytes content(std::string_view line) {
  const auto parsed = parse_command(line, At::forbidden);
  EXPECT_TRUE(parsed) << line;
  return parsed ? canonical_content(parsed->command) : base::Bytes{};
}

TEST(CommandContent, differs_between_commands_and_between_all_their_values) {
  std::set<base::Bytes> seen;
  for (const auto& good : test::kGoodLines)
    EXPECT_TRUE(seen.insert(content(good.line)).second) << good.command;
  const auto line = good_line("report_purchase");
  for (const auto& [piece, with] : std::initializer_list<std::pair<const char*, const char*>>{
           {R"("partner_id":7)", R"("partner_id":8)"},
           {"A-1", "A-2"},
           {R"("order_id":"O-1",)", ""},
           {R"("new")", R"("pending")"},
           {"12:20:00", "12:20:01"},
           {R"("click_id":"c1",)", ""},
           {R"("click_id":"c1")", R"("card_number":"123456")"},
           {"USD", "EUR"},
           {"66.1234", "66.1235"},
           {"10.10", "10.11"},
           {R"(,"tariff":"base")", ""},
           {R"("line":2)", R"("line":3)"},
           {R"(,{"line":2,"amount":"0.00"})", ""},
           {"3.00", "3.01"},
           {R"("reason":"r")", R"("reason":"s")"}})
    EXPECT_TRUE(seen.insert(content(spoiled(line, piece, with))).second) << with;
}

TEST(CommandContent, holds_clear_texts_too) {
  const auto line = good_line("admit_member");
  EXPECT_NE(content(line), content(spoiled(line, "Анна", "Яна")));
  EXPECT_NE(content(line), content(spoiled(line, "1980-02-03", "1980-02-04")));
}

TEST(CommandContent, does_not_hold_key_or_time) {
  const auto line = good_line("open_business_day");
  const auto timed =
      parse_command(spoiled(line, R"("key":"k")", R"("key":"another","at":"2019-04-01T00:00:00Z")"),
                    At::required);
  ASSERT_TRUE(timed);
  EXPECT_EQ(canonical_content(timed->command), content(line));
}

TEST(CommandContent, is_the_same_however_it_is_spelled) {
  EXPECT_EQ(content(R"({"command":"transfer_member","key":"k","member_id":42,)"
                    R"("to_organization_id":4,"effective_on":"2019-02-01"})"),
            content(R"( { "effective_on" : "2019-02-0\u0031", "to_organization_id":4,
                         "member_id":42, "key":"k","command":"transfer_member"})"));
  const auto purchase = good_line("report_purchase");
  EXPECT_EQ(content(purchase), content(spoiled(purchase, "12:20:00+03:00", "09:20:00.000Z")));
}

TEST(CommandContent, is_the_same_with_a_default_given_or_not) {
  const auto same = [](std::string_view command, std::string_view piece, std::string_view given) {
    const auto line = spoiled(good_line(command), piece, given);
    EXPECT_EQ(content(line), content(spoiled(line, given, ""))) << given;
    EXPECT_NE(content(line), content(good_line(command))) << given;
  };
  same("register_organization", R"(,"pilot":true)", R"(,"pilot":false)");
  same("admit_member", R"("pedagogue":true,)", R"("pedagogue":false,)");
  same("publish_terms", R"("window_days":45,)", R"("window_days":30,)");
  same("publish_terms", R"("release_policy":"require_approval",)", R"("release_policy":"auto",)");
  same("register_click", R"("channel":"lead",)", R"("channel":"online",)");
  same("settle_withdrawal", R"(,"processor_fee":"40.50")", R"(,"processor_fee":"0.00")");
  same("register_partner", R"(,"categories":["books"])", R"(,"categories":[])");
  const auto partner = good_line("register_partner");
  EXPECT_EQ(content(partner), content(spoiled(partner, R"("currency":"RUB",)", "")));
}

TEST(CommandContent, stays_what_it_was_in_the_first_release) {
  // Keys live for years: other bytes for an old command would refuse an honest retry as another
  // content under a known key.
  EXPECT_EQ(base::to_hex(content(good_line("transfer_member"))),
            "0f7472616e736665725f6d656d626572"          // transfer_member
            "096d656d6265725f69642a"                    // member_id 42
            "12746f5f6f7267616e697a6174696f6e5f696404"  // to_organization_id 4
            "0c6566666563746976655f6f6e"                // effective_on
            "909802");                                  // day 17928, zigzag
  EXPECT_EQ(base::to_hex(content(good_line("adjust_balance"))),
            "0e61646a7573745f62616c616e6365"    // adjust_balance
            "096d656d6265725f69642a"            // member_id 42
            "06616d6f756e74e707"                // amount -500, zigzag
            "06726561736f6e056572726f72"        // reason error
            "09617070726f766572730201610162");  // approvers: 2, a, b
}

}  // namespace
}  // namespace kopilka::codec
