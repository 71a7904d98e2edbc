#include "tests/support/codes_document.h"

#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "engine/model/command_codes.h"

// docs/codes.md is what the table of codes says, word for word.
namespace kopilka::model {
namespace {

constexpr const char* kPath = KOPILKA_SOURCE_DIR "/docs/codes.md";

TEST(CodesDocument, says_what_the_table_says) {
  std::ifstream in(kPath);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  EXPECT_EQ(text, support::codes_document()) << "make it anew: build/dev/bin/golden_writer";
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
  EXPECT_FALSE(may_refuse("no_such_command", Refusal::already_paid));
}

}  // namespace
}  // namespace kopilka::model
