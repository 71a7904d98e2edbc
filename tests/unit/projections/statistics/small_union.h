#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <gtest/gtest.h>

#include "engine/state/stored.h"
#include "projections/statistics/statistics.h"
#include "tests/support/times.h"

// A centre, two regions, a school in each, and a second school in the first; and what was told of
// them.
namespace kopilka::projections::statistics {

using model::MemberCategory;
using model::MemberId;
using model::OrganizationId;
using model::OrganizationKind;
using support::day;

inline constexpr OrganizationId kCentre{1};
inline constexpr OrganizationId kNorth{10};
inline constexpr OrganizationId kSouth{20};
inline constexpr OrganizationId kNorthSchool{101};
inline constexpr OrganizationId kNorthCollege{102};
inline constexpr OrganizationId kSouthSchool{201};
inline constexpr MemberId kAnna{42};
inline constexpr MemberId kBoris{41};

class SmallUnion {
 public:
  SmallUnion() {
    organization(kCentre, OrganizationKind::central, std::nullopt);
    organization(kNorth, OrganizationKind::regional, kCentre);
    organization(kSouth, OrganizationKind::regional, kCentre);
    organization(kNorthSchool, OrganizationKind::primary, kNorth);
    organization(kNorthCollege, OrganizationKind::primary, kNorth);
    organization(kSouthSchool, OrganizationKind::primary, kSouth);
  }

  base::Result<void> fold(const model::Event& event, model::Instant effective_at = {}) {
    ++step_;
    state::begin_step(model_, step_);
    auto folded = model_.fold({effective_at, event}, model::Seq{step_}, {});
    state::settle(model_, step_);
    return folded;
  }
  // An event that is true at noon of that day.
  void tell(const model::Event& event, std::string_view on = "2019-01-01") {
    EXPECT_TRUE(fold(event, support::noon(on)));
  }

  void organization(OrganizationId id, OrganizationKind kind,
                    std::optional<OrganizationId> parent) {
    model::OrganizationRegistered event;
    event.organization = id;
    event.kind = kind;
    event.parent = parent;
    tell(event);
  }
  static model::MemberAdmitted admission(MemberId member, OrganizationId organization,
                                         std::string_view on) {
    model::MemberAdmitted event;
    event.member = member;
    event.organization = organization;
    event.category = MemberCategory::working;
    event.admitted_on = event.tenure_from = day(on);
    return event;
  }
  void admit(MemberId member, OrganizationId organization, std::string_view on) {
    tell(admission(member, organization, on));
  }
  void transfer(MemberId member, OrganizationId from, OrganizationId to, std::string_view on) {
    tell(model::MemberTransferred{member, from, to, day(on)});
  }
  void terminate(MemberId member, std::string_view last_day,
                 model::TerminationReason reason = model::TerminationReason::voluntary) {
    tell(model::MembershipTerminated{member, reason, day(last_day)});
  }
  void buy(MemberId member, OrganizationId organization, std::string_view on,
           model::PurchaseStatus status = model::PurchaseStatus::new_purchase) {
    model::PurchaseRecorded event;
    event.member = member;
    event.organization = organization;
    event.purchase_at = support::noon(on);
    event.status = status;
    tell(event);
  }

  [[nodiscard]] Report report(OrganizationId organization, std::string_view on) const {
    return Statistics::Reader(model_, nullptr).report(organization, day(on)).value().value();
  }
  [[nodiscard]] Numbers numbers(OrganizationId organization, std::string_view on) const {
    return report(organization, on).lines.front().numbers;
  }
  [[nodiscard]] const Statistics& folded() const { return model_; }

 private:
  Statistics model_;
  std::uint64_t step_{0};
};

}  // namespace kopilka::projections::statistics
