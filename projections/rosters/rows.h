#pragma once

#include <vector>

#include "engine/model/enums.h"
#include "engine/model/ids.h"
#include "engine/model/time.h"
#include "engine/registry/history.h"
#include "engine/registry/rows.h"

// What the rosters keep: one row a thing. A change of these rows is a new version of the model.
namespace kopilka::projections::rosters {

// All that the register ever said of a person's membership, by day.
struct Person {
  registry::History<registry::MembershipStatus> statuses;
  registry::History<model::OrganizationId> organizations;
  registry::History<model::MemberCategory> categories;
  std::vector<model::Date> admissions;  // ascending
  static void fields(auto&& self, auto&& field) {
    field(0, "statuses", self.statuses);
    field(1, "organizations", self.organizations);
    field(2, "categories", self.categories);
    field(3, "admissions", self.admissions);
  }
};

// The same under each organisation that the person ever belonged to, so that a roster is read by
// ranges alone.
struct PlaceKey {
  model::OrganizationId organization;
  model::MemberId member;
  bool operator==(const PlaceKey&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "organization", self.organization);
    field(1, "member", self.member);
  }
};

}  // namespace kopilka::projections::rosters
