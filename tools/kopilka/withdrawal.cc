#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/codec/json_writer.h"
#include "engine/ledger/rows.h"
#include "engine/state/stored.h"
#include "tools/kopilka/command.h"
#include "tools/kopilka/history.h"
#include "tools/kopilka/shown.h"
#include "tools/kopilka/table.h"

namespace kopilka::tools {
namespace {

using model::WithdrawalState;

struct ListArguments {
  std::string state;  // empty: any
  bool overdue{false};
};

// A withdrawal as it stands at a moment.
struct Order {
  model::WithdrawalId id;
  ledger::Withdrawal row;
  bool overdue{false};
};

Order order_of(model::WithdrawalId id, const ledger::Withdrawal& row, model::Instant now) {
  const bool is_open = row.state == WithdrawalState::requested ||
                       row.state == WithdrawalState::sent || row.state == WithdrawalState::unknown;
  return {id, row, is_open && row.due_at < now};
}

void write_members(codec::JsonWriter& out, const Order& order) {
  out.member("withdrawal_id", order.id);
  out.member("member_id", order.row.member);
  out.member("request_key", order.row.request_key);
  out.member("method", order.row.method);
  out.member("amount", order.row.amount);
  out.member("state", order.row.state);
  out.member("ext_ref", order.row.ext_ref);
  out.member("requested_at", order.row.requested_at);
  out.member("due_at", order.row.due_at);
  out.member("overdue", order.overdue);
}

std::string list_json(const std::vector<Order>& orders, model::Seq position) {
  codec::JsonWriter out;
  out.begin_object();
  out.name("withdrawals");
  out.begin_array();
  for (const auto& order : orders) {
    out.begin_object();
    write_members(out, order);
    out.member("position", position_text(position));
    out.end_object();
  }
  out.end_array();
  out.member("position", position_text(position));
  out.end_object();
  return out.take();
}

std::string list_text(const std::vector<Order>& orders, const Console& console) {
  Table table({{"withdrawal", Align::right},
               {"member", Align::right},
               {"method"},
               {"amount", Align::right},
               {"state"},
               {"requested (Moscow)"},
               {"due (Moscow)"},
               {"reference"}});
  for (const auto& order : orders)
    table.add({std::to_string(order.id.value()), std::to_string(order.row.member.value()),
               std::string(model::name_of(order.row.method)), shown(order.row.amount),
               std::string(model::name_of(order.row.state)) + (order.overdue ? ", overdue" : ""),
               shown(order.row.requested_at), shown(order.row.due_at), order.row.ext_ref});
  return table.text(console);
}

Outcome<ExitCode> list(Program& program, const ListArguments& arguments) {
  KOPILKA_TRY_ASSIGN(const auto reader, open_reader(program.settings));
  std::vector<Order> orders;
  KOPILKA_TRY(state::for_each_row(reader->state().ledger.withdrawals, reader->store(),
                                  [&](model::WithdrawalId id, const ledger::Withdrawal& row) {
                                    auto order = order_of(id, row, reader->recorded_at());
                                    if (!arguments.state.empty() &&
                                        model::name_of(row.state) != arguments.state)
                                      return;
                                    if (arguments.overdue && !order.overdue) return;
                                    orders.push_back(std::move(order));
                                  }));
  std::ranges::sort(orders, {}, &Order::id);
  const auto& console = program.console;
  if (program.settings.json) {
    console.print(list_json(orders, reader->position()) + "\n");
    return ExitCode::done;
  }
  model::Money sum;
  for (const auto& order : orders)
    sum += order.row.amount;
  if (!orders.empty()) console.print(list_text(orders, console));
  console.print(console.dim(fmt::format("{}, {} RUB; {}", shown_count(orders.size(), "withdrawal"),
                                        shown(sum), stand_of(*reader))) +
                "\n");
  return ExitCode::done;
}

std::string show_json(const Order& order,
                      const std::vector<projections::statements::HistoryEntry>& history,
                      model::Seq position) {
  codec::JsonWriter out;
  out.begin_object();
  write_members(out, order);
  write_history(out, history);
  out.member("position", position_text(position));
  out.end_object();
  return out.take();
}

std::string show_text(const Order& order, const std::string& mask, const Console& console) {
  Table table({{""}, {""}});
  table.add({"  amount", shown(order.row.amount)});
  table.add({"  state",
             std::string(model::name_of(order.row.state)) + (order.overdue ? ", overdue" : "")});
  table.add({"  by", fmt::format("{} {}", model::name_of(order.row.method), mask)});
  table.add({"  member", std::to_string(order.row.member.value())});
  table.add({"  requested", shown(order.row.requested_at) + " (Moscow)"});
  table.add({"  due", shown(order.row.due_at) + " (Moscow)"});
  table.add({"  reference", order.row.ext_ref});
  table.add({"  request key", order.row.request_key});
  return console.bold(fmt::format("Withdrawal {}, RUB", order.id.value())) + "\n" +
         table.text(console);
}

Outcome<ExitCode> show(Program& program, model::WithdrawalId id) {
  KOPILKA_TRY_ASSIGN(const auto reader, open_reader(program.settings));
  const auto& tables = reader->state().ledger;
  KOPILKA_TRY_ASSIGN(const auto row, reader->row(tables.withdrawals, id));
  if (!row)
    return not_found("withdrawal_not_found", fmt::format("there is no withdrawal {} at position {}",
                                                         id.value(), reader->position().value()));
  const auto order = order_of(id, *row, reader->recorded_at());
  KOPILKA_TRY_ASSIGN(const auto reading, reader->statements());
  KOPILKA_TRY_ASSIGN(const auto history, reading.reader.withdrawal_history(id, reader->position()));
  const auto& console = program.console;
  if (program.settings.json) {
    console.print(show_json(order, history, reader->position()) + "\n");
    return ExitCode::done;
  }
  KOPILKA_TRY_ASSIGN(const auto destination,
                     reader->row(tables.destinations, {row->member, row->destination_id}));
  console.print(show_text(order, destination ? destination->mask : std::string(), console) +
                history_text(history, console) + console.dim(stand_of(*reader)) + "\n");
  return ExitCode::done;
}

}  // namespace

void add_withdrawal(Program& program, CLI::App& root) {
  auto& noun = add_noun(root, "withdrawal", "payouts");
  auto arguments = std::make_shared<ListArguments>();
  auto& listed = add_verb(program, noun,
                          {"list", "those there are, by id",
                           "withdrawal list --state requested --overdue --data store"},
                          [&program, arguments] { return list(program, *arguments); });
  const auto& names = model::kNames<WithdrawalState>;
  const std::vector<std::string> states(std::begin(names), std::end(names));
  listed.add_option("--state", arguments->state, "only those in a state")
      ->type_name("STATE")
      ->check(CLI::IsMember(states));
  listed.add_flag("--overdue", arguments->overdue, "only those that should have been paid by now");
  let_node_answer(program, listed);
  add_past(program, listed, Axis::recorded);

  auto id = std::make_shared<std::uint64_t>();
  auto& shown_one =
      add_verb(program, noun, {"show", "one, with its history", "withdrawal show 105 --data store"},
               [&program, id] { return show(program, model::WithdrawalId{*id}); });
  add_id(shown_one, "ID", *id, "the withdrawal's id");
  let_node_answer(program, shown_one);
  add_past(program, shown_one, Axis::recorded);
}

}  // namespace kopilka::tools
