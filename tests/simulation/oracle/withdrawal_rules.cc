// Destinations, withdrawals and balances changed by hand.

#include <algorithm>

#include "tests/simulation/oracle/rules.h"
#include "tests/simulation/oracle/spelling.h"

namespace kopilka::simulation {
namespace {

Kopecks minimum_of(const std::string& method) {
  if (method == "phone") {
    return 1'00;
  }
  return method == "account" ? 20'00 : 1'000'00;
}

bool is_value_of(const std::string& method, const std::string& value) {
  if (method == "phone") {
    return normal_phone(value).has_value();
  }
  if (method == "card") {
    return is_card_number(value);
  }
  if (method == "account") {
    return is_bank_account(value);
  }
  return !value.empty() && value.size() <= 64 && is_printable_ascii(value);
}

/// When the money must have arrived.
Instant due_after(const World& world, const std::string& method, Instant requested_at) {
  if (method == "phone") {
    return requested_at + 10 * kMinute;
  }
  if (method != "account") {
    return requested_at + 24 * kHour;
  }
  Day day = moscow_day(requested_at);
  int working_days = 0;
  while (working_days < 3) {
    ++day;
    working_days += is_working_day(world, day) ? 1 : 0;
  }
  return moscow_midnight(day + 1);
}

/// The destination that a request names, or the member's latest of the method.
const Destination* destination_for(const World& world, const Fields& fields) {
  const auto id = text_if_in(fields, "destination_id");
  const Destination* latest = nullptr;
  for (const Destination& destination : world.destinations) {
    if (destination.member == number_in(fields, "member_id") &&
        destination.method == text_in(fields, "method") && (!id || destination.id == *id)) {
      latest = &destination;
    }
  }
  return latest;
}

Withdrawal* withdrawal_named(World& world, const Fields& fields) {
  const auto id = number_if_in(fields, "withdrawal_id");
  const auto ext_ref = text_if_in(fields, "ext_ref");
  const auto member = number_if_in(fields, "member_id");
  for (Withdrawal& withdrawal : world.withdrawals) {
    if ((id && withdrawal.id == id) || (ext_ref && withdrawal.ext_ref == ext_ref) ||
        (member && withdrawal.member == *member &&
         withdrawal.request_key == text_in(fields, "request_key"))) {
      return &withdrawal;
    }
  }
  return nullptr;
}

/// Existence is judged in the order of what is named.
std::string what_is_missing(const World& world, const Fields& fields) {
  const auto member = number_if_in(fields, "member_id");
  return member && !world.members.contains(*member) ? "member_not_found" : "withdrawal_not_found";
}

/// A step that gives the money standing on one account back to the member.
struct GivingBack {
  std::string to;
  int account = 0;
  std::int64_t owner = 0;
  std::string event;
};

void give_back(World& world, Withdrawal& withdrawal, const GivingBack& step) {
  std::vector<Entry> entries = credit_to_member(world, withdrawal.member, withdrawal.amount);
  entries.push_back({step.account, step.owner, withdrawal.amount});
  post(world, step.event, entries);
  withdrawal.state = step.to;
}

bool is_held_back(const World& world, const Withdrawal& withdrawal) {
  return is_held(world, "member", hold_id_of_member(withdrawal.member)) ||
         is_held(world, "destination",
                 hold_id_of_destination(withdrawal.member, withdrawal.destination));
}

}  // namespace

Verdict add_destination(World& world, const Fields& fields, Instant) {
  const std::int64_t member = number_in(fields, "member_id");
  if (!world.members.contains(member)) {
    return refused("member_not_found");
  }
  const auto id = text_if_in(fields, "destination_id");
  for (const Destination& other : world.destinations) {
    if (id && other.member == member && other.id == *id) {
      return refused("already_exists");
    }
  }
  const std::string method = text_in(fields, "method");
  if (!is_value_of(method, text_in(fields, "value"))) {
    return refused("bad_destination");
  }
  // One that the engine names has a name no caller can spell, until the caller teaches us.
  const std::string unnamed = "?" + std::to_string(world.destinations.size());
  world.destinations.push_back({member, id.value_or(unnamed), method});
  note(world, "DestinationAdded");
  return accepted();
}

Verdict request_withdrawal(World& world, const Fields& fields, Instant at) {
  const auto found = world.members.find(number_in(fields, "member_id"));
  if (found == world.members.end()) {
    return refused("member_not_found");
  }
  const auto& [id, member] = *found;
  if (member.accounts == 0) {
    return refused("no_account");
  }
  const std::string method = text_in(fields, "method");
  const Kopecks amount = number_in(fields, "amount");
  if (amount < minimum_of(method)) {
    return refused("below_minimum");
  }
  if (debt_of(world, id) > 0) {
    return refused("member_has_debt");
  }
  const Destination* destination = destination_for(world, fields);
  if (destination == nullptr) {
    return refused("bad_destination");
  }
  Withdrawal withdrawal;
  withdrawal.member = id;
  withdrawal.request_key = world.command_key;
  withdrawal.method = method;
  withdrawal.destination = destination->id;
  withdrawal.amount = amount;
  withdrawal.state = "requested";
  withdrawal.due_at = due_after(world, method, at);
  const Kopecks held = held_of(world, id);
  if (is_held_back(world, withdrawal) || (held > 0 && amount > available_of(world, id) - held)) {
    return refused("on_hold");
  }
  if (amount > available_of(world, id)) {
    return refused("insufficient_funds");
  }
  post(world, "WithdrawalRequested", {{2110, id, amount}, {2120, id, -amount}});
  world.withdrawals.push_back(withdrawal);
  return accepted({{"due_at", instant_text(withdrawal.due_at)}});
}

Verdict cancel_withdrawal(World& world, const Fields& fields, Instant) {
  Withdrawal* withdrawal = withdrawal_named(world, fields);
  if (withdrawal == nullptr) {
    return refused(what_is_missing(world, fields));
  }
  if (withdrawal->state != "requested") {
    return refused("wrong_state");
  }
  give_back(world, *withdrawal, {"cancelled", 2120, withdrawal->member, "WithdrawalCancelled"});
  return accepted();
}

Verdict send_withdrawal(World& world, const Fields& fields, Instant) {
  Withdrawal* withdrawal = withdrawal_named(world, fields);
  if (withdrawal == nullptr) {
    return refused(what_is_missing(world, fields));
  }
  if (withdrawal->state != "requested") {
    return refused("wrong_state");
  }
  if (is_held_back(world, *withdrawal)) {
    return refused("on_hold");
  }
  post(world, "WithdrawalSent",
       {{2120, withdrawal->member, withdrawal->amount},
        {2130, withdrawal->member, -withdrawal->amount}});
  withdrawal->state = "sent";
  return accepted();
}

Verdict mark_withdrawal_unknown(World& world, const Fields& fields, Instant) {
  Withdrawal* withdrawal = withdrawal_named(world, fields);
  if (withdrawal == nullptr) {
    return refused(what_is_missing(world, fields));
  }
  if (withdrawal->state != "sent") {
    return refused("wrong_state");
  }
  note(world, "WithdrawalOutcomeUnknown");
  withdrawal->state = "unknown";
  return accepted();
}

Verdict settle_withdrawal(World& world, const Fields& fields, Instant) {
  Withdrawal* withdrawal = withdrawal_named(world, fields);
  if (withdrawal == nullptr) {
    return refused(what_is_missing(world, fields));
  }
  const std::string& state = withdrawal->state;
  if (state != "sent" && state != "unknown" && state != "rejected") {
    return refused("wrong_state");
  }
  const Kopecks fee = number_in(fields, "processor_fee");
  std::vector<Entry> entries = {{2130, withdrawal->member, withdrawal->amount}};
  std::string event = "WithdrawalSettled";
  if (state == "rejected") {  // the processor changed its mind: the member gives the money again
    entries = debit_to_member(world, withdrawal->member, withdrawal->amount);
    event = "WithdrawalSettledAfterRejection";
  }
  entries.push_back({5200, 0, fee});
  entries.push_back({1100, 0, -(withdrawal->amount + fee)});
  post(world, event, entries);
  withdrawal->state = "settled";
  ++withdrawal->settlements;
  world.members.at(withdrawal->member).moved["settled"] += withdrawal->amount;
  return accepted();
}

Verdict reject_withdrawal(World& world, const Fields& fields, Instant) {
  Withdrawal* withdrawal = withdrawal_named(world, fields);
  if (withdrawal == nullptr) {
    return refused(what_is_missing(world, fields));
  }
  if (withdrawal->state != "sent" && withdrawal->state != "unknown") {
    return refused("wrong_state");
  }
  give_back(world, *withdrawal, {"rejected", 2130, withdrawal->member, "WithdrawalRejected"});
  ++withdrawal->rejections;
  return accepted();
}

Verdict return_withdrawal(World& world, const Fields& fields, Instant) {
  Withdrawal* withdrawal = withdrawal_named(world, fields);
  if (withdrawal == nullptr) {
    return refused(what_is_missing(world, fields));
  }
  if (withdrawal->state != "settled") {
    return refused("wrong_state");
  }
  give_back(world, *withdrawal, {"returned", 1100, 0, "WithdrawalReturned"});
  ++withdrawal->returns;
  world.members.at(withdrawal->member).moved["returned"] += withdrawal->amount;
  return accepted();
}

Verdict adjust_balance(World& world, const Fields& fields, Instant) {
  const std::int64_t member = number_in(fields, "member_id");
  if (!world.members.contains(member)) {
    return refused("member_not_found");
  }
  const auto& approvers = fields.at("approvers").as_array();
  if (approvers.at(0) == approvers.at(1)) {
    return refused("approvers_not_different");
  }
  const Kopecks amount = number_in(fields, "amount");
  if (amount < 0 && available_of(world, member) < -amount) {
    return refused("insufficient_funds");
  }
  std::vector<Entry> entries = {{2110, member, -amount}};
  if (amount > 0) {
    entries = credit_to_member(world, member, amount);
  }
  entries.push_back({5500, 0, amount});
  post(world, "BalanceAdjusted", entries);
  world.members.at(member).moved["adjusted"] += amount;
  return accepted();
}

}  // namespace kopilka::simulation
