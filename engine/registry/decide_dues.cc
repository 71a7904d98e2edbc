#include <algorithm>
#include <optional>

#include "engine/model/commands.h"
#include "engine/registry/decide.h"
#include "engine/registry/queries.h"

// Dues. What was paid for a month is a fact of that month: its payer may be suspended, or be no
// member any more when the wages of the last month come.
namespace kopilka::registry {
namespace {

using model::Refusal;

bool is_on_register(MembershipStatus status) {
  return status == MembershipStatus::active || status == MembershipStatus::suspended;
}

// Whether the member was on the register on no day of the month.
std::optional<Refusal> refusal_in(const Member& member, model::Month month) {
  const auto first = model::first_day(month);
  const auto last = model::last_day(month);
  const bool was_there =
      is_on_register(status_on(member, first)) ||
      std::ranges::any_of(member.statuses, [&](const auto& status) {
        return first < status.from && status.from <= last && is_on_register(status.value);
      });
  if (was_there) return std::nullopt;
  return status_on(member, last) == MembershipStatus::none ? Refusal::date_before_admission
                                                           : Refusal::not_active;
}

}  // namespace

Decision decide(const Tables& tables, const model::PayDues& command, const Context& context) {
  const Member* member = tables.members.find(command.member);
  const Dues* dues = tables.dues.find(command.member);
  if (member == nullptr) return refuse(Refusal::member_not_found);
  if (command.paid_on > model::moscow_date(context.now)) return refuse(Refusal::day_not_reached);
  if (const auto code = refusal_in(*member, command.period)) return refuse(*code);
  if (dues != nullptr &&
      std::ranges::binary_search(dues->payments, command.period, {}, &DuesPayment::period))
    return refuse(Refusal::already_paid);
  return record(
      model::moscow_midnight(command.paid_on),
      model::DuesPaid{.member = command.member,
                      .organization = organization_on(*member, model::last_day(command.period)),
                      .period = command.period,
                      .base = command.base,
                      .rate = command.percent,
                      .amount = command.amount,
                      .paid_on = command.paid_on});
}

}  // namespace kopilka::registry
