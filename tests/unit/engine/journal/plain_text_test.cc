#include <cstdint>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/journal/text_formats.h"
#include "tests/support/journal_story.h"

// That hledger, ledger and bean-check take these is tested with the real programs
// (tests/integration/cli_export_test.py).
namespace kopilka::journal {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string told(TextFormat format, std::uint64_t from = 1) {
  support::TextSink sink;
  support::tell_journal_story(*make_writer(format, sink), from);
  return sink.text;
}

// What stands before the first transaction is cut off.
std::string from_first(const std::string& word, const std::string& text) {
  const auto at = text.find(word);
  return at == std::string::npos ? std::string() : text.substr(at);
}

TEST(Hledger, tells_the_story) {
  const auto text = told(TextFormat::hledger);
  EXPECT_THAT(text,
              StartsWith(R"(; Book PROGRAM of Kopilka's store abababababababababababababababab, RUB

decimal-mark .
commodity 1000.00 RUB

account Assets:1100-Bank  ; bank
account Assets:1200-ReceivableTracked  ; receivable, tracked
)"));
  EXPECT_EQ(from_first("payee", text),
            R"(payee PurchaseRecorded
account Assets:1210-ReceivableApproved:P7
account Liabilities:2100-MemberFrozen:M42
2019-03-01=2019-02-28 * (2) PurchaseRecorded  ; recorded:2019-03-01T09:40:00Z,)"
            R"( effective:2019-02-28T20:15:00Z, member:42, partner:7, purchase:2
  Assets:1210-ReceivableApproved:P7  4455.00 RUB
  Liabilities:2100-MemberFrozen:M42  -4050.00 RUB
  Income:4100-Margin  -405.00 RUB

payee FreezeExpired
account Assets:1400-MemberDebt:M42
account Liabilities:2110-MemberAvailable:M42
2019-04-01 * (3) FreezeExpired  ; recorded:2019-03-31T21:00:00Z,)"
            R"( effective:2019-03-31T21:00:00Z, member:42, partner:7, purchase:2
  Liabilities:2100-MemberFrozen:M42  4050.00 RUB
  Assets:1400-MemberDebt:M42  -0.05 RUB
  Liabilities:2110-MemberAvailable:M42  -4049.95 RUB

payee WithdrawalSettled
account Liabilities:2130-PayoutsInFlight:M42
2019-04-02 * (4) WithdrawalSettled  ; recorded:2019-04-02T06:00:00.250Z,)"
            R"( effective:2019-04-02T06:00:00.250Z, member:42, withdrawal:9
  Liabilities:2130-PayoutsInFlight:M42  4049.95 RUB
  Expenses:5200-PayoutFees  40.50 RUB
  Assets:1100-Bank  -4090.45 RUB

payee Closing
2019-04-02 * (4) Closing  ; recorded:2019-04-02T06:00:00.250Z
  Assets:1100-Bank  0.00 RUB =* -4090.45 RUB
  Assets:1200-ReceivableTracked  0.00 RUB =* 0.00 RUB
  Assets:1210-ReceivableApproved  0.00 RUB =* 4455.00 RUB
  Assets:1220-ReceivableInvoiced  0.00 RUB =* 0.00 RUB
  Assets:1400-MemberDebt  0.00 RUB =* -0.05 RUB
  Liabilities:2100-MemberFrozen  0.00 RUB =* 0.00 RUB
  Liabilities:2110-MemberAvailable  0.00 RUB =* -4049.95 RUB
  Liabilities:2120-MemberReserved  0.00 RUB =* 0.00 RUB
  Liabilities:2130-PayoutsInFlight  0.00 RUB =* 4049.95 RUB
  Liabilities:2200-Suspense  0.00 RUB =* 0.00 RUB
  Liabilities:2210-DueToPartner  0.00 RUB =* 0.00 RUB
  Liabilities:2500-DeferredMargin  0.00 RUB =* 0.00 RUB
  Income:4100-Margin  0.00 RUB =* -405.00 RUB
  Income:4200-Breakage  0.00 RUB =* 0.00 RUB
  Expenses:5200-PayoutFees  0.00 RUB =* 40.50 RUB
  Expenses:5300-WriteOffs  0.00 RUB =* 0.00 RUB
  Expenses:5500-Goodwill  0.00 RUB =* 0.00 RUB
)");
}

