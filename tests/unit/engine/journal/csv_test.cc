#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/journal/text_formats.h"
#include "tests/support/journal_story.h"

namespace kopilka::journal {
namespace {

constexpr const char* kHeader =
    "position,recorded_on,recorded_at,effective_on,effective_at,event,account,name,member_id,"
    "partner_id,organization_id,purchase_id,withdrawal_id,debit,credit\r\n";

std::string told(std::uint64_t from) {
  support::TextSink sink;
  support::tell_journal_story(*make_writer(TextFormat::csv, sink), from);
  return sink.text;
}

TEST(Csv, has_a_row_a_posting_and_one_for_an_event_without_any) {
  const std::string bought =
      "2,2019-03-01,2019-03-01T09:40:00Z,2019-02-28,2019-02-28T20:15:00Z,PurchaseRecorded,";
  const std::string released =
      "3,2019-04-01,2019-03-31T21:00:00Z,2019-04-01,2019-03-31T21:00:00Z,FreezeExpired,";
  const std::string settled =
      "4,2019-04-02,2019-04-02T06:00:00.250Z,2019-04-02,2019-04-02T06:00:00.250Z,"
      "WithdrawalSettled,";
  EXPECT_EQ(told(1), kHeader +
                         std::string("1,2019-03-01,2019-03-01T09:40:00Z,2019-03-01,"
                                     "2019-03-01T09:40:00Z,AccountOpened,,,42,,,,,,\r\n") +
                         bought + "1210,\"receivable, approved\",42,7,101,2,,4455.00,\r\n" +
                         bought + "2100,member frozen,42,7,101,2,,,4050.00\r\n" +  //
                         bought + "4100,margin,42,7,101,2,,,405.00\r\n" +          //
                         released + "2100,member frozen,42,7,,2,,4050.00,\r\n" +   //
                         released + "1400,member debt,42,7,,2,,,0.05\r\n" +        //
                         released + "2110,member available,42,7,,2,,,4049.95\r\n" + settled +
                         "2130,payouts in flight,42,,,,9,4049.95,\r\n" +    //
                         settled + "5200,payout fees,42,,,,9,40.50,\r\n" +  //
                         settled + "1100,bank,42,,,,9,,4090.45\r\n");
}

TEST(Csv, opens_a_period_with_a_row_a_balance) {
  const std::string opening = "2,2019-03-01,2019-03-01T09:40:00Z,,,Opening,";
  EXPECT_THAT(told(3), testing::StartsWith(kHeader + opening +
                                           "1210,\"receivable, approved\",,7,,,,4455.00,\r\n" +
                                           opening + "2100,member frozen,42,,,,,,4050.00\r\n" +  //
                                           opening + "4100,margin,,,,,,,405.00\r\n3,2019-04-01,"));
}

}  // namespace
}  // namespace kopilka::journal
