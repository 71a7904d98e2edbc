#include "engine/shard/deciding.h"

#include <variant>

#include "engine/base/check.h"
#include "engine/ledger/decide.h"
#include "engine/registry/decide.h"

namespace kopilka::shard {
namespace {

ledger::Decision from_registry(registry::Decision decision) {
  if (!decision) return decision.error();
  return std::move(*decision);
}

template <class C>
void name_subject(const C& c, model::CommandRefused& out) {
  if constexpr (requires { c.member; }) out.member = c.member;
  if constexpr (requires { c.partner; }) out.partner = c.partner;
  if constexpr (requires { c.organization; }) out.organization = c.organization;
  if constexpr (requires { c.to_organization; }) out.organization = c.to_organization;
  if constexpr (requires { c.action_id; }) out.action_id = c.action_id;
  if constexpr (requires { c.withdrawal; }) out.withdrawal = c.withdrawal;
  if constexpr (requires { c.which; }) name_subject(c.which, out);
  if constexpr (requires { c.target; }) name_subject(c.target, out);
}

std::optional<model::MemberId> member_of_action(const State& state, model::PartnerId partner,
                                                const std::string& action_id) {
  const auto* action = state.ledger.actions.find({partner, action_id});
  if (action == nullptr || !action->purchase) return std::nullopt;
  const auto* purchase = state.ledger.purchases.find(*action->purchase);
  return purchase != nullptr ? std::optional(purchase->member) : std::nullopt;
}

std::optional<model::MemberId> member_of_withdrawal(const State& state,
                                                    const model::WithdrawalReference& which) {
  if (which.member) return which.member;
  auto id = which.withdrawal;
  if (which.ext_ref) {
    const auto* link = state.ledger.ext_refs.find({*which.ext_ref});
    if (link != nullptr) id = link->withdrawal;
  }
  const auto* withdrawal = id ? state.ledger.withdrawals.find(*id) : nullptr;
  return withdrawal != nullptr ? std::optional(withdrawal->member) : std::nullopt;
}

}  // namespace

ledger::Decision decide(const State& state, const model::Command& command,
                        const ledger::Context& context) {
  return std::visit(
      [&](const auto& c) -> ledger::Decision {
        if constexpr (requires { registry::decide(state.registry, c, registry::Context{}); }) {
          return from_registry(registry::decide(state.registry, c, {context.now}));
        } else if constexpr (requires { ledger::decide(state.view(), c, context); }) {
          return ledger::decide(state.view(), c, context);
        } else {
          base::fail_check("a command without a rule", std::source_location::current());
        }
      },
      command);
}

model::CommandRefused refused(const model::Command& command, model::Refusal code) {
  model::CommandRefused out{.command = std::string(model::name_of(command)), .code = code};
  std::visit([&](const auto& c) { name_subject(c, out); }, command);
  return out;
}

std::optional<model::MemberId> member_of(const State& state, const model::Command& command) {
  return std::visit(
      [&](const auto& c) -> std::optional<model::MemberId> {
        if constexpr (requires { c.which; }) {
          return member_of_withdrawal(state, c.which);
        } else if constexpr (requires { c.target; }) {
          if (c.target.member) return c.target.member;
          if (!c.target.partner || !c.target.action_id) return std::nullopt;
          return member_of_action(state, *c.target.partner, *c.target.action_id);
        } else if constexpr (requires { c.action_id; }) {
          return member_of_action(state, c.partner, c.action_id);
        } else if constexpr (requires { c.member; }) {
          return c.member;
        } else {
          return std::nullopt;
        }
      },
      command);
}

}  // namespace kopilka::shard
