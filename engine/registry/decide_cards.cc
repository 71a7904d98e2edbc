#include <algorithm>

#include "engine/model/commands.h"
#include "engine/registry/decide.h"
#include "engine/registry/queries.h"

// Cards and the accounts that they open. Activity is judged on the Moscow day of the command.
namespace kopilka::registry {
namespace {

using model::Refusal;

bool has_form(const Card& card, model::CardForm form) {
  return std::ranges::find(card.forms, form, &IssuedForm::form) != card.forms.end();
}

}  // namespace

Decision decide(const Tables& tables, const model::IssueCard& command, const Context& context) {
  const Member* member = tables.members.find(command.member);
  const Card* card = tables.cards.find(command.number_hash);
  if (member == nullptr) return refuse(Refusal::member_not_found);
  if (!active_on(*member, model::moscow_date(context.now))) return refuse(Refusal::not_active);
  if (card != nullptr && card->member != command.member) return refuse(Refusal::number_taken);
  // A form issued under a blocked number is legal and stays blocked with it.
  if (card != nullptr && has_form(*card, command.form)) return refuse(Refusal::already_exists);
  return record(context.now, model::CardIssued{.member = command.member,
                                               .number = command.number_hash,
                                               .form = command.form,
                                               .valid_to = command.valid_to});
}

Decision decide(const Tables& tables, const model::BlockCard& command, const Context& context) {
  const Card* card = tables.cards.find(command.number_hash);
  if (card == nullptr) return refuse(Refusal::card_not_found);
  if (card->blocked_at) return refuse(Refusal::wrong_state);
  return record(context.now, model::CardBlocked{.member = card->member,
                                                .number = command.number_hash,
                                                .reason = command.reason});
}

Decision decide(const Tables& tables, const model::OpenAccount& command, const Context& context) {
  const Member* member = tables.members.find(command.member);
  const Card* card = command.number_hash ? tables.cards.find(*command.number_hash) : nullptr;
  if (member == nullptr) return refuse(Refusal::member_not_found);
  if (command.number_hash && card == nullptr) return refuse(Refusal::card_not_found);
  if (!active_on(*member, model::moscow_date(context.now))) return refuse(Refusal::not_active);
  if (member->account_opened_at) return refuse(Refusal::account_exists);
  if (card != nullptr && card->member != command.member) return refuse(Refusal::name_mismatch);
  if (command.name_hash && command.name_hash != member->name_hash)
    return refuse(Refusal::name_mismatch);
  return record(context.now, model::AccountOpened{.member = command.member});
}

}  // namespace kopilka::registry
