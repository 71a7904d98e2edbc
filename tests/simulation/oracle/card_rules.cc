// Cards and accounts of the programme.

#include "tests/simulation/oracle/rules.h"
#include "tests/simulation/oracle/spelling.h"

namespace kopilka::simulation {

Verdict issue_card(World& world, const Fields& fields, Instant at) {
  const std::int64_t member = number_in(fields, "member_id");
  if (!world.members.contains(member)) {
    return refused("member_not_found");
  }
  if (!is_active_on(world.members.at(member), moscow_day(at))) {
    return refused("not_active");
  }
  const std::string number = text_in(fields, "number");
  const auto known = world.cards.find(number);
  if (known != world.cards.end() && known->second.member != member) {
    return refused("number_taken");
  }
  const std::string form = text_in(fields, "form");
  if (known != world.cards.end() && known->second.forms.contains(form)) {
    return refused("already_exists");
  }
  Card& card = world.cards[number];
  card.member = member;
  card.forms[form] = number_if_in(fields, "valid_to");
  note(world, "CardIssued");
  return accepted();
}

Verdict block_card(World& world, const Fields& fields, Instant at) {
  const auto known = world.cards.find(text_in(fields, "number"));
  if (known == world.cards.end()) {
    return refused("card_not_found");
  }
  if (known->second.blocked_at) {
    return refused("wrong_state");
  }
  known->second.blocked_at = at;
  note(world, "CardBlocked");
  return accepted();
}

Verdict open_account(World& world, const Fields& fields, Instant at) {
  const std::int64_t id = number_in(fields, "member_id");
  if (!world.members.contains(id)) {
    return refused("member_not_found");
  }
  const auto number = text_if_in(fields, "number");
  if (number && !world.cards.contains(*number)) {
    return refused("card_not_found");
  }
  Member& member = world.members.at(id);
  if (!is_active_on(member, moscow_day(at))) {
    return refused("not_active");
  }
  if (member.accounts > 0) {
    return refused("account_exists");
  }
  const auto name = text_if_in(fields, "name");
  const bool other_name = name && (!member.name || normal_name(*name) != normal_name(*member.name));
  const bool other_number = number && world.cards.at(*number).member != id;
  if (other_name || other_number) {
    return refused("name_mismatch");
  }
  ++member.accounts;
  note(world, "AccountOpened");
  return accepted();
}

}  // namespace kopilka::simulation
