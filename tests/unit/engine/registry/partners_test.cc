#include <optional>
#include <string_view>

#include "engine/registry/queries.h"
#include "tests/unit/engine/registry/world.h"

namespace kopilka::registry {
namespace {

model::SuspendPartner suspending(std::string_view on) {
  return {.partner = kPartner, .effective_on = day(on), .reason = "проверка"};
}
model::ResumePartner resuming(std::string_view on) {
  return {.partner = kPartner, .effective_on = day(on), .reason = "проверен"};
}
model::PartnerSuspended partner_suspended(std::string_view on) {
  return {.partner = kPartner, .effective_on = day(on), .reason = "проверка"};
}
model::PartnerResumed partner_resumed(std::string_view on) {
  return {.partner = kPartner, .effective_on = day(on), .reason = "проверен"};
}

Story partner_at(model::Instant now) {
  Story story(now);
  story.given(partner_registered());
  return story;
}

bool is_out(Story& story, std::string_view on) {
  return suspended_on(*story.world().tables.partners.find(kPartner), day(on));
}

TEST(RegisterPartner, records_all_that_is_said_as_of_now) {
  Story story(noon(kToday));
  story
      .when(model::RegisterPartner{.partner = kPartner,
                                   .name = "KFC",
                                   .network = "admitad",
                                   .currency = "USD",
                                   .categories = {"Продукты питания"},
                                   .cities = {"Липецк", "Омск"}})
      .then(effective(noon(kToday), model::PartnerRegistered{.partner = kPartner,
                                                             .name = "KFC",
                                                             .network = "admitad",
                                                             .currency = "USD",
                                                             .categories = {"Продукты питания"},
                                                             .cities = {"Липецк", "Омск"}}));
  EXPECT_EQ(*story.world().tables.partners.find(kPartner),
            (Partner{.name = "KFC",
                     .network = "admitad",
                     .currency = "USD",
                     .categories = {"Продукты питания"},
                     .cities = {"Липецк", "Омск"},
                     .suspensions = {},
                     .terms = {}}));
}

TEST(RegisterPartner, refuses_a_known_id) {
  partner_at(noon(kToday))
      .when(model::RegisterPartner{.partner = kPartner, .name = "KFC"})
      .then(Refusal::already_exists);
}

TEST(SuspendPartner, records_its_day_as_of_now) {
  partner_at(noon(kToday))
      .when(suspending("2019-04-01"))
      .then(effective(noon(kToday), partner_suspended("2019-04-01")));
}

TEST(SuspendPartner, holds_from_its_day_on) {
  auto story = partner_at(noon(kToday));
  story.after(suspending("2019-04-01"));
  EXPECT_FALSE(is_out(story, "2019-03-31"));
  EXPECT_TRUE(is_out(story, "2019-04-01"));
  EXPECT_TRUE(is_out(story, "2021-01-01"));
}

TEST(SuspendPartner, refuses_an_unknown_partner) {
  Story(noon(kToday)).when(suspending("2019-04-01")).then(Refusal::partner_not_found);
}

TEST(SuspendPartner, refuses_one_that_is_suspended_whatever_the_dates) {
  partner_at(noon(kToday))
      .given(partner_suspended("2019-06-01"))
      .when(suspending("2019-04-01"))
      .then(Refusal::not_active);
}

TEST(SuspendPartner, takes_one_that_was_resumed) {
  auto story = partner_at(noon(kToday));
  story.given(partner_suspended("2019-04-01"), partner_resumed("2019-04-10"))
      .after(suspending("2019-05-01"));
  EXPECT_TRUE(is_out(story, "2019-04-09"));
  EXPECT_FALSE(is_out(story, "2019-04-30"));
  EXPECT_TRUE(is_out(story, "2019-05-01"));
}

TEST(ResumePartner, records_its_day_as_of_now) {
  partner_at(noon(kToday))
      .given(partner_suspended("2019-04-01"))
      .when(resuming("2019-04-10"))
      .then(effective(noon(kToday), partner_resumed("2019-04-10")));
}

TEST(ResumePartner, ends_the_suspension_on_the_day_before) {
  auto story = partner_at(noon(kToday));
  story.given(partner_suspended("2019-04-01")).after(resuming("2019-04-10"));
  EXPECT_TRUE(is_out(story, "2019-04-09"));
  EXPECT_FALSE(is_out(story, "2019-04-10"));
}

TEST(ResumePartner, before_the_suspension_begins_leaves_none_of_it) {
  for (const auto* on : {"2019-04-01", "2019-03-15"}) {
    auto story = partner_at(noon(kToday));
    story.given(partner_suspended("2019-04-01")).after(resuming(on));
    EXPECT_FALSE(is_out(story, "2019-04-01"));
    story.when(resuming(on)).then(Refusal::already_active);
  }
}

TEST(ResumePartner, refuses_an_unknown_partner) {
  Story(noon(kToday)).when(resuming("2019-04-01")).then(Refusal::partner_not_found);
}

TEST(ResumePartner, refuses_one_that_is_not_suspended) {
  partner_at(noon(kToday)).when(resuming("2019-04-01")).then(Refusal::already_active);
  partner_at(noon(kToday))
      .given(partner_suspended("2019-04-01"), partner_resumed("2019-04-10"))
      .when(resuming("2019-04-05"))
      .then(Refusal::already_active);
}

}  // namespace
}  // namespace kopilka::registry
