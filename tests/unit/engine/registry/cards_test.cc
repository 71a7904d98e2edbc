#include <optional>
#include <vector>

#include "engine/registry/queries.h"
#include "tests/unit/engine/registry/world.h"

namespace kopilka::registry {
namespace {

model::IssueCard issuing(char number, CardForm form) {
  return {.member = kMember,
          .number = {},
          .form = form,
          .valid_to = std::nullopt,
          .number_hash = hash_of(number)};
}

model::BlockCard blocking(char number) {
  return {.number = {}, .reason = "утеряна", .number_hash = hash_of(number)};
}

model::CardBlocked blocked(char number) {
  return {.member = kMember, .number = hash_of(number), .reason = "утеряна"};
}

model::OpenAccount opening(std::optional<char> number, std::optional<char> name) {
  model::OpenAccount command{.member = kMember};
  if (number) command.number_hash = hash_of(*number);
  if (name) command.name_hash = hash_of(*name);
  return command;
}

// Member 42 holds card a, member 43 card b.
Story cards_at(model::Instant now) {
  Story story = members_at(now);
  story.given(issued(kMember, 'a', CardForm::plastic),
              issued(kOtherMember, 'b', CardForm::plastic));
  return story;
}

TEST(IssueCard, records_the_card_as_of_now) {
  auto command = issuing('a', CardForm::plastic);
  command.valid_to = day("2022-12-31");
  auto event = issued(kMember, 'a', CardForm::plastic);
  event.valid_to = day("2022-12-31");
  members_at(noon(kToday)).when(command).then(effective(noon(kToday), event));
}

TEST(IssueCard, lets_two_forms_share_a_number) {
  auto story = members_at(noon(kToday));
  story.after(issuing('a', CardForm::plastic))
      .at(noon("2019-03-02"))
      .after(issuing('a', CardForm::virtual_card));
  const Card* card = story.world().tables.cards.find(hash_of('a'));
  ASSERT_NE(card, nullptr);
  EXPECT_EQ(card->member, kMember);
  EXPECT_EQ(card->forms,
            (std::vector<IssuedForm>{{CardForm::plastic, std::nullopt, noon(kToday)},
                                     {CardForm::virtual_card, std::nullopt, noon("2019-03-02")}}));
  EXPECT_EQ(story.world().tables.members.find(kMember)->cards, std::vector{hash_of('a')});
}

TEST(IssueCard, lets_a_member_hold_several_numbers) {
  auto story = members_at(noon(kToday));
  story.after(issuing('a', CardForm::plastic)).after(issuing('c', CardForm::plastic));
  EXPECT_EQ(story.world().tables.members.find(kMember)->cards,
            (std::vector{hash_of('a'), hash_of('c')}));
}

TEST(IssueCard, refuses_an_unknown_member_first) {
  auto command = issuing('b', CardForm::plastic);
  command.member = kUnknownMember;
  cards_at(noon(kToday)).when(command).then(Refusal::member_not_found);
}

TEST(IssueCard, refuses_who_is_not_active_today_before_the_number_matters) {
  cards_at(noon(kToday))
      .given(suspended("2019-02-01"))
      .when(issuing('b', CardForm::plastic))
      .then(Refusal::not_active);
  cards_at(noon(kToday))
      .given(terminated("2019-02-28"))
      .when(issuing('c', CardForm::plastic))
      .then(Refusal::not_active);
}

TEST(IssueCard, judges_activity_on_the_moscow_day_of_the_command) {
  const auto before_midnight = instant("2019-02-28T20:59:59.999999Z");
  const auto midnight_sharp = instant("2019-02-28T21:00:00Z");
  EXPECT_TRUE(members_at(before_midnight)
                  .given(terminated("2019-02-28"))
                  .when(issuing('a', CardForm::plastic))
                  .decision());
  members_at(midnight_sharp)
      .given(terminated("2019-02-28"))
      .when(issuing('a', CardForm::plastic))
      .then(Refusal::not_active);
}

TEST(IssueCard, refuses_who_is_admitted_from_tomorrow) {
  union_at(noon(kToday))
      .given(admitted(kMember, "2019-03-02"))
      .when(issuing('a', CardForm::plastic))
      .then(Refusal::not_active);
}

TEST(IssueCard, refuses_the_number_of_another_member) {
  cards_at(noon(kToday)).when(issuing('b', CardForm::plastic)).then(Refusal::number_taken);
  cards_at(noon(kToday)).when(issuing('b', CardForm::virtual_card)).then(Refusal::number_taken);
}

TEST(IssueCard, refuses_the_same_number_and_form_again) {
  cards_at(noon(kToday)).when(issuing('a', CardForm::plastic)).then(Refusal::already_exists);
}

TEST(IssueCard, leaves_a_form_blocked_that_is_issued_under_a_blocked_number) {
  auto story = cards_at(noon(kToday));
  story.given(blocked('a')).at(noon("2019-03-02")).after(issuing('a', CardForm::virtual_card));
  const Card* card = story.world().tables.cards.find(hash_of('a'));
  EXPECT_EQ(card_trouble(*card, noon("2019-03-03")), CardTrouble::blocked);
}

TEST(BlockCard, records_whose_card_it_was_as_of_now) {
  auto story = cards_at(noon(kToday));
  story.when(blocking('a')).then(effective(noon(kToday), blocked('a')));
  EXPECT_EQ(story.world().tables.cards.find(hash_of('a'))->blocked_at, noon(kToday));
}

TEST(BlockCard, refuses_an_unknown_number) {
  cards_at(noon(kToday)).when(blocking('z')).then(Refusal::card_not_found);
}

TEST(BlockCard, refuses_a_number_that_is_blocked_already) {
  cards_at(noon(kToday)).given(blocked('a')).when(blocking('a')).then(Refusal::wrong_state);
}

TEST(BlockCard, takes_a_card_of_a_former_member) {
  EXPECT_TRUE(
      cards_at(noon(kToday)).given(terminated("2019-02-01")).when(blocking('a')).decision());
}

TEST(OpenAccount, records_the_account_as_of_now) {
  auto story = cards_at(noon(kToday));
  story.when(opening('a', 'n'))
      .then(effective(noon(kToday), model::AccountOpened{.member = kMember}));
  EXPECT_EQ(story.world().tables.members.find(kMember)->account_opened_at, noon(kToday));
}

TEST(OpenAccount, needs_neither_number_nor_name) {
  members_at(noon(kToday))
      .when(opening(std::nullopt, std::nullopt))
      .then(model::AccountOpened{.member = kMember});
}

TEST(OpenAccount, refuses_an_unknown_member_before_an_unknown_number) {
  auto command = opening('z', std::nullopt);
  cards_at(noon(kToday)).when(command).then(Refusal::card_not_found);
  command.member = kUnknownMember;
  cards_at(noon(kToday)).when(command).then(Refusal::member_not_found);
}

TEST(OpenAccount, refuses_an_unknown_number_before_the_standing_matters) {
  cards_at(noon(kToday))
      .given(suspended("2019-02-01"))
      .when(opening('z', std::nullopt))
      .then(Refusal::card_not_found);
}

TEST(OpenAccount, refuses_who_is_not_active_today_before_an_account_that_is_open) {
  cards_at(noon(kToday))
      .given(model::AccountOpened{.member = kMember}, suspended("2019-03-01"))
      .when(opening(std::nullopt, std::nullopt))
      .then(Refusal::not_active);
}

TEST(OpenAccount, refuses_a_second_account_before_a_wrong_name) {
  cards_at(noon(kToday))
      .given(model::AccountOpened{.member = kMember})
      .when(opening(std::nullopt, 'x'))
      .then(Refusal::account_exists);
}

TEST(OpenAccount, stays_open_over_termination_and_readmission) {
  cards_at(noon(kToday))
      .given(model::AccountOpened{.member = kMember}, terminated("2019-02-01"),
             admitted(kMember, "2019-02-10"))
      .when(opening(std::nullopt, std::nullopt))
      .then(Refusal::account_exists);
}

TEST(OpenAccount, refuses_the_number_of_another_member) {
  cards_at(noon(kToday)).when(opening('b', 'n')).then(Refusal::name_mismatch);
}

TEST(OpenAccount, refuses_another_name_than_the_registers) {
  cards_at(noon(kToday)).when(opening('a', 'x')).then(Refusal::name_mismatch);
}

TEST(OpenAccount, refuses_a_name_when_the_register_has_none) {
  auto nameless = admitted(kMember, "2019-01-01");
  nameless.name_hash.reset();
  union_at(noon(kToday))
      .given(nameless)
      .when(opening(std::nullopt, 'n'))
      .then(Refusal::name_mismatch);
}

TEST(OpenAccount, takes_a_blocked_card_as_proof) {
  EXPECT_TRUE(cards_at(noon(kToday)).given(blocked('a')).when(opening('a', 'n')).decision());
}

}  // namespace
}  // namespace kopilka::registry
