#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/codec/json_writer.h"
#include "projections/rosters/reader.h"
#include "tools/kopilka/as_of.h"
#include "tools/kopilka/command.h"
#include "tools/kopilka/organization_register.h"
#include "tools/kopilka/shown.h"
#include "tools/kopilka/table.h"

namespace kopilka::tools {
namespace {

using model::OrganizationId;
using projections::rosters::Roster;

// Who belonged there on the day that was asked for, else on the Moscow day of the last entry; and
// where the log stood.
struct RosterReading {
  Roster roster;
  model::Seq position;
};
Outcome<RosterReading> read_roster(app::Reader& reader, OrganizationId id, const AsOf& as_of) {
  KOPILKA_TRY_ASSIGN(const auto reading, reader.rosters());
  KOPILKA_TRY_ASSIGN(auto roster, reading.reader.roster(id, as_of.day_or(reading.at.recorded_at)));
  if (!roster) return no_such_organization(id, reading.at.seq);
  return RosterReading{std::move(*roster), reading.at.seq};
}

std::string roster_json(const RosterReading& reading) {
  codec::JsonWriter out;
  out.begin_object();
  out.member("organization_id", reading.roster.organization);
  out.member("as_of", reading.roster.as_of);
  out.name("members");
  out.begin_array();
  for (const auto& line : reading.roster.members) {
    out.begin_object();
    out.member("member_id", line.member);
    out.member("organization_id", line.organization);
    out.member("category", line.category);
    out.member("status", line.status);
    out.member("since", line.since);
    out.end_object();
  }
  out.end_array();
  out.member("position", position_text(reading.position));
  out.end_object();
  return out.take();
}

Outcome<ExitCode> roster(Program& program, OrganizationId id) {
  KOPILKA_TRY_ASSIGN(const auto as_of, as_of_of(program.settings));
  KOPILKA_TRY_ASSIGN(const auto reader, open_reader(program.settings));
  KOPILKA_TRY_ASSIGN(const auto reading, read_roster(*reader, id, as_of));
  const auto& console = program.console;
  if (program.settings.json) {
    console.print(roster_json(reading) + "\n");
    return ExitCode::done;
  }
  Table table({{"member", Align::right},
               {"organisation", Align::right},
               {"category"},
               {"status"},
               {"since"}});
  for (const auto& line : reading.roster.members)
    table.add({std::to_string(line.member.value()), std::to_string(line.organization.value()),
               std::string(model::name_of(line.category)), std::string(model::name_of(line.status)),
               shown(line.since)});
  console.print(console.bold(fmt::format("Organisation {} and all below it, on {}", id.value(),
                                         shown(reading.roster.as_of))) +
                "\n" + (reading.roster.members.empty() ? std::string() : table.text(console)) +
                console.dim(fmt::format("{}; position {}",
                                        shown_count(reading.roster.members.size(), "member"),
                                        reading.position.value())) +
                "\n");
  return ExitCode::done;
}

struct Numbers {
  std::size_t organizations{0};  // in the subtree, itself included
  std::size_t members{0};
};

// What `show` knows of an organisation.
struct Entry {
  std::vector<PathStep> path;  // from itself upwards
  Numbers numbers;
  std::vector<HeadcountReport> headcounts;
  std::vector<Officer> officers;
};

std::string show_json(const Entry& entry, model::Seq position) {
  codec::JsonWriter out;
  out.begin_object();
  write_identity(out, entry.path);
  out.member("organizations", entry.numbers.organizations);
  out.member("members", entry.numbers.members);
  if (!entry.headcounts.empty()) {
    out.name("headcount");
    out.begin_object();
    out.member("as_of", entry.headcounts.back().from);
    out.members(entry.headcounts.back().value);
    out.end_object();
  }
  write_officers(out, entry.officers);
  out.member("position", position_text(position));
  out.end_object();
  return out.take();
}

std::string show_text(const Entry& entry, const Console& console) {
  Table table({{""}, {""}});
  show_identity(table, entry.path);
  table.add({"  organisations", shown_count(entry.numbers.organizations) + ", itself included"});
  table.add({"  members", shown_count(entry.numbers.members)});
  if (!entry.headcounts.empty()) {
    const auto& latest = entry.headcounts.back();
    table.add({"  headcount", shown_headcount(latest)});
    table.add({"", fmt::format("{} of the employees",
                               shown_count(latest.value.pedagogues, "pedagogue"))});
  }
  show_officers(table, entry.officers);
  return console.bold(fmt::format("Organisation {}", entry.path.front().id.value())) + "\n" +
         table.text(console);
}

Outcome<ExitCode> show(Program& program, OrganizationId id) {
  KOPILKA_TRY_ASSIGN(const auto reader, open_reader(program.settings));
  KOPILKA_TRY_ASSIGN(auto path, read_path(*reader, id));
  KOPILKA_TRY_ASSIGN(const auto reading, read_roster(*reader, id, {}));
  KOPILKA_TRY_ASSIGN(const auto rosters, reader->rosters());
  KOPILKA_TRY_ASSIGN(const auto below, rosters.reader.subtree(id));
  KOPILKA_TRY_ASSIGN(auto headcounts, read_headcounts(*reader, id));
  KOPILKA_TRY_ASSIGN(auto officers,
                     read_officers(*reader, id, model::moscow_date(reader->recorded_at())));
  const Entry entry{std::move(path),
                    {below.size(), reading.roster.members.size()},
                    std::move(headcounts),
                    std::move(officers)};
  const auto& console = program.console;
  if (program.settings.json)
    console.print(show_json(entry, reader->position()) + "\n");
  else
    console.print(show_text(entry, console) + console.dim(stand_of(*reader)) + "\n");
  return ExitCode::done;
}

}  // namespace

void add_organization(Program& program, CLI::App& root) {
  auto& noun = add_noun(root, "organization", "the union's tree and its people");
  const auto add = [&](const Verb& verb, auto read, Axis axis) {
    auto id = std::make_shared<std::uint64_t>();
    auto& added = add_verb(program, noun, verb,
                           [&program, id, read] { return read(program, OrganizationId{*id}); });
    add_id(added, "ID", *id, "the organisation's id");
    let_node_answer(program, added);
    add_past(program, added, axis);
  };
  add({"show", "what it is and where it stands", "organization show 100 --data store"}, show,
      Axis::recorded);
  add({"roster", "its members and those of all below it",
       "organization roster 100 --data store --json"},
      roster, Axis::both);
  add_statistics(program, noun);
  add_passport(program, noun);
}

}  // namespace kopilka::tools
