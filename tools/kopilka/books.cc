#include <string>

#include <fmt/format.h>

#include "engine/codec/json_writer.h"
#include "engine/ledger/chart.h"
#include "engine/ledger/rows.h"
#include "tools/kopilka/command.h"
#include "tools/kopilka/shown.h"
#include "tools/kopilka/table.h"

namespace kopilka::tools {
namespace {

constexpr std::string_view kBookName = "PROGRAM";

base::Int128 total_of(const ledger::Book& book) {
  base::Int128 total = 0;
  for (const auto balance : book.balances)
    total += balance;
  return total;
}

std::string book_json(const ledger::Book& book, model::Seq position) {
  codec::JsonWriter out;
  out.begin_object();
  out.member("book", kBookName);
  out.name("accounts");
  out.begin_array();
  for (std::size_t i = 0; i < ledger::kAccountCount; ++i) {
    out.begin_object();
    out.member("account", ledger::kChart.at(i).code);
    out.member("name", ledger::kChart.at(i).name);
    out.member("balance", plain_kopecks(book.balances.at(i)));
    out.end_object();
  }
  out.end_array();
  out.member("total", plain_kopecks(total_of(book)));
  out.member("position", position_text(position));
  out.end_object();
  return out.take();
}

Outcome<ExitCode> trial_balance(Program& program) {
  KOPILKA_TRY_ASSIGN(const auto reader, open_reader(program.settings));
  KOPILKA_TRY_ASSIGN(const auto row,
                     reader->row(reader->state().ledger.books, ledger::kProgramBook));
  const auto book = row.value_or(ledger::Book{});
  const auto& console = program.console;
  if (program.settings.json) {
    console.print(book_json(book, reader->position()) + "\n");
    return ExitCode::done;
  }
  Table table({{"account"}, {"name"}, {"debits \u2212 credits", Align::right}});
  for (std::size_t i = 0; i < ledger::kAccountCount; ++i)
    table.add({std::string(ledger::kChart.at(i).code), std::string(ledger::kChart.at(i).name),
               shown_kopecks(book.balances.at(i))});
  table.rule();
  table.add({"", "total", shown_kopecks(total_of(book))});
  console.print(console.bold(fmt::format("Trial balance of {}, RUB", kBookName)) + "\n" +
                table.text(console) + console.dim(stand_of(*reader)) + "\n");
  return ExitCode::done;
}

}  // namespace

void add_books(Program& program, CLI::App& root) {
  auto& noun = add_noun(root, "books", "the books");
  auto& verb = add_verb(program, noun,
                        {"trial-balance", "every account; debits and credits must be equal",
                         "books trial-balance --data store"},
                        [&program] { return trial_balance(program); });
  let_node_answer(program, verb);
  add_past(program, verb, Axis::recorded);
}

}  // namespace kopilka::tools
