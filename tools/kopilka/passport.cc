#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "tools/kopilka/numbers.h"
#include "tools/kopilka/organization_register.h"
#include "tools/kopilka/shown.h"
#include "tools/kopilka/table.h"

namespace kopilka::tools {
namespace {

using model::OrganizationId;

// What an organisation is, who leads it, and its numbers on a day (R13).
struct Passport {
  std::vector<PathStep> path;  // from itself upwards
  std::vector<Officer> officers;
  std::vector<HeadcountReport> headcounts;  // up to the day
  ReportReading numbers;
};

Outcome<Passport> read_passport(app::Reader& reader, OrganizationId id, const AsOf& as_of) {
  KOPILKA_TRY_ASSIGN(auto path, read_path(reader, id));
  KOPILKA_TRY_ASSIGN(auto numbers, read_report(reader, id, as_of));
  const auto on = numbers.report.as_of;
  KOPILKA_TRY_ASSIGN(auto officers, read_officers(reader, id, on));
  KOPILKA_TRY_ASSIGN(auto headcounts, read_headcounts(reader, id));
  std::erase_if(headcounts, [&](const HeadcountReport& report) { return report.from > on; });
  return Passport{std::move(path), std::move(officers), std::move(headcounts), std::move(numbers)};
}

std::string passport_json(const Passport& passport) {
  codec::JsonWriter out;
  out.begin_object();
  write_identity(out, passport.path);
  out.member("as_of", passport.numbers.report.as_of);
  write_officers(out, passport.officers);
  out.name("headcounts");
  out.begin_array();
  for (const auto& report : passport.headcounts) {
    out.begin_object();
    out.member("as_of", report.from);
    out.members(report.value);
    out.end_object();
  }
  out.end_array();
  out.name("statistics");
  out.begin_object();
  write_numbers(out, passport.numbers.report);
  out.end_object();
  out.member("position", position_text(passport.numbers.position));
  out.end_object();
  return out.take();
}

std::string passport_text(const Passport& passport, const Console& console) {
  Table table({{""}, {""}});
  show_identity(table, passport.path);
  show_officers(table, passport.officers);
  for (auto report = passport.headcounts.rbegin(); report != passport.headcounts.rend(); ++report)
    table.add({report == passport.headcounts.rbegin() ? "  own headcounts" : "",
               shown_headcount(*report)});
  return console.bold(fmt::format("Passport of organisation {}, on {}",
                                  passport.path.front().id.value(),
                                  shown(passport.numbers.report.as_of))) +
         "\n" + table.text(console) + console.bold("With all below it") + "\n" +
         numbers_text(passport.numbers.report, console) +
         console.dim(fmt::format("position {}", passport.numbers.position.value())) + "\n";
}

Outcome<ExitCode> passport(Program& program, OrganizationId id) {
  KOPILKA_TRY_ASSIGN(const auto as_of, as_of_of(program.settings));
  KOPILKA_TRY_ASSIGN(const auto reader, open_reader(program.settings));
  KOPILKA_TRY_ASSIGN(const auto found, read_passport(*reader, id, as_of));
  const auto& console = program.console;
  console.print(program.settings.json ? passport_json(found) + "\n"
                                      : passport_text(found, console));
  return ExitCode::done;
}

}  // namespace

void add_passport(Program& program, CLI::App& noun) {
  auto id = std::make_shared<std::uint64_t>();
  auto& verb = add_verb(program, noun,
                        {"passport", "what it is, who leads it, its headcounts and numbers",
                         "organization passport 101 --data store --as-of 2019-01-01"},
                        [&program, id] { return passport(program, OrganizationId{*id}); });
  add_id(verb, "ID", *id, "the organisation's id");
  let_node_answer(program, verb);
  add_past(program, verb, Axis::both);
}

}  // namespace kopilka::tools
