#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/model/enums.h"
#include "engine/model/ids.h"
#include "engine/model/names.h"
#include "engine/model/time.h"
#include "engine/ports/state_store.h"

namespace kopilka::projections::rosters {

struct Rosters;

// Of those on a roster; who left is not.
enum class RosterStatus : std::uint8_t { active, suspended };

struct RosterLine {
  model::MemberId member;
  model::OrganizationId organization;  // where the member was on that day
  model::MemberCategory category{};
  RosterStatus status{};
  model::Date since;  // admitted on, the latest admission up to that day
  bool operator==(const RosterLine&) const = default;
};

struct Roster {
  model::OrganizationId organization;
  model::Date as_of;
  std::vector<RosterLine> members;  // by member
};

// Queries of the rosters, over what is loaded and, unless null, what is stored. Valid as long as
// both; used on the thread that folds. Errors are the store's.
class Reader {
 public:
  Reader(const Rosters& model, ports::StateStore* store) : model_(&model), store_(store) {}

  // The members, on that Moscow day, of the organisation and of all below it. Nothing: no such
  // organisation. Linear in those who ever belonged there.
  [[nodiscard]] base::Result<std::optional<Roster>> roster(model::OrganizationId organization,
                                                           model::Date as_of) const;

  // The organisation and all below it, ascending; empty: no such organisation.
  [[nodiscard]] base::Result<std::vector<model::OrganizationId>> subtree(
      model::OrganizationId organization) const;

 private:
  const Rosters* model_;
  ports::StateStore* store_;
};

}  // namespace kopilka::projections::rosters

template <>
inline constexpr std::array<std::string_view, 2>
    kopilka::model::kNames<kopilka::projections::rosters::RosterStatus>{"active", "suspended"};