TEST(Hledger, opens_a_period_with_every_part_that_is_not_zero) {
  EXPECT_THAT(told(TextFormat::hledger, 3), HasSubstr(R"(
payee Opening
account Assets:1210-ReceivableApproved:P7
account Liabilities:2100-MemberFrozen:M42
2019-04-01 * (2) Opening  ; recorded:2019-03-01T09:40:00Z
  Assets:1210-ReceivableApproved:P7  4455.00 RUB
  Liabilities:2100-MemberFrozen:M42  -4050.00 RUB
  Income:4100-Margin  -405.00 RUB

payee FreezeExpired
account Assets:1400-MemberDebt:M42
account Liabilities:2110-MemberAvailable:M42
2019-04-01 * (3) FreezeExpired)"));
}

TEST(Ledger, declares_everything_before_it_is_used) {
  const auto text = told(TextFormat::ledger);
  EXPECT_THAT(text, HasSubstr("commodity RUB\n  format 1000.00 RUB\n\ntag recorded\ntag effective\n"
                              "tag member\ntag partner\ntag purchase\ntag withdrawal\n\n"
                              "account Assets:1100-Bank\n  note bank\n"));
  EXPECT_THAT(text, HasSubstr(R"(
payee PurchaseRecorded
account Assets:1210-ReceivableApproved:P7
account Liabilities:2100-MemberFrozen:M42
2019-03-01=2019-02-28 * (2) PurchaseRecorded
  ; recorded: 2019-03-01T09:40:00Z
  ; effective: 2019-02-28T20:15:00Z
  ; member: 42
  ; partner: 7
  ; purchase: 2
  Assets:1210-ReceivableApproved:P7  4455.00 RUB
  Liabilities:2100-MemberFrozen:M42  -4050.00 RUB
  Income:4100-Margin  -405.00 RUB
)"));
}

TEST(Ledger, asserts_what_it_can_of_the_end) {
  EXPECT_EQ(from_first("payee Closing", told(TextFormat::ledger)), R"(payee Closing
2019-04-02 * (4) Closing
  ; recorded: 2019-04-02T06:00:00.250Z
  Assets:1100-Bank  0.00 RUB = -4090.45 RUB
  Liabilities:2200-Suspense  0.00 RUB = 0.00 RUB
  Liabilities:2500-DeferredMargin  0.00 RUB = 0.00 RUB
  Income:4100-Margin  0.00 RUB = -405.00 RUB
  Income:4200-Breakage  0.00 RUB = 0.00 RUB
  Expenses:5200-PayoutFees  0.00 RUB = 40.50 RUB
  Expenses:5300-WriteOffs  0.00 RUB = 0.00 RUB
  Expenses:5500-Goodwill  0.00 RUB = 0.00 RUB
)");
}

TEST(Beancount, opens_each_account_and_says_the_rest_as_metadata) {
  const auto text = told(TextFormat::beancount);
  EXPECT_THAT(text, HasSubstr("option \"title\" \"PROGRAM\"\n"
                              "option \"operating_currency\" \"RUB\"\n\n"
                              "1900-01-01 commodity RUB\n\n"
                              "1900-01-01 open Assets:1100-Bank RUB\n  name: \"bank\"\n"));
  EXPECT_THAT(text, HasSubstr(R"(
2019-03-01 open Assets:1210-ReceivableApproved:P7 RUB
2019-03-01 open Liabilities:2100-MemberFrozen:M42 RUB
2019-03-01 * "PurchaseRecorded"
  position: 2
  effective_on: 2019-02-28
  recorded: "2019-03-01T09:40:00Z"
  effective: "2019-02-28T20:15:00Z"
  member: 42
  partner: 7
  purchase: 2
  Assets:1210-ReceivableApproved:P7  4455.00 RUB
  Liabilities:2100-MemberFrozen:M42  -4050.00 RUB
  Income:4100-Margin  -405.00 RUB
)"));
  EXPECT_THAT(text, EndsWith("2019-04-03 balance Expenses:5200-PayoutFees  40.50 ~ 0.00 RUB\n"
                             "2019-04-03 balance Expenses:5300-WriteOffs  0.00 ~ 0.00 RUB\n"
                             "2019-04-03 balance Expenses:5500-Goodwill  0.00 ~ 0.00 RUB\n"));
}

class EveryPlainText : public testing::TestWithParam<TextFormat> {};

TEST_P(EveryPlainText, shows_money_only_and_nothing_that_somebody_typed) {
  const auto text = told(GetParam());
  EXPECT_THAT(text, Not(HasSubstr("AccountOpened")));
  EXPECT_THAT(text, Not(HasSubstr("A-1")));
  EXPECT_THAT(text, Not(HasSubstr("buy-1")));
}

TEST_P(EveryPlainText, closes_nothing_when_nothing_was_moved) {
  support::TextSink sink;
  const auto writer = make_writer(GetParam(), sink);
  ASSERT_TRUE(writer->begin({}));
  ASSERT_TRUE(writer->end({}));
  EXPECT_THAT(sink.text, Not(HasSubstr("Closing")));
  EXPECT_THAT(sink.text, Not(HasSubstr(" balance ")));
  EXPECT_THAT(sink.text, HasSubstr("Assets:1100-Bank"));
}

TEST_P(EveryPlainText, hands_on_what_it_has_in_pieces_and_declares_once) {
  support::TextSink sink;
  const auto writer = make_writer(GetParam(), sink);
  ASSERT_TRUE(writer->begin({}));
  const auto entries = support::journal_story();
  const auto& entry = entries.at(1);
  const auto& dated = entry.events.front();
  const auto movement = ledger::postings(dated.event);
  for (std::uint64_t seq = 1; seq <= 10'000; ++seq)
    ASSERT_TRUE(writer->take({model::Seq{seq}, entry, dated, movement}));
  EXPECT_GT(sink.text.size(), 1'000'000U);
  EXPECT_LT(sink.largest_piece, 300'000U);
  const std::string declared = GetParam() == TextFormat::beancount
                                   ? "open Assets:1210-ReceivableApproved:P7"
                                   : "account Assets:1210-ReceivableApproved:P7";
  const auto first = sink.text.find(declared);
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(sink.text.find(declared, first + 1), std::string::npos);
}

TEST_P(EveryPlainText, hands_on_what_the_sink_refuses) {
  class Full final : public Sink {
   public:
    base::Result<void> write(std::string_view) override {
      return base::fail(base::ErrorKind::io, "the disk is full");
    }
  } sink;
  const auto writer = make_writer(GetParam(), sink);
  ASSERT_TRUE(writer->begin({}));
  const auto ended = writer->end({});
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().message, "the disk is full");
}

INSTANTIATE_TEST_SUITE_P(Formats, EveryPlainText,
                         testing::Values(TextFormat::hledger, TextFormat::ledger,
                                         TextFormat::beancount),
                         [](const auto& format) {
                           return std::string(model::name_of(format.param));
                         });

}  // namespace
}  // namespace kopilka::journal
