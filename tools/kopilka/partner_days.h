#pragma once

#include <string>
#include <vector>

#include "engine/app/reader.h"
#include "engine/model/ids.h"
#include "projections/purchases/numbers.h"
#include "projections/purchases/reader.h"
#include "tools/kopilka/console.h"
#include "tools/kopilka/exit_code.h"

// What a partner's purchases add up to, day by day, in the forms that it can be shown in;
// docs/partners.md says what each number means.
namespace kopilka::tools {

struct DaysReport {
  std::vector<projections::purchases::DayNumbers> days;  // ascending, those with something
  projections::purchases::Numbers total;
};

// Of the reader's position, whatever the range says of it. Linear in the purchases of the range.
[[nodiscard]] Outcome<DaysReport> read_days(app::Reader& reader, model::PartnerId partner,
                                            projections::purchases::Range range);

[[nodiscard]] std::string days_json(model::PartnerId partner, const DaysReport& report,
                                    model::Seq position);
[[nodiscard]] std::string days_csv(model::PartnerId partner, const DaysReport& report,
                                   model::Seq position);
// A table for people.
[[nodiscard]] std::string days_text(const DaysReport& report, const Console& console);

}  // namespace kopilka::tools
