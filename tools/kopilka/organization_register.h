#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/app/reader.h"
#include "engine/codec/json_writer.h"
#include "engine/model/ids.h"
#include "engine/registry/history.h"
#include "engine/registry/rows.h"
#include "tools/kopilka/command.h"
#include "tools/kopilka/exit_code.h"
#include "tools/kopilka/table.h"

// What the register has of an organisation, as more than one command shows it.
namespace kopilka::tools {

[[nodiscard]] std::unexpected<Failure> no_such_organization(model::OrganizationId id,
                                                            model::Seq position);

struct PathStep {
  model::OrganizationId id;
  registry::Organization row;
};
// From the organisation upwards. refused: there is no such organisation.
[[nodiscard]] Outcome<std::vector<PathStep>> read_path(const app::Reader& reader,
                                                       model::OrganizationId id);
// What an organisation is called, where it stands; into the object that is open. The id first.
void write_identity(codec::JsonWriter& out, const std::vector<PathStep>& path);
// The same as lines of a table of two columns.
void show_identity(Table& table, const std::vector<PathStep>& path);

using HeadcountReport = registry::Dated<registry::Headcount>;
// By the date that they are of.
[[nodiscard]] Outcome<std::vector<HeadcountReport>> read_headcounts(const app::Reader& reader,
                                                                    model::OrganizationId id);
// "1 200 employees, 900 students, on 2019-01-01"
[[nodiscard]] std::string shown_headcount(const HeadcountReport& report);

// Who is in office on a day, with the standing of that day as a member.
struct Officer {
  registry::OfficerTerm term;
  registry::MembershipStatus status{};
};
// By office, then by the first day.
[[nodiscard]] Outcome<std::vector<Officer>> read_officers(const app::Reader& reader,
                                                          model::OrganizationId id, model::Date on);
void write_officers(codec::JsonWriter& out, const std::vector<Officer>& officers);
void show_officers(Table& table, const std::vector<Officer>& officers);

// The other verbs of `kopilka organization`.
void add_statistics(Program& program, CLI::App& noun);
void add_passport(Program& program, CLI::App& noun);

}  // namespace kopilka::tools
