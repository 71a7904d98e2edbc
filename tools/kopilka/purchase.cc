#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/codec/json_writer.h"
#include "engine/ledger/rows.h"
#include "tools/kopilka/command.h"
#include "tools/kopilka/history.h"
#include "tools/kopilka/purchase_forms.h"
#include "tools/kopilka/shown.h"
#include "tools/kopilka/table.h"

namespace kopilka::tools {
namespace {

using projections::statements::HistoryEntry;

struct PurchaseArguments {
  std::uint64_t partner{0};
  std::string action_id;
};

std::string purchase_json(model::PurchaseId id, const ledger::Purchase& purchase,
                          const std::vector<HistoryEntry>& history, model::Seq position) {
  codec::JsonWriter out;
  out.begin_object();
  write_purchase(out, id, purchase);
  write_history(out, history);
  out.member("position", position_text(position));
  out.end_object();
  return out.take();
}

std::string purchase_text(model::PurchaseId id, const ledger::Purchase& purchase,
                          const Console& console) {
  Table table({{""}, {"", Align::right}, {""}});
  table.add({"  base", shown(purchase.base), ""});
  table.add({"  cashback", shown(purchase.cashback), "the member's"});
  table.add({"  commission", shown(purchase.commission), "what the partner pays"});
  table.add({"  released", shown(projections::purchases::released(purchase)), ""});
  std::string holds;
  for (const auto& rule : purchase.holds)
    holds += (holds.empty() ? "; held: " : ", ") + rule;
  return console.bold(fmt::format("Purchase {}, RUB", id.value())) + "\n" +
         fmt::format("  partner {}, action {}, member {}, bought {} (Moscow)\n",
                     purchase.partner.value(), purchase.action_id, purchase.member.value(),
                     shown(purchase.facts.purchase_at)) +
         fmt::format("  {} by the partner, {} for the member{}; release on {}, terms {}\n",
                     name_of(purchase.partner_side), name_of(purchase.member_side), holds,
                     shown(purchase.release_on), purchase.terms.value()) +
         table.text(console);
}

// Of the action, from the first message on: what was parked before anybody could be named belongs
// to the purchase that was recorded later (domain.md §5).
Outcome<std::vector<HistoryEntry>> whole_history(app::Reader& reader, model::PurchaseId id,
                                                 const ledger::Purchase& purchase) {
  KOPILKA_TRY_ASSIGN(const auto reading, reader.statements());
  KOPILKA_TRY_ASSIGN(auto history, reading.reader.parked_history(
                                       purchase.partner, purchase.action_id, reader.position()));
  KOPILKA_TRY_ASSIGN(const auto recorded, reading.reader.purchase_history(id, reader.position()));
  history.insert(history.end(), recorded.begin(), recorded.end());
  std::ranges::sort(history, {}, &HistoryEntry::position);
  return history;
}

Outcome<ExitCode> show_recorded(Program& program, app::Reader& reader, model::PurchaseId id) {
  KOPILKA_TRY_ASSIGN(const auto purchase, read_purchase(reader, id));
  KOPILKA_TRY_ASSIGN(const auto history, whole_history(reader, id, purchase));
  if (program.settings.json)
    program.console.print(purchase_json(id, purchase, history, reader.position()) + "\n");
  else
    program.console.print(purchase_text(id, purchase, program.console) +
                          history_text(history, program.console) +
                          program.console.dim(stand_of(reader)) + "\n");
  return ExitCode::done;
}

Outcome<ExitCode> show_parked(Program& program, app::Reader& reader, model::ParkedId id) {
  KOPILKA_TRY_ASSIGN(const auto row, reader.row(reader.state().ledger.parked, id));
  const auto parked = row.value_or(ledger::Parked{});
  KOPILKA_TRY_ASSIGN(const auto reading, reader.statements());
  KOPILKA_TRY_ASSIGN(const auto history, reading.reader.parked_history(
                                             parked.partner, parked.action_id, reader.position()));
  if (program.settings.json) {
    codec::JsonWriter out;
    out.begin_object();
    write_parked(out, parked);
    write_history(out, history);
    out.member("position", position_text(reader.position()));
    out.end_object();
    program.console.print(out.take() + "\n");
    return ExitCode::done;
  }
  program.console.print(
      program.console.bold(
          fmt::format("Action {} of partner {}", parked.action_id, parked.partner.value())) +
      "\n" +
      fmt::format("  {}: nobody's purchase ({}), bought {} (Moscow); claims until {}\n",
                  state_of(parked), model::name_of(parked.why), shown(parked.facts.purchase_at),
                  shown(parked.expires_on - 1)) +
      history_text(history, program.console) + program.console.dim(stand_of(reader)) + "\n");
  return ExitCode::done;
}

Outcome<ExitCode> show(Program& program, const PurchaseArguments& arguments) {
  KOPILKA_TRY_ASSIGN(const auto reader, open_reader(program.settings));
  const auto& state = reader->state();
  const model::PartnerId partner{arguments.partner};
  KOPILKA_TRY_ASSIGN(const auto known, reader->row(state.registry.partners, partner));
  if (!known)
    return not_found("partner_not_found", fmt::format("there is no partner {} at position {}",
                                                      partner.value(), reader->position().value()));
  KOPILKA_TRY_ASSIGN(const auto action,
                     reader->row(state.ledger.actions, {partner, arguments.action_id}));
  if (action && action->purchase) return show_recorded(program, *reader, *action->purchase);
  if (action && action->parked) return show_parked(program, *reader, *action->parked);
  return not_found("purchase_not_found",
                   fmt::format("partner {} has reported no action {} up to position {}",
                               partner.value(), arguments.action_id, reader->position().value()));
}

}  // namespace

void add_purchase(Program& program, CLI::App& root) {
  auto& noun = add_noun(root, "purchase", "what a partner reported");
  auto arguments = std::make_shared<PurchaseArguments>();
  auto& verb =
      add_verb(program, noun,
               {"show", "one purchase with its history", "purchase show 7 A-1001 --data store"},
               [&program, arguments] { return show(program, *arguments); });
  add_id(verb, "PARTNER", arguments->partner, "the partner's id");
  verb.add_option("ACTION", arguments->action_id, "the partner's id of the action")
      ->required()
      ->type_name("");
  let_node_answer(program, verb);
  add_past(program, verb, Axis::recorded);
}

}  // namespace kopilka::tools
