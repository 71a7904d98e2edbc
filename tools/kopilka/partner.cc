#include <string>

#include <fmt/format.h>

#include "engine/codec/json_writer.h"
#include "engine/ledger/rows.h"
#include "tools/kopilka/command.h"
#include "tools/kopilka/partner_purchases.h"
#include "tools/kopilka/shown.h"
#include "tools/kopilka/table.h"

namespace kopilka::tools {
namespace {

Outcome<ExitCode> balance(Program& program, model::PartnerId id) {
  KOPILKA_TRY_ASSIGN(const auto reader, open_reader(program.settings));
  KOPILKA_TRY_ASSIGN(const auto partner, reader->row(reader->state().registry.partners, id));
  if (!partner)
    return not_found("partner_not_found", fmt::format("there is no partner {} at position {}",
                                                      id.value(), reader->position().value()));
  KOPILKA_TRY_ASSIGN(const auto row, reader->row(reader->state().ledger.partners, id));
  const auto money = row.value_or(ledger::PartnerMoney{});
  const auto& console = program.console;
  if (program.settings.json) {
    codec::JsonWriter out;
    out.begin_object();
    out.member("partner_id", id);
    out.members(money);
    out.member("position", position_text(reader->position()));
    out.end_object();
    console.print(out.take() + "\n");
    return ExitCode::done;
  }
  Table table({{""}, {"", Align::right}, {""}});
  table.add({"  tracked", shown(money.tracked), "not yet approved"});
  table.add({"  approved", shown(money.approved), "to be invoiced"});
  table.add({"  invoiced", shown(money.invoiced), "to be paid"});
  table.add({"  due to partner", shown(money.due_to_partner), "paid, and clawed back since"});
  console.print(console.bold(fmt::format("Partner {}, {}, RUB", id.value(), partner->name)) + "\n" +
                table.text(console) + console.dim(stand_of(*reader)) + "\n");
  return ExitCode::done;
}

}  // namespace

void add_partner(Program& program, CLI::App& root) {
  auto& noun = add_noun(root, "partner", "shops and what they owe");
  auto id = std::make_shared<std::uint64_t>();
  auto& verb = add_verb(program, noun,
                        {"balance", "receivables: tracked, approved, invoiced, due to the partner",
                         "partner balance 7 --data store"},
                        [&program, id] { return balance(program, model::PartnerId{*id}); });
  add_id(verb, "ID", *id, "the partner's id");
  let_node_answer(program, verb);
  add_past(program, verb, Axis::recorded);
  add_partner_purchases(program, noun);
}

}  // namespace kopilka::tools
