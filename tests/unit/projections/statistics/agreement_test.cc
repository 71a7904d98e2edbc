#include "projections/statistics/agreement.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "engine/registry/fold.h"
#include "tests/unit/projections/statistics/small_union.h"

namespace kopilka::projections::statistics {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

class AgreementTest : public testing::Test, protected SmallUnion {
 protected:
  AgreementTest() {
    register_organization(kCentre, OrganizationKind::central, std::nullopt);
    register_organization(kNorth, OrganizationKind::regional, kCentre);
    register_organization(kNorthSchool, OrganizationKind::primary, kNorth);
    enter(admission(kAnna, kNorthSchool, "2018-01-15"));
  }
  void register_organization(OrganizationId id, OrganizationKind kind,
                             std::optional<OrganizationId> parent) {
    model::OrganizationRegistered event;
    event.organization = id;
    event.kind = kind;
    event.parent = parent;
    registry::fold(tables_, event, model::Seq{1}, {});
  }
  // Told to both.
  void enter(const model::MemberAdmitted& event) {
    tell(event);
    registry::fold(tables_, event, model::Seq{1}, {});
  }
  [[nodiscard]] std::vector<std::string> found(const Report& report) const {
    return disagreements(report, tables_);
  }

  registry::Tables tables_;
};

TEST_F(AgreementTest, is_found_where_both_folded_the_same) {
  EXPECT_THAT(found(report(kCentre, "2019-01-01")), IsEmpty());
  EXPECT_THAT(found(report(kCentre, "2017-01-01")), IsEmpty());
}

TEST_F(AgreementTest, fails_in_every_organisation_above_one_that_is_wrong) {
  admit(kBoris, kNorthSchool, "2018-01-15");  // of whom the register has not heard
  const auto what = found(report(kCentre, "2019-01-01"));
  EXPECT_EQ(what.size(), 3U);
  EXPECT_THAT(what, Contains(AllOf(HasSubstr("organisation 10 on 2019-01-01"),
                                   HasSubstr("2 working, but the register has 1"))));
}

TEST_F(AgreementTest, fails_where_parts_do_not_sum_to_the_total) {
  auto wrong = report(kCentre, "2019-01-01");
  ++wrong.lines[1].numbers.by_tenure.at(0);
  EXPECT_THAT(found(wrong), Contains(HasSubstr("1 members, but 2 by tenure")));
  wrong = report(kCentre, "2019-01-01");
  wrong.lines[1].numbers.by_sex_age = {};
  EXPECT_THAT(found(wrong), Contains(HasSubstr("1 members, but 0 by sex and age")));
  wrong = report(kCentre, "2019-01-01");
  ++wrong.lines[0].numbers.total;
  EXPECT_THAT(found(wrong), Contains(HasSubstr("2 members, but 1 by category")));
}

}  // namespace
}  // namespace kopilka::projections::statistics
