#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <gtest/gtest.h>

#include "engine/base/check.h"
#include "engine/model/commands.h"
#include "engine/model/enums.h"
#include "engine/model/events_registry.h"
#include "engine/model/ids.h"
#include "engine/model/personal.h"
#include "engine/model/refusal.h"
#include "engine/model/time.h"
#include "engine/registry/decide.h"
#include "engine/registry/fold.h"
#include "engine/registry/rows.h"
#include "engine/registry/tables.h"
#include "tests/support/given.h"
#include "tests/support/times.h"

// A small union to tell stories about: central 1 > region 2 > territory 3 > primaries 10 and 11,
// member 42 in primary 10 from 1 January 2019, member 43 beside it.
namespace kopilka::registry {

using model::CardForm;
using model::Channel;
using model::MemberCategory;
using model::OrganizationKind;
using model::Refusal;
using support::day;
using support::effective;
using support::instant;
using support::midnight;
using support::noon;

struct World {
  Tables tables;

  void fold(const auto& event, model::Seq seq, model::Instant recorded_at) {
    if constexpr (requires { registry::fold(tables, event, seq, recorded_at); })
      registry::fold(tables, event, seq, recorded_at);
    else
      ADD_FAILURE() << "not an event of the register: " << event.kName;
  }
  [[nodiscard]] Decision decide(const auto& command, model::Instant now) const {
    return registry::decide(tables, command, Context{.now = now});
  }
};

using Story = support::Story<World>;

inline constexpr model::OrganizationId kCentral{1};
inline constexpr model::OrganizationId kRegion{2};
inline constexpr model::OrganizationId kTerritory{3};
inline constexpr model::OrganizationId kPrimary{10};
inline constexpr model::OrganizationId kOtherPrimary{11};
inline constexpr model::OrganizationId kUnknownOrganization{999};
inline constexpr model::MemberId kMember{42};
inline constexpr model::MemberId kOtherMember{43};
inline constexpr model::MemberId kUnknownMember{999};
inline constexpr model::PartnerId kPartner{7};

inline constexpr std::string_view kToday = "2019-03-01";

// The hash of something, told apart by one letter.
inline model::LookupHash hash_of(char letter) {
  model::LookupHash hash;
  hash.value.fill(static_cast<std::uint8_t>(letter));
  return hash;
}

inline model::OrganizationRegistered registered(model::OrganizationId id, OrganizationKind kind,
                                                std::optional<model::OrganizationId> parent) {
  return {.organization = id, .kind = kind, .parent = parent, .name = "Профком"};
}

inline model::MemberAdmitted admitted(model::MemberId member, std::string_view on,
                                      model::OrganizationId organization = kPrimary) {
  return {.member = member,
          .organization = organization,
          .category = MemberCategory::working,
          .admitted_on = day(on),
          .tenure_from = day(on),
          .name_hash = hash_of('n')};
}

inline model::MembershipSuspended suspended(std::string_view on) {
  return {.member = kMember, .effective_on = day(on), .reason = std::nullopt};
}
inline model::MembershipReinstated reinstated(std::string_view on) {
  return {.member = kMember, .effective_on = day(on), .reason = std::nullopt};
}
inline model::MembershipTerminated terminated(std::string_view last_day) {
  return {
      .member = kMember, .reason = model::TerminationReason::voluntary, .last_day = day(last_day)};
}
inline model::MemberTransferred transferred(model::OrganizationId from, model::OrganizationId to,
                                            std::string_view on) {
  return {.member = kMember, .from = from, .to = to, .effective_on = day(on)};
}
inline model::MemberCategoryChanged became(MemberCategory category, std::string_view on) {
  return {.member = kMember, .category = category, .effective_on = day(on)};
}
inline model::CardIssued issued(model::MemberId member, char number, CardForm form) {
  return {.member = member, .number = hash_of(number), .form = form, .valid_to = std::nullopt};
}
inline model::PartnerRegistered partner_registered() {
  return {.partner = kPartner,
          .name = "Связной",
          .network = std::nullopt,
          .currency = "RUB",
          .categories = {},
          .cities = {}};
}

// The tree of organisations, and nobody in it.
inline Story union_at(model::Instant now) {
  Story story(now);
  story.given(registered(kCentral, OrganizationKind::central, std::nullopt),
              registered(kRegion, OrganizationKind::regional, kCentral),
              registered(kTerritory, OrganizationKind::territorial, kRegion),
              registered(kPrimary, OrganizationKind::primary, kTerritory),
              registered(kOtherPrimary, OrganizationKind::primary, kRegion));
  return story;
}

// The tree, the two members in primary 10 from 1 January 2019.
inline Story members_at(model::Instant now) {
  Story story = union_at(now);
  story.given(admitted(kMember, "2019-01-01"), admitted(kOtherMember, "2019-01-01"));
  return story;
}

// Member 42 as the register has it. REQUIRES: admitted
inline const Member& member_of(Story& story) {
  const Member* member = story.world().tables.members.find(kMember);
  KOPILKA_CHECK(member != nullptr);
  return *member;
}

}  // namespace kopilka::registry
