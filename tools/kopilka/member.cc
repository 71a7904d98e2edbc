#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/codec/json_writer.h"
#include "engine/ledger/rows.h"
#include "projections/statements/reader.h"
#include "tools/kopilka/as_of.h"
#include "tools/kopilka/command.h"
#include "tools/kopilka/history.h"
#include "tools/kopilka/member_explain.h"
#include "tools/kopilka/member_register.h"
#include "tools/kopilka/shown.h"
#include "tools/kopilka/table.h"

namespace kopilka::tools {
namespace {

using projections::statements::Clocks;
using projections::statements::StatementEntry;

Outcome<void> expect_member(const app::Reader& reader, model::MemberId id) {
  KOPILKA_TRY_ASSIGN(const auto member, reader.row(reader.state().registry.members, id));
  if (member) return {};
  return no_such_member(reader, id);
}

Outcome<ledger::Funds> read_funds_as_of(app::Reader& reader, model::MemberId id,
                                        model::Instant as_of) {
  KOPILKA_TRY_ASSIGN(const auto reading, reader.statements());
  const Clocks clocks{.as_of = as_of, .as_known = reader.position()};
  KOPILKA_TRY_ASSIGN(const auto funds, reading.reader.funds(id, clocks));
  return funds.value_or(ledger::Funds{});
}

Outcome<ExitCode> balance(Program& program, model::MemberId id) {
  KOPILKA_TRY_ASSIGN(const auto as_of, as_of_of(program.settings));
  KOPILKA_TRY_ASSIGN(const auto reader, open_reader(program.settings));
  KOPILKA_TRY(expect_member(*reader, id));
  KOPILKA_TRY_ASSIGN(const auto row, reader->row(reader->state().ledger.members, id));
  auto money = row.value_or(ledger::MemberMoney{});
  // Holds are no movements: what they keep stands at the position, whatever is asked for.
  const auto held = ledger::held_amount(money);
  if (as_of.until) {
    KOPILKA_TRY_ASSIGN(money.funds, read_funds_as_of(*reader, id, *as_of.until));
  }
  if (program.settings.json) {
    codec::JsonWriter out;
    out.begin_object();
    out.member("member_id", id);
    out.members(money.funds);
    out.member("held", held);
    out.member("as_of", as_of.until);
    out.member("position", position_text(reader->position()));
    out.end_object();
    program.console.print(out.take() + "\n");
    return ExitCode::done;
  }
  Table table({{""}, {"", Align::right}, {""}});
  table.add({"  frozen", shown(money.funds.frozen), "waits for its release day"});
  table.add({"  available", shown(money.funds.available), "can be withdrawn"});
  table.add({"  reserved", shown(money.funds.reserved), "asked for, not yet sent"});
  table.add({"  in flight", shown(money.funds.in_flight), "with a processor"});
  table.add({"  debt", shown(money.funds.debt), "to be earned back"});
  table.add({"  held", shown(held), "of available, kept by a hold"});
  program.console.print(program.console.bold(fmt::format("Member {}, RUB", id.value())) + "\n" +
                        table.text(program.console) +
                        program.console.dim(as_of_text(as_of) + stand_of(*reader)) + "\n");
  return ExitCode::done;
}

// The accounts of a statement, in the order of its columns.
struct FundsColumn {
  const char* title;
  model::Money ledger::Funds::* account;
};
constexpr std::array kFunds{FundsColumn{"frozen", &ledger::Funds::frozen},
                            FundsColumn{"available", &ledger::Funds::available},
                            FundsColumn{"reserved", &ledger::Funds::reserved},
                            FundsColumn{"in flight", &ledger::Funds::in_flight},
                            FundsColumn{"debt", &ledger::Funds::debt}};

std::string statement_json(model::MemberId id, const std::vector<StatementEntry>& entries,
                           const AsOf& as_of, model::Seq position) {
  codec::JsonWriter out;
  out.begin_object();
  out.member("member_id", id);
  out.name("entries");
  out.begin_array();
  for (const auto& entry : entries) {
    out.begin_object();
    write_entry(out, entry);
    out.end_object();
  }
  out.end_array();
  out.member("as_of", as_of.until);
  out.member("position", position_text(position));
  out.end_object();
  return out.take();
}

std::string subject_of(const StatementEntry& entry) {
  if (entry.purchase) return fmt::format("purchase {}", entry.purchase->value());
  if (entry.withdrawal) return fmt::format("withdrawal {}", entry.withdrawal->value());
  return {};
}

// Every change on a line of its own; the balances after it beside the last. Accounts that nothing
// ever moved have no column.
std::string statement_table(const std::vector<StatementEntry>& entries, const Console& console) {
  std::vector<FundsColumn> moved;
  for (const auto& column : kFunds)
    for (const auto& entry : entries)
      if (entry.change.*column.account != model::Money{}) {
        moved.push_back(column);
        break;
      }
  std::vector<Column> columns{{"position", Align::right},
                              {"recorded (Moscow)"},
                              {"event"},
                              {"of"},
                              {"change", Align::right},
                              {""}};
  for (const auto& column : moved)
    columns.push_back({column.title, Align::right});
  Table table(columns);
  for (const auto& entry : entries) {
    std::vector<std::string> cells{position_text(entry.position), shown(entry.recorded_at),
                                   std::string(entry.event), subject_of(entry)};
    std::vector<FundsColumn> changes;
    for (const auto& column : moved)
      if (entry.change.*column.account != model::Money{}) changes.push_back(column);
    for (std::size_t i = 0; i < changes.size(); ++i) {
      cells.push_back(shown_change(entry.change.*changes[i].account));
      cells.emplace_back(changes[i].title);
      const bool is_last = i + 1 == changes.size();
      for (const auto& column : moved)
        cells.push_back(is_last ? shown(entry.balance.*column.account) : std::string());
      table.add(std::exchange(cells, std::vector<std::string>(4)));
    }
  }
  return table.text(console);
}

Outcome<ExitCode> statement(Program& program, model::MemberId id) {
  KOPILKA_TRY_ASSIGN(const auto as_of, as_of_of(program.settings));
  KOPILKA_TRY_ASSIGN(const auto reader, open_reader(program.settings));
  KOPILKA_TRY(expect_member(*reader, id));
  KOPILKA_TRY_ASSIGN(const auto reading, reader->statements());
  // What was decided since the balance was looked at is left for the next time.
  const Clocks clocks{.as_of = as_of.until, .as_known = reader->position()};
  KOPILKA_TRY_ASSIGN(const auto entries, reading.reader.entries(id, {.clocks = clocks}));
  if (program.settings.json) {
    program.console.print(statement_json(id, entries, as_of, reader->position()) + "\n");
    return ExitCode::done;
  }
  const auto title = fmt::format("Statement of member {}, RUB", id.value());
  program.console.print(
      program.console.bold(title) + "\n" +
      (entries.empty() ? "no movements\n" : statement_table(entries, program.console)) +
      program.console.dim(fmt::format("{}; {}{}", shown_count(entries.size(), "movement"),
                                      as_of_text(as_of), stand_of(*reader))) +
      "\n");
  return ExitCode::done;
}

void add_explain(Program& program, CLI::App& noun) {
  struct Arguments {
    std::uint64_t member{0};
    std::optional<model::PurchaseId> purchase;
  };
  auto arguments = std::make_shared<Arguments>();
  auto& verb = add_verb(
      program, noun,
      {"explain",
       "why each kopeck is where it is, event by event, with terms, rates, "
       "rounding and caps, so that it can be redone by hand",
       "member explain 42 --data store\n  kopilka member explain 42 --purchase 41 "
       "--data store --json"},
      [&program, arguments] {
        return explain_member(program, model::MemberId{arguments->member}, arguments->purchase);
      });
  add_id(verb, "ID", arguments->member, "the member's id");
  add_number(
      verb, "--purchase", {1, model::kIdLimit - 1},
      [arguments](std::uint64_t id) { arguments->purchase = model::PurchaseId{id}; },
      "of this purchase only")
      .type_name("PURCHASE_ID");
  let_node_answer(program, verb);
  add_past(program, verb, Axis::both);
}

}  // namespace

void add_member(Program& program, CLI::App& root) {
  auto& noun = add_noun(root, "member", "a member's money and register entry");
  const auto add = [&](const Verb& verb, auto read, Axis axis) {
    auto id = std::make_shared<std::uint64_t>();
    auto& added = add_verb(program, noun, verb,
                           [&program, id, read] { return read(program, model::MemberId{*id}); });
    add_id(added, "ID", *id, "the member's id");
    let_node_answer(program, added);
    add_past(program, added, axis);
  };
  add({"balance", "frozen, available, reserved, in flight, debt, held",
       "member balance 42 --data store"},
      balance, Axis::both);
  add({"statement", "every movement with running balances",
       "member statement 42 --data store --as-known 2019-04-01T00:00:00+03:00"},
      statement, Axis::both);
  add({"show", "the register entry, with personal data if its key is here",
       "member show 42 --data store --json"},
      show_member, Axis::recorded);
  add_explain(program, noun);
}

}  // namespace kopilka::tools
