#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/model/ids.h"

namespace kopilka::vault {

// Number of a record in the vault file, from 0.
using Slot = std::uint32_t;

// Which slot holds a member's key: 12 bytes a place, at most two thirds of them taken, so 18 to 36
// bytes a member. Open addressing; nothing is ever removed. Not shared between threads.
class SlotIndex {
 public:
  [[nodiscard]] std::optional<Slot> find(model::MemberId member) const {
    if (members_.empty()) return std::nullopt;
    const std::size_t at = place_of(member.value());
    if (members_[at] == 0) return std::nullopt;
    return slots_[at];
  }

  // REQUIRES: member is positive
  void put(model::MemberId member, Slot slot) {
    if ((count_ + 1) * 3 > members_.size() * 2) grow();
    const std::size_t at = place_of(member.value());
    if (members_[at] == 0) ++count_;
    members_[at] = member.value();
    slots_[at] = slot;
  }

  [[nodiscard]] std::size_t size() const { return count_; }

 private:
  // Where the member stands, or the empty place where it would.
  [[nodiscard]] std::size_t place_of(std::uint64_t member) const {
    const std::size_t mask = members_.size() - 1;
    // Ids are often sequential: the multiplication spreads them over the upper half of the word.
    std::size_t at = static_cast<std::size_t>(member * 0x9E37'79B9'7F4A'7C15U >> 32) & mask;
    while (members_[at] != 0 && members_[at] != member)
      at = (at + 1) & mask;
    return at;
  }

  void grow() {
    const std::size_t places = members_.empty() ? 64 : members_.size() * 2;
    SlotIndex larger;
    larger.members_.resize(places);
    larger.slots_.resize(places);
    for (std::size_t i = 0; i < members_.size(); ++i)
      if (members_[i] != 0) larger.put(model::MemberId{members_[i]}, slots_[i]);
    *this = std::move(larger);
  }

  std::vector<std::uint64_t> members_;  // 0: an empty place
  std::vector<Slot> slots_;
  std::size_t count_{0};
};

}  // namespace kopilka::vault
