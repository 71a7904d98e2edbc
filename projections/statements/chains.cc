#include "projections/statements/chains.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "engine/model/event.h"
#include "projections/statements/statements.h"

namespace kopilka::projections::statements {
namespace {

using Parts = std::vector<DatedPart>;

// Their last ones descend, so the first that takes an entry is the one that it fits best.
std::size_t chain_for(const MemberAccount& account, model::Instant effective_at) {
  const auto ordered = std::min(account.chains.size(), kOrderedChains);
  for (std::size_t i = 0; i < ordered; ++i)
    if (account.chains[i].last <= effective_at) return i;
  return ordered;
}

void add_fence(Statements& to, FenceKey key, std::uint32_t index, const Fence& fence) {
  for (;; ++key.level) {
    key.node = index / kFencesPerNode;
    const bool is_first = index % kFencesPerNode == 0;
    auto& row = is_first ? to.fences.create(key) : to.fences.edit(key);
    row.fences.push_back(fence);
    if (!is_first || key.node == 0) return;
    index = key.node - 1;
  }
}

// One entry's growth of the tree of those that no ordered chain took.
class Growth {
 public:
  Growth(Statements& to, const Movement& entry) : to_(to), entry_(entry) {}

  // `previous`: the entry whose tree this one grows from; 0: none.
  void run(EntryNumber previous) {
    DatedKey key{entry_.member, previous, 0};
    std::vector<Step> path;
    Parts parts = parts_of(key);
    while (!parts.empty() && parts.front().entry != 0) {
      const auto child = place_in(parts);
      key = {entry_.member, parts[child].entry, parts[child].slot};
      path.push_back({std::exchange(parts, parts_of(key)), child});
    }
    add_to_leaf(parts);
    for (; !path.empty(); path.pop_back()) {
      auto below = stored(std::move(parts));
      auto& [above, child] = path.back();
      const auto at = above.erase(above.begin() + static_cast<std::ptrdiff_t>(child));
      above.insert(at, below.begin(), below.end());
      parts = std::move(above);
    }
    if (parts.size() > kDatedPerNode) parts = stored(std::move(parts));
    to_.dated_nodes.create({entry_.member, entry_.number, 0}).parts = std::move(parts);
  }

 private:
  struct Step {
    Parts parts;
    std::size_t child;
  };

  [[nodiscard]] Parts parts_of(const DatedKey& key) const {
    if (key.entry == 0) return {};
    const auto* node = to_.dated_nodes.find(key);
    return node != nullptr ? node->parts : Parts();
  }

  // The last that does not begin after the entry, else the first.
  [[nodiscard]] std::size_t place_in(const Parts& parts) const {
    const auto after = std::ranges::upper_bound(parts, entry_.effective_at, {}, &DatedPart::from);
    return after == parts.begin() ? 0 : static_cast<std::size_t>(after - parts.begin()) - 1;
  }

  void add_to_leaf(Parts& parts) const {
    const auto at = std::ranges::lower_bound(parts, entry_.effective_at, {}, &DatedPart::from);
    if (at != parts.end() && at->from == entry_.effective_at)
      at->sum.add(entry_.change);
    else
      parts.insert(at, {entry_.effective_at, entry_.change, 0, 0});
  }

  // As a node of their own, or as two.
  [[nodiscard]] Parts stored(Parts parts) {
    if (parts.size() <= kDatedPerNode) return {node_of(std::move(parts))};
    const auto middle = parts.begin() + static_cast<std::ptrdiff_t>(parts.size() / 2);
    return {node_of({parts.begin(), middle}), node_of({middle, parts.end()})};
  }
  DatedPart node_of(Parts parts) {
    const auto slot = ++slots_;
    DatedPart node{parts.front().from, {}, entry_.number, slot};
    for (const auto& part : parts)
      node.sum.add(part.sum);
    to_.dated_nodes.create({entry_.member, entry_.number, slot}).parts = std::move(parts);
    return node;
  }

  Statements& to_;
  const Movement& entry_;
  std::uint8_t slots_{0};  // taken beside the root's
};

}  // namespace

Totals totals_of(std::uint16_t type, const ledger::Funds& change) {
  Totals totals{change, {}};
  // What left the programme with a movement of a payout, or came back: a negative sum.
  if (type == model::WithdrawalSettled::kType ||
      type == model::WithdrawalSettledAfterRejection::kType ||
      type == model::WithdrawalReturned::kType)
    totals.withdrawn =
        change.debt - change.frozen - change.available - change.reserved - change.in_flight;
  return totals;
}

std::uint8_t enter_chain(Statements& to, MemberAccount& account, const Movement& entry) {
  const auto index = chain_for(account, entry.effective_at);
  const auto number = static_cast<std::uint8_t>(index);
  if (index == account.chains.size()) account.chains.emplace_back();
  auto& chain = account.chains[index];
  if (entry.number - chain.fenced >= kFenceEvery) {
    add_fence(to, {entry.member, number, 0, 0}, chain.fences,
              {entry.number, entry.seq, entry.effective_at, chain.sum});
    chain.fenced = entry.number;
    ++chain.fences;
  }
  chain.last = entry.effective_at;
  chain.sum.add(entry.change);
  if (index == kOrderedChains) {
    Growth(to, entry).run(account.dated);
    account.dated = entry.number;
  }
  return number;
}

}  // namespace kopilka::projections::statements
