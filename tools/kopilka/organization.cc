#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/codec/json_writer.h"
#include "engine/registry/queries.h"
#include "projections/rosters/reader.h"
#include "tools/kopilka/command.h"
#include "tools/kopilka/member_register.h"
#include "tools/kopilka/shown.h"
#include "tools/kopilka/table.h"

namespace kopilka::tools {
namespace {

using model::OrganizationId;
using projections::rosters::Roster;

std::unexpected<Failure> no_such_organization(OrganizationId id, model::Seq position) {
  return not_found("organization_not_found", fmt::format("there is no organisation {} at position "
                                                         "{}",
                                                         id.value(), position.value()));
}

// Who belonged there on the Moscow day of the last entry, and where the log stood.
struct RosterReading {
  Roster roster;
  model::Seq position;
};
Outcome<RosterReading> read_roster(app::Reader& reader, OrganizationId id) {
  KOPILKA_TRY_ASSIGN(const auto reading, reader.rosters());
  const auto on = model::moscow_date(reading.at.recorded_at);
  KOPILKA_TRY_ASSIGN(auto roster, reading.reader.roster(id, on));
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
  if (!program.settings.as_of.empty()) return not_in_this_release("--as-of");
  KOPILKA_TRY_ASSIGN(const auto reader, open_reader(program.settings));
  KOPILKA_TRY_ASSIGN(const auto reading, read_roster(*reader, id));
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

struct PathStep {
  OrganizationId id;
  registry::Organization row;
};

// From the organisation upwards.
Outcome<std::vector<PathStep>> read_path(const app::Reader& reader, OrganizationId id) {
  std::vector<PathStep> path;
  for (std::optional<OrganizationId> step = id; step;) {
    KOPILKA_TRY_ASSIGN(auto row, reader.row(reader.state().registry.organizations, *step));
    if (!row) break;
    const auto parent = row->parent;
    path.push_back({*step, std::move(*row)});
    step = parent;
  }
  if (path.empty()) return no_such_organization(id, reader.position());
  return path;
}

struct Numbers {
  std::size_t organizations{0};  // in the subtree, itself included
  std::size_t members{0};
};

using Report = registry::Dated<registry::Headcount>;

// The report of the latest date; absent: none was made.
Outcome<std::optional<Report>> read_headcount(const app::Reader& reader, OrganizationId id) {
  KOPILKA_TRY_ASSIGN(const auto row, reader.row(reader.state().registry.headcounts, id));
  if (!row || row->reports.empty()) return std::nullopt;
  return row->reports.back();
}

// Who is in office on a day, with the standing of that day as a member.
struct Officer {
  registry::OfficerTerm term;
  registry::MembershipStatus status{};
};

// By office, then by the first day.
Outcome<std::vector<Officer>> read_officers(const app::Reader& reader, OrganizationId id) {
  const auto& tables = reader.state().registry;
  const auto on = model::moscow_date(reader.recorded_at());
  KOPILKA_TRY_ASSIGN(const auto row, reader.row(tables.officers, id));
  std::vector<Officer> officers;
  if (!row) return officers;
  for (const auto& term : row->terms) {
    if (!registry::holds_on(term, on)) continue;
    KOPILKA_TRY_ASSIGN(const auto member, reader.row(tables.members, term.member));
    officers.push_back(
        {term, member ? registry::status_on(*member, on) : registry::MembershipStatus::none});
  }
  return officers;
}

void write_officers(codec::JsonWriter& out, const std::vector<Officer>& officers) {
  out.name("officers");
  out.begin_array();
  for (const auto& officer : officers) {
    out.begin_object();
    out.member("member_id", officer.term.member);
    out.member("role", officer.term.role);
    out.member("from", officer.term.from);
    out.member("to", officer.term.to);
    out.member("full_time", officer.term.full_time);
    out.member("status", status_name(officer.status));
    out.end_object();
  }
  out.end_array();
}

std::string shown_officer(const Officer& officer) {
  const auto& term = officer.term;
  auto text = fmt::format("{} {}, from {}", model::name_of(term.role), term.member.value(),
                          shown(term.from));
  if (term.to) text += " to " + shown(*term.to);
  if (term.full_time) text += ", full-time";
  if (officer.status != registry::MembershipStatus::active)
    text += fmt::format(", membership {}", status_name(officer.status));
  return text;
}

// What `show` knows of an organisation.
struct Entry {
  std::vector<PathStep> path;  // from itself upwards
  Numbers numbers;
  std::optional<Report> headcount;
  std::vector<Officer> officers;
};

std::string show_json(const Entry& entry, model::Seq position) {
  const auto& path = entry.path;
  codec::JsonWriter out;
  out.begin_object();
  out.member("organization_id", path.front().id);
  const auto& row = path.front().row;
  out.member("kind", row.kind);
  out.member("parent_id", row.parent);
  out.member("name", row.name);
  out.member("district", row.district);
  out.member("city", row.city);
  out.member("inn", row.inn);
  out.member("pilot", row.pilot);
  out.member("closed", row.closed);
  out.name("path");
  out.begin_array();
  for (auto step = path.rbegin(); step != path.rend(); ++step) {
    out.begin_object();
    out.member("organization_id", step->id);
    out.member("name", step->row.name);
    out.end_object();
  }
  out.end_array();
  out.member("organizations", entry.numbers.organizations);
  out.member("members", entry.numbers.members);
  if (entry.headcount) {
    out.name("headcount");
    out.begin_object();
    out.member("as_of", entry.headcount->from);
    out.members(entry.headcount->value);
    out.end_object();
  }
  write_officers(out, entry.officers);
  out.member("position", position_text(position));
  out.end_object();
  return out.take();
}

std::string show_text(const Entry& entry, const Console& console) {
  const auto& path = entry.path;
  const auto& row = path.front().row;
  Table table({{""}, {""}});
  const auto if_there = [&](const char* what, const std::optional<std::string>& value) {
    if (value) table.add({what, *value});
  };
  table.add({"  name", row.name});
  table.add({"  kind", std::string(model::name_of(row.kind)) + (row.pilot ? ", pilot" : "") +
                           (row.closed ? ", closed" : "")});
  for (std::size_t i = 1; i < path.size(); ++i)
    table.add(
        {i == 1 ? "  below" : "", fmt::format("{} ({})", path[i].row.name, path[i].id.value())});
  if_there("  district", row.district);
  if_there("  city", row.city);
  if_there("  INN", row.inn);
  table.add({"  organisations", shown_count(entry.numbers.organizations) + ", itself included"});
  table.add({"  members", shown_count(entry.numbers.members)});
  if (entry.headcount) {
    const auto& people = entry.headcount->value;
    table.add({"  headcount",
               fmt::format("{}, {}, on {}", shown_count(people.employees, "employee"),
                           shown_count(people.students, "student"), shown(entry.headcount->from))});
    table.add(
        {"", fmt::format("{} of the employees", shown_count(people.pedagogues, "pedagogue"))});
  }
  for (const auto& officer : entry.officers)
    table.add({&officer == entry.officers.data() ? "  officers" : "", shown_officer(officer)});
  return console.bold(fmt::format("Organisation {}", path.front().id.value())) + "\n" +
         table.text(console);
}

Outcome<ExitCode> show(Program& program, OrganizationId id) {
  KOPILKA_TRY_ASSIGN(const auto reader, open_reader(program.settings));
  KOPILKA_TRY_ASSIGN(auto path, read_path(*reader, id));
  KOPILKA_TRY_ASSIGN(const auto reading, read_roster(*reader, id));
  KOPILKA_TRY_ASSIGN(const auto rosters, reader->rosters());
  KOPILKA_TRY_ASSIGN(const auto below, rosters.reader.subtree(id));
  KOPILKA_TRY_ASSIGN(const auto headcount, read_headcount(*reader, id));
  KOPILKA_TRY_ASSIGN(auto officers, read_officers(*reader, id));
  const Entry entry{std::move(path),
                    {below.size(), reading.roster.members.size()},
                    headcount,
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
}

}  // namespace kopilka::tools
