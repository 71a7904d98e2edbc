#pragma once

#include <string>

#include "engine/codec/json_writer.h"
#include "engine/model/ids.h"
#include "projections/statistics/reader.h"
#include "tools/kopilka/as_of.h"
#include "tools/kopilka/console.h"
#include "tools/kopilka/exit_code.h"

// A report in the forms that it can be shown in; docs/statistics.md says what each number means.
namespace kopilka::tools {

struct ReportReading {
  projections::statistics::Report report;
  model::Seq position;
};
// With cashback. refused: there is no such organisation.
[[nodiscard]] Outcome<ReportReading> read_report(app::Reader& reader, model::OrganizationId id,
                                                 const AsOf& as_of);

// Of the first line, into the object that is open.
void write_numbers(codec::JsonWriter& out, const projections::statistics::Report& report);
// Of the first line, for people.
[[nodiscard]] std::string numbers_text(const projections::statistics::Report& report,
                                       const Console& console);
// RFC 4180, lines ended by a line feed: one of titles, then one an organisation.
[[nodiscard]] Outcome<std::string> numbers_csv(const app::Reader& reader,
                                               const ReportReading& reading);

}  // namespace kopilka::tools
