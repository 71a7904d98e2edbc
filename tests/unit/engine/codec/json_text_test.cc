#include "engine/codec/json_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/sample_events.h"

namespace kopilka::codec {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(EventJson, shows_a_purchase_by_names_texts_and_numbers) {
  model::PurchaseRecorded purchase;
  purchase.partner = model::PartnerId{7};
  purchase.action_id = "A\"1\\\n";
  purchase.member = model::MemberId{42};
  purchase.organization = model::OrganizationId{3};
  purchase.channel = model::Channel::offline;
  purchase.status_at = *model::parse_instant("2019-03-01T12:20:00+03:00");
  purchase.purchase_at = *model::parse_instant("2019-03-01T12:15:00.25+03:00");
  purchase.card = model::LookupHash{{0xAB, 0x01}};
  purchase.lines = {{1, model::Money::kopecks(1'350'000), "base", std::nullopt,
                     model::Rate::ppm(300'000), model::Money::kopecks(405'000),
                     model::Money::kopecks(445'500)}};
  purchase.cashback = model::Money::kopecks(405'000);
  purchase.terms = model::TermsId{5};
  purchase.freeze_days = 30;
  purchase.release_on = *model::parse_date("2019-04-01");
  EXPECT_EQ(event_json(purchase),
            R"({"type":"PurchaseRecorded","partner":7,"action_id":"A\"1\\\u000a","member":42,)"
            R"("organization":3,"category":"working","channel":"offline","status":"new",)"
            R"("status_at":"2019-03-01T09:20:00Z","purchase_at":"2019-03-01T09:15:00.250Z",)"
            R"("card":"ab010000000000000000000000000000","lines":[{"line":1,"amount":"13500.00",)"
            R"("tariff":"base","rate":"30","cashback":"4050.00","commission":"4455.00"}],)"
            R"("base":"0.00","cashback":"4050.00","commission":"0.00","terms":5,"freeze_days":30,)"
            R"("release_on":"2019-04-01","release_needs_approval":false})");
}

TEST(EventJson, never_shows_ciphertext) {
  model::DestinationAdded added;
  added.value = model::Sealed{"ciphertext"};
  EXPECT_THAT(event_json(added), HasSubstr(R"("value":"sealed")"));
  EXPECT_THAT(event_json(added), Not(HasSubstr("ciphertext")));
}

TEST(EventJson, begins_with_the_type_of_every_event) {
  for (const auto filling : {support::Filling::full, support::Filling::bare})
    for (const auto& event : support::sample_events(filling, 6))
      EXPECT_THAT(event_json(event),
                  testing::StartsWith(R"({"type":")" + std::string(model::name_of(event)) + "\""));
}

model::Answer accepted(model::CommandResult result) {
  model::Answer answer;
  answer.first = model::Seq{41};
  answer.count = 2;
  answer.result = std::move(result);
  return answer;
}

TEST(AnswerJson, tells_positions_and_result_of_an_accepted_command) {
  model::PurchaseResult made{model::PurchaseId{41}, model::PurchaseState::approved, std::nullopt,
                             model::Money::kopecks(405'000), model::parse_date("2019-04-01")};
  EXPECT_EQ(answer_json({3, "k1", accepted(made)}),
            R"({"line":3,"key":"k1","status":"accepted","positions":["41","42"],)"
            R"("result":{"purchase_id":41,"state":"approved","cashback":"4050.00",)"
            R"("release_on":"2019-04-01"}})");
}

TEST(AnswerJson, tells_why_a_purchase_was_parked) {
  model::PurchaseResult parked;
  parked.state = model::PurchaseState::unattributed;
  parked.why = model::ParkedWhy::no_click;
  EXPECT_THAT(answer_json({1, "k", accepted(parked)}),
              HasSubstr(R"("result":{"state":"unattributed","why":"no_click"})"));
}

TEST(AnswerJson, tells_the_ids_that_were_made) {
  EXPECT_THAT(
      answer_json(
          {1, "k",
           accepted(model::WithdrawalResult{model::WithdrawalId{9}, "abcd",
                                            *model::parse_instant("2019-04-01T00:10:00Z")})}),
      HasSubstr(
          R"("result":{"withdrawal_id":9,"ext_ref":"abcd","due_at":"2019-04-01T00:10:00Z"})"));
  EXPECT_THAT(answer_json({1, "k", accepted(model::ClickResult{"c1"})}),
              HasSubstr(R"("result":{"click_id":"c1"})"));
  EXPECT_THAT(answer_json({1, "k", accepted(model::TermsResult{model::TermsId{5}})}),
              HasSubstr(R"("result":{"terms_id":5})"));
  EXPECT_THAT(answer_json({1, "k", accepted(model::DestinationResult{"d1"})}),
              HasSubstr(R"("result":{"destination_id":"d1"})"));
}

TEST(AnswerJson, tells_the_code_and_position_of_a_refusal) {
  model::Answer refused;
  refused.status = model::AnswerStatus::refused;
  refused.refusal = model::Refusal::insufficient_funds;
  refused.message = "not enough";
  refused.first = model::Seq{7};
  refused.count = 1;
  EXPECT_EQ(answer_json({std::nullopt, "k", refused}),
            R"({"key":"k","status":"refused","code":"insufficient_funds",)"
            R"("message":"not enough","positions":["7"]})");
}

TEST(AnswerJson, says_that_the_key_of_a_malformed_line_is_unknown) {
  model::Answer invalid;
  invalid.status = model::AnswerStatus::invalid;
  invalid.invalid = model::Invalid::not_json;
  EXPECT_EQ(answer_json({5, std::nullopt, invalid}),
            R"({"line":5,"key":null,"status":"invalid","code":"not_json"})");
}

TEST(AnswerJson, gives_a_duplicate_the_answer_of_the_first) {
  model::Answer duplicate;
  duplicate.status = model::AnswerStatus::duplicate;
  duplicate.original = model::Original{
      model::AnswerStatus::refused, model::Refusal::no_account, model::Seq{8}, 1, {}};
  EXPECT_EQ(answer_json({2, "k", duplicate}),
            R"({"line":2,"key":"k","status":"duplicate",)"
            R"("original":{"status":"refused","code":"no_account","positions":["8"]}})");
  duplicate.original->status = model::AnswerStatus::accepted;
  duplicate.original->refusal.reset();
  duplicate.original->result = model::ClickResult{"c1"};
  EXPECT_THAT(answer_json({2, "k", duplicate}),
              HasSubstr(R"("original":{"status":"accepted","positions":["8"],)"
                        R"("result":{"click_id":"c1"}})"));
}

}  // namespace
}  // namespace kopilka::codec
