#include "engine/journal/facts.h"

#include <string>
#include <variant>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/codec/json_text.h"
#include "tests/support/sample_events.h"

namespace kopilka::journal {
namespace {

boost::json::object facts(const model::Event& event) {
  codec::JsonWriter out;
  write_facts(out, event);
  return boost::json::parse(out.take()).as_object();
}

TEST(Facts, of_a_person_stay_in_the_store) {
  for (const auto& event : support::sample_events(support::Filling::full, 1)) {
    const auto told = facts(event);
    for (const char* name : {"sex", "birth_month", "name_hash", "personal", "number", "card",
                             "mask", "value", "value_hash", "approvers"})
      EXPECT_FALSE(told.contains(name)) << name << " of " << model::name_of(event);
    EXPECT_EQ(boost::json::serialize(told).find("sealed"), std::string::npos);
  }
}

TEST(Facts, that_people_typed_stay_but_a_reason_of_a_list_does_not) {
  EXPECT_FALSE(facts(model::BalanceAdjusted{.reason = "for Anna"}).contains("reason"));
  EXPECT_FALSE(facts(model::MembershipSuspended{.reason = "Anna is ill"}).contains("reason"));
  EXPECT_EQ(facts(model::MembershipTerminated{.reason = model::TerminationReason::graduated})
                .at("reason"),
            "graduated");
}

TEST(Facts, are_otherwise_those_that_the_log_shows) {
  for (const auto& event : support::sample_events(support::Filling::full, 2)) {
    const auto shown = boost::json::parse(codec::event_json(event)).as_object();
    for (const auto& [name, value] : facts(event))
      EXPECT_EQ(shown.at(name), value) << model::name_of(event);
  }
  const auto recorded =
      facts(support::sample_event<model::PurchaseRecorded>(support::Filling::full, 3));
  for (const char* name : {"type", "partner", "action_id", "order_id", "member", "organization",
                           "category", "status", "purchase_at", "click_id", "lines", "base",
                           "cashback", "commission", "terms", "release_on"})
    EXPECT_TRUE(recorded.contains(name)) << name;
  const auto partner =
      facts(support::sample_event<model::PartnerRegistered>(support::Filling::full, 3));
  EXPECT_TRUE(partner.contains("name") && partner.contains("cities"));
}

}  // namespace
}  // namespace kopilka::journal
