#pragma once

#include <optional>

#include "engine/model/event.h"
#include "engine/model/ids.h"

namespace kopilka::journal {

// Whom and what an event is about, as far as it names them.
struct Subject {
  std::optional<model::MemberId> member;
  std::optional<model::PartnerId> partner;
  std::optional<model::OrganizationId> organization;
  std::optional<model::PurchaseId> purchase;      // the event that records it names it too
  std::optional<model::WithdrawalId> withdrawal;  // so does the one that requests it
};

[[nodiscard]] Subject subject_of(const model::Event& event, model::Seq seq);

}  // namespace kopilka::journal
