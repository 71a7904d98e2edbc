#include <cstddef>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "engine/state/table.h"
#include "tests/unit/engine/registry/world.h"

// Rules on tables with a store behind them, of which nothing is loaded at first.
namespace kopilka::registry {
namespace {

constexpr std::size_t kRoundsMax = 3;  // architecture.md §1: card, member, row

// Everything that a rule may ask for.
Story full_story() {
  auto story = members_at(noon(kToday));
  auto person = admitted(model::MemberId{44}, "2019-01-01");
  person.personal = model::Sealed{"sealed"};
  story.given(issued(kMember, 'a', CardForm::plastic), issued(kOtherMember, 'b', CardForm::plastic),
              partner_registered(), person);
  story.after(model::ElectOfficer{.organization = kPrimary,
                                  .member = kOtherMember,
                                  .role = model::OfficerRole::deputy,
                                  .from = day("2019-02-01")});
  story.after(
      model::PublishTerms{.partner = kPartner,
                          .channel = Channel::online,
                          .tariffs = {{.code = "base", .percent = model::Rate::ppm(50'000)}},
                          .freeze_days = 30,
                          .valid_from = day("2019-01-01")});
  return story;
}

// Tables that begin empty before a full store, and what they missed.
struct Before {
  state::Misses misses;
  Tables tables;
  Before() {
    tables.for_each_table([&](auto& table) { table.attach(state::Backing::store, misses); });
  }
};

// Answers what `table` missed from `store`, which knows all that there is.
template <class Table>
void load(Table& table, const Table& store) {
  for (const auto& key : table.take_missing()) {
    const auto* row = store.find(key);
    table.load(key, row != nullptr ? std::optional(*row) : std::nullopt);
  }
}

void load(Before& before, const Tables& store) {
  before.misses.count = 0;
  auto& tables = before.tables;
  load(tables.organizations, store.organizations);
  load(tables.members, store.members);
  load(tables.personal, store.personal);
  load(tables.cards, store.cards);
  load(tables.partners, store.partners);
  load(tables.terms, store.terms);
  load(tables.calendars, store.calendars);
  load(tables.headcounts, store.headcounts);
  load(tables.officers, store.officers);
  load(tables.dues, store.dues);
}

// Asks as the shard does, until nothing is missed; then the answer and its fold must be those of
// full tables.
template <class Command>
void expect_the_same_answer(const Command& command) {
  auto full = full_story();
  Before before;
  Decision decision;
  std::size_t rounds = 0;
  do {
    load(before, full.world().tables);
    decision = decide(before.tables, command, Context{.now = noon(kToday)});
  } while (before.misses.count != 0 && ++rounds <= kRoundsMax);
  ASSERT_EQ(before.misses.count, 0U) << Command::kName;
  const auto outcome = full.when(command);
  ASSERT_TRUE(decision) << Command::kName << ' ' << support::describe(decision.error());
  ASSERT_TRUE(outcome.decision()) << Command::kName;
  ASSERT_EQ(decision->size(), outcome.decision()->size());
  for (std::size_t i = 0; i < decision->size(); ++i)
    EXPECT_TRUE(support::equal(decision->at(i).event, outcome.decision()->at(i).event));

  World world{std::move(before.tables)};
  for (const auto& dated : *decision)
    std::visit([&](const auto& fact) { world.fold(fact, model::Seq{1'000}, noon(kToday)); },
               dated.event);
  EXPECT_EQ(before.misses.count, 0U) << Command::kName << " folds rows that it did not ask for";
}

TEST(MissingRows, are_asked_for_until_the_answer_stands) {
  expect_the_same_answer(model::RegisterOrganization{.organization = model::OrganizationId{20},
                                                     .kind = OrganizationKind::primary,
                                                     .parent = kRegion,
                                                     .name = "Профком"});
  expect_the_same_answer(model::ReportHeadcount{
      .organization = kPrimary, .as_of = day("2019-01-01"), .employees = 120});
  expect_the_same_answer(model::ElectOfficer{.organization = kPrimary,
                                             .member = kMember,
                                             .role = model::OfficerRole::chair,
                                             .from = day(kToday)});
  expect_the_same_answer(model::EndOfficerTerm{.organization = kPrimary,
                                               .member = kOtherMember,
                                               .role = model::OfficerRole::deputy,
                                               .effective_on = day(kToday)});
  expect_the_same_answer(model::PayDues{.member = kMember,
                                        .period = model::month_of(day("2019-02-01")),
                                        .amount = model::Money::kopecks(1),
                                        .paid_on = day(kToday)});
  expect_the_same_answer(model::AdmitMember{.member = model::MemberId{45},
                                            .organization = kPrimary,
                                            .admitted_on = day(kToday),
                                            .personal = model::Sealed{"sealed"}});
  expect_the_same_answer(model::TransferMember{
      .member = kMember, .to_organization = kOtherPrimary, .effective_on = day(kToday)});
  expect_the_same_answer(model::ChangeMemberCategory{
      .member = kMember, .category = MemberCategory::student, .effective_on = day(kToday)});
  expect_the_same_answer(model::SuspendMembership{.member = kMember, .effective_on = day(kToday)});
  expect_the_same_answer(
      model::TerminateMembership{.member = kMember, .effective_on = day(kToday)});
}

TEST(MissingRows, of_cards_are_asked_for_until_the_answer_stands) {
  expect_the_same_answer(model::IssueCard{
      .member = kMember, .form = CardForm::virtual_card, .number_hash = hash_of('a')});
  expect_the_same_answer(
      model::IssueCard{.member = kMember, .form = CardForm::plastic, .number_hash = hash_of('c')});
  expect_the_same_answer(model::BlockCard{.number_hash = hash_of('a')});
  expect_the_same_answer(model::OpenAccount{
      .member = kMember, .number_hash = hash_of('a'), .name_hash = hash_of('n')});
}

TEST(MissingRows, of_partners_are_asked_for_until_the_answer_stands) {
  expect_the_same_answer(model::RegisterPartner{.partner = model::PartnerId{8}, .name = "KFC"});
  expect_the_same_answer(
      model::PublishTerms{.partner = kPartner,
                          .channel = Channel::online,
                          .tariffs = {{.code = "base", .percent = model::Rate::ppm(60'000)}},
                          .freeze_days = 30,
                          .valid_from = day(kToday)});
  expect_the_same_answer(model::SuspendPartner{.partner = kPartner, .effective_on = day(kToday)});
  expect_the_same_answer(model::PublishCalendar{.year = 2019, .days_off = {day("2019-05-01")}});
}

TEST(MissingRows, are_noted_by_refusals_that_rest_on_them) {
  Before before;
  const Context now{.now = noon(kToday)};
  const auto decision = decide(before.tables, model::ReinstateMembership{.member = kMember}, now);
  ASSERT_FALSE(decision);
  EXPECT_EQ(decision.error(), Refusal::member_not_found);
  EXPECT_EQ(before.misses.count, 1U);
  EXPECT_EQ(before.tables.members.take_missing(), std::vector{kMember});
}

}  // namespace
}  // namespace kopilka::registry
