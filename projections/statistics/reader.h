#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "engine/base/result.h"
#include "engine/model/enums.h"
#include "engine/model/ids.h"
#include "engine/model/time.h"
#include "engine/ports/state_store.h"
#include "projections/statements/reader.h"
#include "projections/statistics/numbers.h"

namespace kopilka::projections::statistics {

struct Statistics;

// An organisation with all below it.
struct Line {
  model::OrganizationId organization;
  model::OrganizationKind kind{};
  std::optional<model::OrganizationId> parent;
  std::optional<std::size_t> above;  // the parent's line; absent: of the first line
  Numbers numbers;
};

// Whose money counts in which line and those above it.
struct Holder {
  model::MemberId member;
  std::size_t line{0};
};

struct Report {
  model::Date as_of;
  std::vector<Line> lines;  // the organisation first, then those below it, level by level, by id
  // Everybody who is on record in the subtree for the day, a member still, no more or not yet; by
  // member. Money outlasts membership.
  std::vector<Holder> holders;
};

// Queries of the statistics, over what is loaded and, unless null, what is stored. Valid as long as
// both; used on the thread that folds. Errors are the store's.
class Reader {
 public:
  Reader(const Statistics& model, ports::StateStore* store) : model_(&model), store_(store) {}

  // The organisation and each below it, as they were on that Moscow day, without cashback.
  // Nothing: no such organisation. Linear in those who ever belonged there.
  [[nodiscard]] base::Result<std::optional<Report>> report(model::OrganizationId organization,
                                                           model::Date as_of) const;

 private:
  const Statistics* model_;
  ports::StateStore* store_;
};

// Puts the cashback of its holders into the report's lines.
// REQUIRES: one of each holder, in their order
void count_cashback(Report& report, std::span<const statements::Totals> totals);

}  // namespace kopilka::projections::statistics
