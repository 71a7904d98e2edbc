#pragma once

#include <cstdint>
#include <string>

#include "engine/base/strong.h"

namespace kopilka::model {

// Ids are positive and below 2^53, so that every JSON reader can hold them exactly.
inline constexpr std::uint64_t kIdLimit = std::uint64_t{1} << 53;

// Given by callers.
using OrganizationId = base::Strong<struct OrganizationTag, std::uint64_t>;
using MemberId = base::Strong<struct MemberTag, std::uint64_t>;
using PartnerId = base::Strong<struct PartnerTag, std::uint64_t>;

// Dense number of an event in its stream: the first is 1; 0 is "before the first".
using Seq = base::Strong<struct SeqTag, std::uint64_t>;

// Made by us: the seq of the event that began the thing.
using PurchaseId = base::Strong<struct PurchaseTag, std::uint64_t>;
using WithdrawalId = base::Strong<struct WithdrawalTag, std::uint64_t>;
using TermsId = base::Strong<struct TermsTag, std::uint64_t>;
using ParkedId = base::Strong<struct ParkedTag, std::uint64_t>;

// Dense number of a batch in its stream: the first is 1.
using BatchNumber = base::Strong<struct BatchNumberTag, std::uint64_t>;
using Epoch = base::Strong<struct EpochTag, std::uint32_t>;

[[nodiscard]] constexpr Seq next(Seq seq) {
  return Seq{seq.value() + 1};
}
[[nodiscard]] constexpr BatchNumber next(BatchNumber n) {
  return BatchNumber{n.value() + 1};
}

}  // namespace kopilka::model
