#pragma once

#include <expected>
#include <optional>

#include "engine/ledger/tables.h"
#include "engine/model/commands.h"
#include "engine/model/enums.h"
#include "engine/registry/rows.h"

namespace kopilka::ledger {

// By what a purchase may be traced to a member. At most one is set.
struct Trace {
  const std::optional<std::string>& click_id;
  const std::optional<model::LookupHash>& card;
};

// Whose a purchase is, and every registry fact that its recording uses.
struct Attribution {
  model::MemberId member;
  model::Channel channel{};
  model::TermsId terms_id;
  const registry::Terms* terms{nullptr};
  model::OrganizationId organization;
  model::MemberCategory category{};
};

// domain.md §5: the first reason that applies wins. `now` is the message's recorded_at.
// REQUIRES: the message's partner is registered
[[nodiscard]] std::expected<Attribution, model::ParkedWhy> attribute(
    const View& view, const model::ReportPurchase& message, const Trace& trace, model::Instant now);

}  // namespace kopilka::ledger
