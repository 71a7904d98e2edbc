#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/codec/json_writer.h"
#include "engine/ledger/rows.h"
#include "projections/withdrawals/withdrawals.h"
#include "tools/kopilka/command.h"
#include "tools/kopilka/history.h"
#include "tools/kopilka/shown.h"
#include "tools/kopilka/table.h"

namespace kopilka::tools {
namespace {

using model::WithdrawalState;
using projections::withdrawals::Filter;
using projections::withdrawals::Listed;
using projections::withdrawals::Withdrawals;

struct ListArguments {
  std::string state;  // empty: any
  bool overdue{false};
};

// A withdrawal as it stands at a moment.
struct Order {
  Listed listed;
  bool overdue{false};
};

Order order_of(Listed listed, model::Instant now) {
  const bool overdue = projections::withdrawals::is_overdue(listed.state, listed.due_at, now);
  return {std::move(listed), overdue};
}

Listed listed(model::WithdrawalId id, const ledger::Withdrawal& row) {
  return {id,          row.member,       row.method, row.amount, row.state, row.request_key,
          row.ext_ref, row.requested_at, row.due_at};
}

void write_members(codec::JsonWriter& out, const Order& order) {
  out.member("withdrawal_id", order.listed.id);
  out.member("member_id", order.listed.member);
  out.member("request_key", order.listed.request_key);
  out.member("method", order.listed.method);
  out.member("amount", order.listed.amount);
  out.member("state", order.listed.state);
  out.member("ext_ref", order.listed.ext_ref);
  out.member("requested_at", order.listed.requested_at);
  out.member("due_at", order.listed.due_at);
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
    table.add({std::to_string(order.listed.id.value()), std::to_string(order.listed.member.value()),
               std::string(model::name_of(order.listed.method)), shown(order.listed.amount),
               std::string(model::name_of(order.listed.state)) + (order.overdue ? ", overdue" : ""),
               shown(order.listed.requested_at), shown(order.listed.due_at), order.listed.ext_ref});
  return table.text(console);
}

// What was asked for, at the moment that the model stands at.
Filter filter_of(const ListArguments& arguments, model::Instant now) {
  Filter filter;
  if (!arguments.state.empty()) filter.state = model::from_name<WithdrawalState>(arguments.state);
  if (arguments.overdue) filter.overdue_at = now;
  return filter;
}

Outcome<ExitCode> list(Program& program, const ListArguments& arguments) {
  KOPILKA_TRY_ASSIGN(const auto reader, open_reader(program.settings));
  KOPILKA_TRY_ASSIGN(const auto reading, reader->read<Withdrawals>());
  const auto now = reading.at.recorded_at;
  KOPILKA_TRY_ASSIGN(auto found, reading.reader.list(filter_of(arguments, now)));
  std::vector<Order> orders;
  orders.reserve(found.size());
  for (auto& listed : found)
    orders.push_back(order_of(std::move(listed), now));
  const auto& console = program.console;
  if (program.settings.json) {
    console.print(list_json(orders, reading.at.seq) + "\n");
    return ExitCode::done;
  }
  model::Money sum;
  for (const auto& order : orders)
    sum += order.listed.amount;
  if (!orders.empty()) console.print(list_text(orders, console));
  console.print(console.dim(fmt::format("{}, {} RUB; {}", shown_count(orders.size(), "withdrawal"),
                                        shown(sum), stand_of(reading.at.seq, now))) +
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
  table.add({"  amount", shown(order.listed.amount)});
  table.add({"  state",
             std::string(model::name_of(order.listed.state)) + (order.overdue ? ", overdue" : "")});
  table.add({"  by", fmt::format("{} {}", model::name_of(order.listed.method), mask)});
  table.add({"  member", std::to_string(order.listed.member.value())});
  table.add({"  requested", shown(order.listed.requested_at) + " (Moscow)"});
  table.add({"  due", shown(order.listed.due_at) + " (Moscow)"});
  table.add({"  reference", order.listed.ext_ref});
  table.add({"  request key", order.listed.request_key});
  return console.bold(fmt::format("Withdrawal {}, RUB", order.listed.id.value())) + "\n" +
         table.text(console);
}

Outcome<ExitCode> show(Program& program, model::WithdrawalId id) {
  KOPILKA_TRY_ASSIGN(const auto reader, open_reader(program.settings));
  const auto& tables = reader->state().ledger;
  KOPILKA_TRY_ASSIGN(const auto row, reader->row(tables.withdrawals, id));
  if (!row)
    return not_found("withdrawal_not_found", fmt::format("there is no withdrawal {} at position {}",
                                                         id.value(), reader->position().value()));
  const auto order = order_of(listed(id, *row), reader->recorded_at());
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
