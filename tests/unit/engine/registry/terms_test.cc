#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/registry/queries.h"
#include "tests/unit/engine/registry/world.h"

namespace kopilka::registry {
namespace {

using model::Money;
using model::Rate;

model::Tariff percent(std::uint32_t ppm) {
  return {.code = "base",
          .percent = Rate::ppm(ppm),
          .fixed = std::nullopt,
          .commission_percent = Rate::ppm(330'000),
          .commission_fixed = std::nullopt};
}

model::PublishTerms publishing(std::string_view from, std::string_view to = {}) {
  model::PublishTerms command{.partner = kPartner,
                              .channel = Channel::online,
                              .tariffs = {percent(85'000)},
                              .freeze_days = 30,
                              .valid_from = day(from)};
  if (!to.empty()) command.valid_to = day(to);
  return command;
}

model::PublishTerms with_tariff(const model::Tariff& tariff) {
  auto command = publishing(kToday);
  command.tariffs = {percent(85'000), tariff};
  return command;
}

model::PublishTerms with_freeze(std::uint32_t days) {
  auto command = publishing(kToday);
  command.freeze_days = days;
  return command;
}

Story partner_at(model::Instant now) {
  Story story(now);
  story.given(partner_registered());
  return story;
}

// Published in turn, each of which must be accepted.
Story published_at(model::Instant now, const std::vector<model::PublishTerms>& all) {
  Story story = partner_at(now);
  for (const auto& command : all)
    story.after(command);
  return story;
}

// The seq of the terms in force, 0 for none.
std::uint64_t in_force_on(Story& story, std::string_view on, Channel channel = Channel::online) {
  const auto* terms =
      terms_in_force(*story.world().tables.partners.find(kPartner), channel, day(on));
  return terms != nullptr ? terms->id.value() : 0;
}

TEST(PublishTerms, records_all_that_is_said_as_of_now) {
  const model::Tariff fixed{.code = "card",
                            .percent = std::nullopt,
                            .fixed = Money::kopecks(50'000),
                            .commission_percent = std::nullopt,
                            .commission_fixed = Money::kopecks(70'000)};
  partner_at(noon(kToday))
      .when(model::PublishTerms{.partner = kPartner,
                                .channel = Channel::lead,
                                .tariffs = {percent(74'900), fixed},
                                .freeze_days = 45,
                                .window_days = 7,
                                .cap_per_order = Money::kopecks(100'000),
                                .cap_per_month = Money::kopecks(300'000),
                                .release_policy = model::ReleasePolicy::require_approval,
                                .valid_from = day("2019-04-01"),
                                .valid_to = day("2019-12-31")})
      .then(effective(noon(kToday), model::TermsPublished{
                                        .partner = kPartner,
                                        .channel = Channel::lead,
                                        .tariffs = {percent(74'900), fixed},
                                        .freeze_days = 45,
                                        .window_days = 7,
                                        .cap_per_order = Money::kopecks(100'000),
                                        .cap_per_month = Money::kopecks(300'000),
                                        .release_policy = model::ReleasePolicy::require_approval,
                                        .valid_from = day("2019-04-01"),
                                        .valid_to = day("2019-12-31")}));
}

TEST(PublishTerms, are_found_by_the_seq_of_their_event) {
  auto story = published_at(noon(kToday), {publishing(kToday)});
  const model::TermsId id{story.last_seq().value()};
  EXPECT_EQ(in_force_on(story, kToday), id.value());
  const Terms* terms = story.world().tables.terms.find(id);
  ASSERT_NE(terms, nullptr);
  EXPECT_EQ(terms->tariffs, std::vector{percent(85'000)});
  EXPECT_EQ(terms->freeze_days, 30);
}

TEST(PublishTerms, refuses_an_unknown_partner) {
  Story(noon(kToday)).when(with_freeze(29)).then(Refusal::partner_not_found);
}

TEST(PublishTerms, refuses_a_member_rate_outside_of_1_to_30_percent) {
  for (const std::uint32_t ppm : {0U, 9'999U, 300'001U})
    partner_at(noon(kToday)).when(with_tariff(percent(ppm))).then(Refusal::rate_out_of_bounds);
  for (const std::uint32_t ppm : {10'000U, 300'000U})
    EXPECT_TRUE(partner_at(noon(kToday)).when(with_tariff(percent(ppm))).decision()) << ppm;
}

TEST(PublishTerms, lets_fixed_sums_and_commissions_be_free) {
  const model::Tariff tariff{.code = "card",
                             .percent = std::nullopt,
                             .fixed = Money::kopecks(99'999'999),
                             .commission_percent = Rate::ppm(990'000),
                             .commission_fixed = std::nullopt};
  EXPECT_TRUE(partner_at(noon(kToday)).when(with_tariff(tariff)).decision());
}

TEST(PublishTerms, refuses_a_rate_before_a_freeze) {
  auto command = with_tariff(percent(9'999));
  command.freeze_days = 29;
  partner_at(noon(kToday)).when(command).then(Refusal::rate_out_of_bounds);
}

TEST(PublishTerms, refuses_a_freeze_outside_of_30_to_60_days) {
  for (const std::uint32_t days : {0U, 29U, 61U, 65'536U + 30U})
    partner_at(noon(kToday)).when(with_freeze(days)).then(Refusal::freeze_out_of_bounds);
  for (const std::uint32_t days : {30U, 60U})
    EXPECT_TRUE(partner_at(noon(kToday)).when(with_freeze(days)).decision()) << days;
}

TEST(PublishTerms, refuses_a_freeze_before_a_retroactive_start) {
  auto command = with_freeze(29);
  command.valid_from = day("2019-02-28");
  published_at(noon(kToday), {publishing("2019-01-01")})
      .when(command)
      .then(Refusal::freeze_out_of_bounds);
}

TEST(PublishTerms, may_reach_back_when_they_are_the_first_on_the_channel) {
  EXPECT_TRUE(partner_at(noon(kToday)).when(publishing("2015-01-01")).decision());
  auto offline = publishing("2015-01-01");
  offline.channel = Channel::offline;
  EXPECT_TRUE(published_at(noon(kToday), {publishing("2019-01-01")}).when(offline).decision());
}

TEST(PublishTerms, refuses_later_ones_that_reach_back_before_today) {
  published_at(noon(kToday), {publishing("2019-01-01")})
      .when(publishing("2019-02-28"))
      .then(Refusal::retroactive);
  EXPECT_TRUE(
      published_at(noon(kToday), {publishing("2019-01-01")}).when(publishing(kToday)).decision());
}

TEST(PublishTerms, judges_today_by_moscow) {
  const auto before_midnight = instant("2019-02-28T20:59:59.999999Z");
  const auto midnight_sharp = instant("2019-02-28T21:00:00Z");
  EXPECT_TRUE(published_at(before_midnight, {publishing("2019-01-01")})
                  .when(publishing("2019-02-28"))
                  .decision());
  published_at(midnight_sharp, {publishing("2019-01-01")})
      .when(publishing("2019-02-28"))
      .then(Refusal::retroactive);
}

TEST(PublishTerms, refuses_retroactive_ones_before_an_overlap) {
  published_at(noon(kToday), {publishing("2019-01-01")})
      .when(publishing("2019-01-01"))
      .then(Refusal::retroactive);
}

TEST(PublishTerms, refuses_two_that_begin_on_one_day_open_or_closed) {
  for (const auto* former : {"", "2019-04-30"})
    for (const auto* later : {"", "2019-04-30"})
      published_at(noon(kToday), {publishing("2019-04-01", former)})
          .when(publishing("2019-04-01", later))
          .then(Refusal::terms_overlap);
}

TEST(PublishTerms, refuses_a_start_within_closed_ones) {
  published_at(noon(kToday), {publishing("2019-04-01", "2019-04-30")})
      .when(publishing("2019-04-30"))
      .then(Refusal::terms_overlap);
  EXPECT_TRUE(published_at(noon(kToday), {publishing("2019-04-01", "2019-04-30")})
                  .when(publishing("2019-05-01"))
                  .decision());
}

TEST(PublishTerms, refuses_closed_ones_that_reach_into_the_next) {
  published_at(noon(kToday), {publishing("2019-05-01")})
      .when(publishing("2019-04-01", "2019-05-01"))
      .then(Refusal::terms_overlap);
  EXPECT_TRUE(published_at(noon(kToday), {publishing("2019-05-01")})
                  .when(publishing("2019-04-01", "2019-04-30"))
                  .decision());
}

TEST(PublishTerms, lets_open_ones_be_cut_by_the_next_on_either_side) {
  auto story = published_at(
      noon(kToday), {publishing("2019-04-01"), publishing("2019-06-01"), publishing("2019-05-01")});
  EXPECT_EQ(in_force_on(story, "2019-03-31"), 0U);
  EXPECT_EQ(in_force_on(story, "2019-04-30"), 2U);
  EXPECT_EQ(in_force_on(story, "2019-05-01"), 4U);
  EXPECT_EQ(in_force_on(story, "2019-05-31"), 4U);
  EXPECT_EQ(in_force_on(story, "2019-06-01"), 3U);
}

TEST(PublishTerms, do_not_come_back_when_closed_ones_that_cut_them_are_over) {
  auto story = published_at(noon(kToday),
                            {publishing("2019-04-01"), publishing("2019-05-01", "2019-05-31")});
  EXPECT_EQ(in_force_on(story, "2019-04-30"), 2U);
  EXPECT_EQ(in_force_on(story, "2019-05-31"), 3U);
  EXPECT_EQ(in_force_on(story, "2019-06-01"), 0U);
}

TEST(PublishTerms, of_different_channels_never_meet) {
  auto offline = publishing("2019-04-01");
  offline.channel = Channel::offline;
  auto lead = publishing("2019-04-01");
  lead.channel = Channel::lead;
  auto story = published_at(noon(kToday), {lead, publishing("2019-04-01"), offline});
  EXPECT_EQ(in_force_on(story, "2019-04-01", Channel::lead), 2U);
  EXPECT_EQ(in_force_on(story, "2019-04-01", Channel::online), 3U);
  EXPECT_EQ(in_force_on(story, "2019-04-01", Channel::offline), 4U);
}

}  // namespace
}  // namespace kopilka::registry
