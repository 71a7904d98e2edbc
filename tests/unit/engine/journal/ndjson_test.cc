#include <string>
#include <vector>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/journal/text_formats.h"
#include "tests/support/journal_story.h"

namespace kopilka::journal {
namespace {

std::vector<std::string> lines(std::uint64_t from) {
  support::TextSink sink;
  support::tell_journal_story(*make_writer(TextFormat::ndjson, sink), from);
  std::vector<std::string> found;
  for (std::size_t begin = 0; begin < sink.text.size();) {
    const auto end = sink.text.find('\n', begin);
    found.push_back(sink.text.substr(begin, end - begin));
    begin = end + 1;
  }
  return found;
}

TEST(Ndjson, has_a_line_an_event_with_its_postings) {
  const auto told = lines(1);
  ASSERT_EQ(told.size(), 4U);
  EXPECT_EQ(told[0], R"({"position":"1","recorded_at":"2019-03-01T09:40:00Z",)"
                     R"("effective_at":"2019-03-01T09:40:00Z","event":{"type":"AccountOpened",)"
                     R"("member":42},"postings":[]})");
  EXPECT_EQ(told[3],
            R"({"position":"4","recorded_at":"2019-04-02T06:00:00.250Z",)"
            R"("effective_at":"2019-04-02T06:00:00.250Z","event":{"type":"WithdrawalSettled",)"
            R"("withdrawal":9,"member":42,"amount":"4049.95","processor_fee":"40.50"},"postings":)"
            R"([{"account":"2130","member_id":42,"debit":"4049.95"},)"
            R"({"account":"5200","debit":"40.50"},{"account":"1100","credit":"4090.45"}]})");
}

TEST(Ndjson, says_who_gave_the_command_and_quotes_what_they_typed) {
  const auto bought = boost::json::parse(lines(1).at(1)).as_object();
  EXPECT_EQ(bought.at("principal"), "operator");
  EXPECT_EQ(bought.at("key"), "buy-1");
  EXPECT_EQ(bought.at("event").at("action_id"), "A-1, \"quoted\"");
  EXPECT_EQ(bought.at("postings").at(0), boost::json::parse(R"({"account":"1210","partner_id":7,)"
                                                            R"("debit":"4455.00"})"));
}

TEST(Ndjson, opens_a_period_with_a_line_a_balance) {
  const auto told = lines(3);
  ASSERT_EQ(told.size(), 5U);
  EXPECT_EQ(told[1], R"({"position":"2","recorded_at":"2019-03-01T09:40:00Z",)"
                     R"("opening":{"account":"2100","member_id":42,"credit":"4050.00"}})");
  EXPECT_THAT(told[3], testing::StartsWith(R"({"position":"3",)"));
}

}  // namespace
}  // namespace kopilka::journal
