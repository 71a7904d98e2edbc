#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/model/command_codes.h"

// docs/codes.md is what the table of codes says, word for word.
namespace kopilka::model {
namespace {

std::string refusals_of(const CommandCodes& codes) {
  std::string text;
  for (const auto code : codes.in_order())
    text += fmt::format("{}`{}`", text.empty() ? "" : ", ", name_of(code));
  return text.empty() ? "–" : text;
}

bool is_answered_by_any(Refusal code) {
  for (const auto& codes : kCommandCodes)
    if (may_refuse(codes.command, code)) return true;
  return false;
}

std::string document() {
  std::string text =
      "# Codes\n\n"
      "Made from `engine/model/command_codes.h`; a test holds it to that. Codes are closed lists:\n"
      "a program may switch on them. They are never reused; a later release may append.\n\n"
      "## Refusals by command\n\n"
      "A rule said no: `status` is `refused`. Codes stand in the order in which they are checked;\n"
      "the first that applies is answered. Every command may be answered ";
  for (std::size_t i = 0; i < kCommonRefusals.size(); ++i)
    text += fmt::format("{}`{}`",
                        i == 0                           ? ""
                        : i + 1 < kCommonRefusals.size() ? ", "
                                                         : " and ",
                        name_of(kCommonRefusals.at(i)));
  text +=
      "\nbefore its own (`throttled` over the network only).\n\n"
      "| command | refusals of its own |\n|---|---|\n";
  for (const auto& codes : kCommandCodes)
    text += fmt::format("| `{}` | {} |\n", codes.command, refusals_of(codes));
  text += "\n| refusal | means |\n|---|---|\n";
  for (std::size_t i = 0; i < kNames<Refusal>.size(); ++i) {
    const auto code = static_cast<Refusal>(i);
    text += fmt::format("| `{}` | {}{} |\n", name_of(code), explain(code),
                        is_answered_by_any(code) ? "" : " (of no command of this release)");
  }
  text +=
      "\n## Malformed input\n\n"
      "`status` is `invalid`: nothing was recorded and the key is not used up. Any command may be\n"
      "answered any of these. The order of checks: `line_too_long`, `not_json`, `duplicate_name`,\n"
      "`unknown_command` (`missing_field` or `wrong_type` when `command` itself is absent or no\n"
      "text), `unexpected_field`, `missing_field`, `wrong_type`, `bad_value`, and after the key "
      "was\n"
      "looked up `time_runs_backwards`. The message names the field, never its value.\n\n"
      "| code | means |\n|---|---|\n";
  for (std::size_t i = 0; i < kNames<Invalid>.size(); ++i)
    text += fmt::format("| `{}` | {} |\n", name_of(static_cast<Invalid>(i)),
                        explain(static_cast<Invalid>(i)));
  return text;
}

constexpr const char* kPath = KOPILKA_SOURCE_DIR "/docs/codes.md";

TEST(CodesDocument, says_what_the_table_says) {
  std::ifstream in(kPath);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  EXPECT_EQ(text, document()) << "make it anew: run this test program with "
                                 "--gtest_also_run_disabled_tests --gtest_filter=*writes_codes*";
}

TEST(CodesDocument, DISABLED_writes_codes) {
  std::ofstream(kPath) << document();
}

TEST(CommandCodes, stand_in_the_order_of_the_commands) {
  const auto names = []<std::size_t... I>(std::index_sequence<I...>) {
    return std::vector<std::string_view>{std::variant_alternative_t<I, Command>::kName...};
  }(std::make_index_sequence<std::variant_size_v<Command>>{});
  for (std::size_t i = 0; i < names.size(); ++i)
    EXPECT_EQ(kCommandCodes.at(i).command, names[i]);
}

TEST(CommandCodes, name_no_code_twice_for_a_command) {
  for (const auto& codes : kCommandCodes) {
    const auto list = codes.in_order();
    EXPECT_EQ(std::set<Refusal>(list.begin(), list.end()).size(), list.size()) << codes.command;
  }
}

TEST(CommandCodes, answer_whether_a_command_may_be_refused_so) {
  EXPECT_TRUE(may_refuse("request_withdrawal", Refusal::insufficient_funds));
  EXPECT_TRUE(may_refuse("publish_calendar", Refusal::key_reused));
  EXPECT_FALSE(may_refuse("publish_calendar", Refusal::insufficient_funds));
  EXPECT_FALSE(may_refuse("pay_dues", Refusal::already_paid));
}

}  // namespace
}  // namespace kopilka::model
