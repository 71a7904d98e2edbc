#include "projections/statements/past.h"

#include <algorithm>
#include <utility>

#include "engine/state/reads.h"
#include "projections/statements/chains.h"
#include "projections/statements/statements.h"

namespace kopilka::projections::statements {
namespace {

bool counts(const Clocks& clocks, model::Seq seq, model::Instant effective_at) {
  return !(clocks.as_known && seq > *clocks.as_known) &&
         !(clocks.as_of && effective_at > *clocks.as_of);
}

// What a chain goes by.
Clocks clocks_of(std::size_t chain, Clocks clocks) {
  if (chain == kOrderedChains) clocks.as_of.reset();
  return clocks;
}

// Of a chain, on each level of its tree from the lowest; the highest is one node.
std::vector<std::uint32_t> fences_by_level(std::uint32_t fences) {
  std::vector<std::uint32_t> levels{fences};
  while (levels.back() > kFencesPerNode)
    levels.push_back((levels.back() - 1) / kFencesPerNode);
  return levels;
}

}  // namespace

base::Result<Entry> EntryWalk::next() {
  const auto& table = model_->entries;
  if (!table.is_loaded(next_)) return stored();
  const auto* row = table.find(next_);
  if (row == nullptr) return std::unexpected(state::unreadable_row());
  ++next_.number;
  return *row;
}

base::Result<Entry> EntryWalk::stored() {
  if (store_ == nullptr) return std::unexpected(state::unreadable_row());
  const auto tag = model_->entries.tag();
  const auto key = state::encode_key(tag, next_);
  if (!cursor_) {
    KOPILKA_TRY_ASSIGN(cursor_, store_->scan(state::encode_key(tag, next_.member), key));
  }
  KOPILKA_TRY_ASSIGN(auto found, cursor_->next());
  while (found && found->key < key) {  // loaded, so they were not asked for
    KOPILKA_TRY_ASSIGN(found, cursor_->next());
  }
  auto row = found && found->key == key ? state::decode_row<Entry>(found->value) : std::nullopt;
  if (!row) return std::unexpected(state::unreadable_row());
  ++next_.number;
  return *std::move(row);
}

// Without those that all entries meet.
Clocks Past::that_matter(Clocks clocks) const {
  if (clocks.as_known && *clocks.as_known >= account_->last_seq) clocks.as_known.reset();
  // No entry is effective after the first chain's last: it would have gone there.
  if (clocks.as_of && (account_->chains.empty() || account_->chains.front().last <= *clocks.as_of))
    clocks.as_of.reset();
  return clocks;
}

base::Result<Totals> Past::totals(const Clocks& clocks) const {
  const auto matter = that_matter(clocks);
  Totals totals;
  for (std::size_t i = 0; i < account_->chains.size(); ++i) {
    const auto& chain = account_->chains[i];
    const bool all_true = !matter.as_of || (i < kOrderedChains && chain.last <= *matter.as_of);
    if (all_true && !matter.as_known) {
      totals.add(chain.sum);
    } else if (i == kOrderedChains && matter.as_of) {
      KOPILKA_TRY_ASSIGN(const auto dated, dated_totals(matter));
      totals.add(dated);
    } else {
      KOPILKA_TRY_ASSIGN(const auto at, reached(i, matter));
      totals.add(at.sum);
    }
  }
  return totals;
}

base::Result<ledger::Funds> Past::funds(const Clocks& clocks) const {
  const auto matter = that_matter(clocks);
  if (matter.as_of || !matter.as_known) {
    KOPILKA_TRY_ASSIGN(const auto all, totals(matter));
    return all.funds;
  }
  KOPILKA_TRY_ASSIGN(const auto number, last_known(*matter.as_known));
  if (number == 0) return ledger::Funds{};
  KOPILKA_TRY_ASSIGN(const auto row, entry(number));
  return row.balance;
}

base::Result<EntryNumber> Past::last(const Clocks& clocks) const {
  const auto matter = that_matter(clocks);
  if (!matter.as_of) return matter.as_known ? last_known(*matter.as_known) : account_->entries;
  EntryNumber last = 0;
  for (std::size_t i = 0; i < account_->chains.size(); ++i) {
    KOPILKA_TRY_ASSIGN(const auto at, reached(i, matter));
    last = std::max(last, at.number);
  }
  return last;
}

base::Result<Entry> Past::entry(EntryNumber number) const {
  KOPILKA_TRY_ASSIGN(auto row, state::read_row(model_->entries, store_, {member_, number}));
  if (!row) return std::unexpected(state::unreadable_row());
  return *std::move(row);
}

base::Result<EntryNumber> Past::last_known(model::Seq known) const {
  const auto counts_at = [&](EntryNumber number) -> base::Result<bool> {
    KOPILKA_TRY_ASSIGN(const auto row, entry(number));
    return row.seq <= known;
  };
  // The chain whose fences stand closest brings us near; from there in steps that double, and back
  // in steps that halve: few, however far the next fence is.
  const auto& chains = account_->chains;
  const auto closest = std::ranges::max_element(chains, {}, &Chain::fences);
  KOPILKA_TRY_ASSIGN(
      const auto fence,
      last_fence(static_cast<std::size_t>(closest - chains.begin()), {.as_known = known}));
  auto low = fence ? fence->number : EntryNumber{0};  // counts
  auto high = account_->entries;                      // does not
  for (auto step = kFenceEvery; step < high - low; step *= 2) {
    KOPILKA_TRY_ASSIGN(const bool does_count, counts_at(low + step));
    (does_count ? low : high) = low + step;
    if (!does_count) break;
  }
  while (high - low > 1) {
    const auto middle = low + (high - low) / 2;
    KOPILKA_TRY_ASSIGN(const bool does_count, counts_at(middle));
    (does_count ? low : high) = middle;
  }
  return low;
}

base::Result<Past::Reached> Past::reached(std::size_t chain, const Clocks& clocks) const {
  const auto own = clocks_of(chain, clocks);
  const bool is_whole = chain == kOrderedChains && !own.as_known;
  if (is_whole) return Reached{account_->dated, account_->chains[chain].sum};
  KOPILKA_TRY_ASSIGN(const auto fence, last_fence(chain, own));
  const auto first = fence ? fence->number : EntryNumber{1};
  const auto last = std::min(first + kFenceEvery - 1, account_->entries);
  Reached at{0, fence ? fence->before : Totals{}};
  EntryWalk walk(*model_, store_, member_, first);
  for (auto number = first; number <= last; ++number) {
    KOPILKA_TRY_ASSIGN(const auto entry, walk.next());
    if (entry.chain != chain) continue;
    if (!counts(own, entry.seq, entry.effective_at())) break;
    at.number = number;
    at.sum.add(totals_of(entry.type, entry.change));
  }
  return at;
}

base::Result<std::optional<Fence>> Past::last_fence(std::size_t chain, const Clocks& clocks) const {
  const auto levels = fences_by_level(account_->chains[chain].fences);
  if (levels.front() == 0) return std::nullopt;
  FenceKey key{member_, static_cast<std::uint8_t>(chain), 0, 0};
  for (auto level = levels.size(); level-- > 0;) {
    key.level = static_cast<std::uint8_t>(level);
    KOPILKA_TRY_ASSIGN(const auto node, state::read_row(model_->fences, store_, key));
    if (!node) return std::unexpected(state::unreadable_row());
    const auto& fences = node->fences;
    const auto passed = std::ranges::partition_point(
        fences, [&](const Fence& fence) { return counts(clocks, fence.seq, fence.effective_at); });
    // Above the fences stand the first of each node below but the first.
    if (level > 0)
      key.node = key.node * kFencesPerNode + static_cast<std::uint32_t>(passed - fences.begin());
    else if (passed != fences.begin())
      return *(passed - 1);
  }
  return std::nullopt;
}

base::Result<Totals> Past::dated_totals(const Clocks& clocks) const {
  KOPILKA_TRY_ASSIGN(const auto at, reached(kOrderedChains, clocks));
  Totals totals;
  DatedKey key{member_, at.number, 0};
  while (key.entry != 0) {
    KOPILKA_TRY_ASSIGN(const auto node, state::read_row(model_->dated_nodes, store_, key));
    if (!node) return std::unexpected(state::unreadable_row());
    const auto end = std::ranges::upper_bound(node->parts, *clocks.as_of, {}, &DatedPart::from);
    if (end == node->parts.begin()) break;
    // All of a part counts if the next one begins in time, so the last one may in part.
    const auto& partial = *(end - 1);
    const bool is_leaf = partial.entry == 0;
    for (auto part = node->parts.begin(); part != end - (is_leaf ? 0 : 1); ++part)
      totals.add(part->sum);
    key.entry = partial.entry;
    key.slot = partial.slot;
  }
  return totals;
}

}  // namespace kopilka::projections::statements
