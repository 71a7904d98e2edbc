#include <memory>
#include <string>

#include <fmt/format.h>

#include "tools/kopilka/numbers.h"
#include "tools/kopilka/organization_register.h"
#include "tools/kopilka/shown.h"

namespace kopilka::tools {
namespace {

using model::OrganizationId;

Outcome<ExitCode> statistics(Program& program, OrganizationId id, bool as_csv) {
  if (as_csv && program.settings.json)
    return usage_error("--csv and --json are two forms of one report: name one of them");
  KOPILKA_TRY_ASSIGN(const auto as_of, as_of_of(program.settings));
  KOPILKA_TRY_ASSIGN(const auto reader, open_reader(program.settings));
  KOPILKA_TRY_ASSIGN(const auto reading, read_report(*reader, id, as_of));
  const auto& console = program.console;
  if (as_csv) {
    KOPILKA_TRY_ASSIGN(const auto csv, numbers_csv(*reader, reading));
    console.print(csv);
  } else if (program.settings.json) {
    codec::JsonWriter out;
    out.begin_object();
    out.member("organization_id", id);
    out.member("as_of", reading.report.as_of);
    write_numbers(out, reading.report);
    out.member("position", position_text(reading.position));
    out.end_object();
    console.print(out.take() + "\n");
  } else {
    console.print(console.bold(fmt::format("Statistics of organisation {} and all below it, on {}",
                                           id.value(), shown(reading.report.as_of))) +
                  "\n" + numbers_text(reading.report, console) +
                  console.dim(fmt::format("position {}", reading.position.value())) + "\n");
  }
  return ExitCode::done;
}

}  // namespace

void add_statistics(Program& program, CLI::App& noun) {
  auto id = std::make_shared<std::uint64_t>();
  auto as_csv = std::make_shared<bool>();
  auto& verb = add_verb(
      program, noun,
      {"statistics", "how many they are, who came and went, what they did",
       "organization statistics 10 --as-of 2019-01-01 --as-known "
       "2019-01-05T00:00:00+03:00 --csv"},
      [&program, id, as_csv] { return statistics(program, OrganizationId{*id}, *as_csv); });
  add_id(verb, "ID", *id, "the organisation's id");
  verb.add_flag("--csv", *as_csv, "a line an organisation: this one, then each below it");
  let_node_answer(program, verb);
  add_past(program, verb, Axis::both);
}

}  // namespace kopilka::tools
