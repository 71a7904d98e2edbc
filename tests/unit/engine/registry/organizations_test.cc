#include <optional>

#include "tests/unit/engine/registry/world.h"

namespace kopilka::registry {
namespace {

model::RegisterOrganization registering(model::OrganizationId id, OrganizationKind kind,
                                        std::optional<model::OrganizationId> parent) {
  return {.organization = id,
          .kind = kind,
          .parent = parent,
          .name = "Липецкая областная",
          .district = "ЦФО",
          .city = "Липецк",
          .inn = "4824013269",
          .pilot = true};
}

TEST(RegisterOrganization, records_all_that_is_said_as_of_now) {
  union_at(noon(kToday))
      .when(registering(model::OrganizationId{20}, OrganizationKind::regional, kCentral))
      .then(effective(noon(kToday),
                      model::OrganizationRegistered{.organization = model::OrganizationId{20},
                                                    .kind = OrganizationKind::regional,
                                                    .parent = kCentral,
                                                    .name = "Липецкая областная",
                                                    .district = "ЦФО",
                                                    .city = "Липецк",
                                                    .inn = "4824013269",
                                                    .pilot = true}));
}

TEST(RegisterOrganization, is_found_again_as_it_was_registered) {
  auto story = union_at(noon(kToday));
  story.after(registering(model::OrganizationId{20}, OrganizationKind::regional, kCentral));
  const Organization* row = story.world().tables.organizations.find(model::OrganizationId{20});
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(*row, (Organization{.kind = OrganizationKind::regional,
                                .parent = kCentral,
                                .name = "Липецкая областная",
                                .district = "ЦФО",
                                .city = "Липецк",
                                .inn = "4824013269",
                                .pilot = true,
                                .closed = false}));
}

TEST(RegisterOrganization, takes_a_central_one_without_parent) {
  Story(noon(kToday))
      .when(model::RegisterOrganization{
          .organization = kCentral, .kind = OrganizationKind::central, .name = "Профсоюз"})
      .then(model::OrganizationRegistered{
          .organization = kCentral, .kind = OrganizationKind::central, .name = "Профсоюз"});
}

TEST(RegisterOrganization, may_skip_levels) {
  const auto id = model::OrganizationId{20};
  EXPECT_TRUE(
      union_at(noon(kToday)).when(registering(id, OrganizationKind::primary, kCentral)).decision());
  EXPECT_TRUE(union_at(noon(kToday))
                  .when(registering(id, OrganizationKind::primary, kTerritory))
                  .decision());
}

TEST(RegisterOrganization, refuses_an_unknown_parent_before_a_known_id) {
  union_at(noon(kToday))
      .when(registering(kPrimary, OrganizationKind::primary, kUnknownOrganization))
      .then(Refusal::organization_not_found);
}

TEST(RegisterOrganization, refuses_one_below_central_without_parent) {
  union_at(noon(kToday))
      .when(registering(model::OrganizationId{20}, OrganizationKind::regional, std::nullopt))
      .then(Refusal::organization_not_found);
}

TEST(RegisterOrganization, refuses_a_known_id_before_a_parent_that_is_not_above) {
  union_at(noon(kToday))
      .when(registering(kRegion, OrganizationKind::regional, kTerritory))
      .then(Refusal::already_exists);
  union_at(noon(kToday))
      .when(registering(kCentral, OrganizationKind::central, std::nullopt))
      .then(Refusal::already_exists);
}

TEST(RegisterOrganization, refuses_a_parent_of_its_own_kind_or_below) {
  const auto id = model::OrganizationId{20};
  const auto refused = Refusal::parent_not_above;
  union_at(noon(kToday)).when(registering(id, OrganizationKind::primary, kPrimary)).then(refused);
  union_at(noon(kToday)).when(registering(id, OrganizationKind::regional, kRegion)).then(refused);
  union_at(noon(kToday))
      .when(registering(id, OrganizationKind::regional, kTerritory))
      .then(refused);
  union_at(noon(kToday))
      .when(registering(id, OrganizationKind::territorial, kPrimary))
      .then(refused);
  union_at(noon(kToday)).when(registering(id, OrganizationKind::central, kCentral)).then(refused);
}

TEST(RegisterOrganization, refuses_itself_as_parent) {
  union_at(noon(kToday))
      .when(registering(model::OrganizationId{20}, OrganizationKind::primary,
                        model::OrganizationId{20}))
      .then(Refusal::organization_not_found);
}

}  // namespace
}  // namespace kopilka::registry
