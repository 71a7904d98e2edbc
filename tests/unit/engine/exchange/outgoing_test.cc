#include "engine/exchange/outgoing.h"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/engine/exchange/history.h"

namespace kopilka::exchange {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string header(const ports::FeedRecord& record, const std::string& name) {
  for (const auto& header : record.headers)
    if (header.name == name) return header.value;
  return "none";
}

Outgoing all_after(const Published& before, const std::vector<model::Batch>& batches) {
  OutgoingWriter writer(before);
  Outgoing all;
  for (const auto& batch : batches) {
    auto out = writer.take(batch, facts_of).value();
    std::ranges::move(out.outcomes, std::back_inserter(all.outcomes));
    std::ranges::move(out.payouts, std::back_inserter(all.payouts));
    std::ranges::move(out.events, std::back_inserter(all.events));
  }
  return all;
}

TEST(Outgoing, has_one_record_for_each_event_with_what_it_is_and_who_it_is_about) {
  const auto batches = history();
  const auto all = all_after({}, batches);
  ASSERT_EQ(all.events.size(), batches.back().header.first_seq.value() - 1);
  for (std::size_t i = 0; i < all.events.size(); ++i) {
    EXPECT_EQ(header(all.events[i], "seq"), std::to_string(i + 1));
    EXPECT_EQ(header(all.events[i], "previous"), std::to_string(i));
    const auto event = codec::decode_event(header(all.events[i], "type") == "AccountOpened"
                                               ? model::AccountOpened::kType
                                               : model::WithdrawalSent::kType,
                                           1, all.events[i].value);
    ASSERT_TRUE(event) << event.error().message;
  }
  EXPECT_EQ(all.events.front().key, "40");
  EXPECT_EQ(header(all.events.front(), "recorded_at"), "2019-03-01T09:16:00Z");
  EXPECT_EQ(header(all.events.front(), "effective_at"), "2019-03-01T08:16:00Z");
}

TEST(Outgoing, is_keyed_by_the_organisation_or_the_partner_where_there_is_no_member) {
  model::Batch batch;
  batch.header = {.n = model::BatchNumber{1}, .first_seq = model::Seq{1}, .count = 4};
  batch.entries = {
      entry_of(model::OrganizationRegistered{.organization = model::OrganizationId{7}}, 1),
      entry_of(model::PartnerRegistered{.partner = model::PartnerId{9}}, 2),
      entry_of(model::BusinessDayOpened{}, 3),
      entry_of(model::CommandRefused{.partner = model::PartnerId{5}}, 4)};
  const auto all = all_after({}, {batch});
  EXPECT_EQ(all.events.at(0).key, "7");
  EXPECT_EQ(all.events.at(1).key, "9");
  EXPECT_EQ(all.events.at(2).key, "");
  EXPECT_EQ(all.events.at(3).key, "5");
}

TEST(Outgoing, tells_processors_what_they_may_see_and_nothing_else) {
  const auto all = all_after({}, history());
  ASSERT_GE(all.payouts.size(), 3U);
  std::string previous = "0";
  for (const auto& record : all.payouts) {
    EXPECT_EQ(header(record, "previous"), previous);
    previous = header(record, "seq");
    const auto payout = boost::json::parse(record.value).as_object();
    EXPECT_EQ(record.key, payout.at("ext_ref").as_string());
    EXPECT_EQ(payout.at("amount").as_string(), "50.00");
    EXPECT_EQ(payout.at("method").as_string(), "phone");
    EXPECT_EQ(payout.at("destination").as_string(), "01ff");
    for (const auto& member : payout)
      EXPECT_THAT((std::vector<std::string>{"ext_ref", "method", "amount", "destination", "sent_at",
                                            "processor"}),
                  testing::Contains(std::string(member.key())));
    for (const auto& name : record.headers)
      EXPECT_THAT((std::vector<std::string>{"seq", "previous", "store"}),
                  testing::Contains(name.name));
  }
}

TEST(Outgoing, answers_a_message_with_its_place_in_the_feed_of_commands) {
  const auto all = all_after({}, history());
  const auto& first = all.outcomes.front();
  EXPECT_EQ(first.value, R"({"source":"inbound/0","offset":20,"key":"q2","status":"stale"})");
  EXPECT_EQ(first.key, "q2");
  EXPECT_EQ(header(first, "seq"), "2/0");
  EXPECT_EQ(header(first, "previous"), "0/0");
  EXPECT_EQ(header(all.outcomes.at(1), "previous"), "2/0");
}

// Whoever begins after any event publishes what the first publisher did.
TEST(Outgoing, goes_on_after_any_event_with_the_same_records) {
  const auto batches = history();
  const auto all = all_after({}, batches);
  for (std::size_t i = 0; i < all.events.size(); ++i) {
    const auto stand = stand_told_by(all.events[i]);
    ASSERT_TRUE(stand);
    EXPECT_EQ(stand->store, std::string(32, 'a'));
    const auto* before = &stand->published;
    EXPECT_EQ(before->event.value(), i + 1);
    std::vector<model::Batch> rest;
    for (const auto& batch : batches)
      if (batch.header.first_seq.value() + batch.header.count > before->event.value())
        rest.push_back(batch);
    const auto again = all_after(*before, rest);
    const auto is_end_of = [](const auto& part, const auto& whole) {
      const auto tail = told(whole);
      const auto lines = told(part);
      return lines.size() <= tail.size() && std::equal(lines.rbegin(), lines.rend(), tail.rbegin());
    };
    EXPECT_EQ(again.events.size(), all.events.size() - i - 1);
    EXPECT_TRUE(is_end_of(again.events, all.events)) << i;
    EXPECT_TRUE(is_end_of(again.outcomes, all.outcomes)) << i;
    EXPECT_TRUE(is_end_of(again.payouts, all.payouts)) << i;
  }
}

TEST(Outgoing, takes_no_other_record_for_the_end_of_the_feed) {
  EXPECT_FALSE(stand_told_by({.value = "somebody else's"}));
  EXPECT_FALSE(
      stand_told_by({.headers = {{"seq", "5"}, {"last_outcome", "1"}, {"last_payout", "0"}}}));
  EXPECT_FALSE(
      stand_told_by({.headers = {{"seq", "x"}, {"last_outcome", "1/0"}, {"last_payout", "0"}}}));
}

}  // namespace
}  // namespace kopilka::exchange
