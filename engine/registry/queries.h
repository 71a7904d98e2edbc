#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/model/enums.h"
#include "engine/model/ids.h"
#include "engine/model/time.h"
#include "engine/registry/rows.h"
#include "engine/registry/tables.h"

// What the register answers about a day or an instant. Days are Moscow days.
namespace kopilka::registry {

// `none` before the first admission.
[[nodiscard]] MembershipStatus status_on(const Member& member, model::Date date);
// The status after every change on record, whatever its date.
[[nodiscard]] MembershipStatus latest_status(const Member& member);
[[nodiscard]] bool active_on(const Member& member, model::Date date);

// What is on record for the day, membership or not; before the first admission: its.
[[nodiscard]] model::OrganizationId organization_on(const Member& member, model::Date date);
[[nodiscard]] model::MemberCategory category_on(const Member& member, model::Date date);

// Both days of a term are included.
[[nodiscard]] bool holds_on(const OfficerTerm& term, model::Date date);

enum class CardTrouble : std::uint8_t { none, blocked, expired };
// What keeps a card from attributing a purchase, the first that applies. At the very instant of
// the block it is blocked; it expires when its longest-lived form does, whose last day counts.
[[nodiscard]] CardTrouble card_trouble(const Card& card, model::Instant purchase_at);

// Ascending by valid_from. Valid as long as the row.
[[nodiscard]] std::span<const TermsRef> terms_of(const Partner& partner, model::Channel channel);
// Null: none. Valid as long as the row. Logarithmic.
[[nodiscard]] const TermsRef* terms_in_force(const Partner& partner, model::Channel channel,
                                             model::Date date);
[[nodiscard]] bool suspended_on(const Partner& partner, model::Date date);
// By the last word on record, whatever its date.
[[nodiscard]] bool is_suspended(const Partner& partner);

// Monday to Friday unless the year's calendar says otherwise; a working weekend wins.
[[nodiscard]] bool working_day(const Tables& tables, model::Date date);

// The organisation and those above it, upwards; empty when it is unknown. At most kTreeDepthMax.
[[nodiscard]] std::vector<model::OrganizationId> path_of(const Tables& tables,
                                                         model::OrganizationId organization);

// An organisation with all that stand below it.
struct Subtree {
  model::OrganizationId top;
};
[[nodiscard]] bool is_within(const Tables& tables, model::OrganizationId organization,
                             Subtree subtree);

}  // namespace kopilka::registry
