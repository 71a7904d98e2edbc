#include "tools/kopilka/organization_register.h"

#include <utility>

#include <fmt/format.h>

#include "engine/registry/queries.h"
#include "tools/kopilka/member_register.h"
#include "tools/kopilka/shown.h"

namespace kopilka::tools {

using model::OrganizationId;

std::unexpected<Failure> no_such_organization(OrganizationId id, model::Seq position) {
  return not_found("organization_not_found", fmt::format("there is no organisation {} at position "
                                                         "{}",
                                                         id.value(), position.value()));
}

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

void write_identity(codec::JsonWriter& out, const std::vector<PathStep>& path) {
  const auto& row = path.front().row;
  out.member("organization_id", path.front().id);
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
}

void show_identity(Table& table, const std::vector<PathStep>& path) {
  const auto& row = path.front().row;
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
}

Outcome<std::vector<HeadcountReport>> read_headcounts(const app::Reader& reader,
                                                      OrganizationId id) {
  KOPILKA_TRY_ASSIGN(const auto row, reader.row(reader.state().registry.headcounts, id));
  return row ? row->reports : std::vector<HeadcountReport>();
}

std::string shown_headcount(const HeadcountReport& report) {
  return fmt::format("{}, {}, on {}", shown_count(report.value.employees, "employee"),
                     shown_count(report.value.students, "student"), shown(report.from));
}

Outcome<std::vector<Officer>> read_officers(const app::Reader& reader, OrganizationId id,
                                            model::Date on) {
  const auto& tables = reader.state().registry;
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

void show_officers(Table& table, const std::vector<Officer>& officers) {
  for (const auto& officer : officers) {
    const auto& term = officer.term;
    auto text = fmt::format("{} {}, from {}", model::name_of(term.role), term.member.value(),
                            shown(term.from));
    if (term.to) text += " to " + shown(*term.to);
    if (term.full_time) text += ", full-time";
    if (officer.status != registry::MembershipStatus::active)
      text += fmt::format(", membership {}", status_name(officer.status));
    table.add({&officer == officers.data() ? "  officers" : "", text});
  }
}

}  // namespace kopilka::tools
