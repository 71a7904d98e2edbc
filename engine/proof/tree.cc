#include "engine/proof/tree.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "engine/base/check.h"

namespace kopilka::proof {
namespace {

using base::Hash256;

// They keep a leaf from being passed off as a node.
constexpr base::ByteView kLeafPrefix("\0", 1);
constexpr base::ByteView kNodePrefix("\1", 1);

// The largest power of two below `count`: where RFC 6962 splits. REQUIRES: count > 1
std::uint64_t split_of(std::uint64_t count) {
  return std::bit_floor(count - 1);
}

}  // namespace

Hash256 TreeHasher::leaf(base::ByteView data, base::ByteView more) {
  return hash_.add(kLeafPrefix).add(data).add(more).finish();
}

Hash256 TreeHasher::node(const Hash256& left, const Hash256& right) {
  return hash_.add(kNodePrefix).add(base::view_of(left)).add(base::view_of(right)).finish();
}

std::optional<Tree> Tree::of(std::uint64_t size, std::vector<Hash256> subtrees) {
  if (std::cmp_not_equal(std::popcount(size), subtrees.size())) return std::nullopt;
  Tree tree;
  tree.size_ = size;
  tree.subtrees_ = std::move(subtrees);
  return tree;
}

// As a one is added to a binary number: each carry joins two subtrees of one size.
void Tree::add(const Hash256& leaf, TreeHasher& hasher) {
  auto root = leaf;
  for (auto carry = size_; (carry & 1) != 0; carry >>= 1) {
    root = hasher.node(subtrees_.back(), root);
    subtrees_.pop_back();
  }
  subtrees_.push_back(root);
  ++size_;
}

Hash256 Tree::root(TreeHasher& hasher) const {
  if (subtrees_.empty()) {
    base::Sha256 of_nothing;
    return of_nothing.finish();
  }
  auto root = subtrees_.back();
  for (auto i = subtrees_.size() - 1; i-- > 0;)
    root = hasher.node(subtrees_[i], root);
  return root;
}

TreeEnd::TreeEnd(const Tree& before) : before_(before) {}

// What is asked for is a sibling on a leaf's way, or a part of one that reaches into `leaves_`. Of
// these only the largest complete subtrees lie wholly before them.
Hash256 TreeEnd::root_of(Range leaves, TreeHasher& hasher) const {
  const auto count = leaves.end - leaves.begin;
  if (leaves.end <= before_.size()) {
    // Those of larger size stand before it, a bit of the size each.
    const auto larger = std::popcount(before_.size() & ~(2 * count - 1));
    KOPILKA_CHECK(std::has_single_bit(count) && (before_.size() & count) != 0);
    KOPILKA_CHECK(leaves.begin == (before_.size() & ~(2 * count - 1)));
    return before_.subtrees().at(static_cast<std::size_t>(larger));
  }
  if (count == 1) return leaves_.at(leaves.begin - before_.size());
  const auto middle = leaves.begin + split_of(count);
  const auto left = root_of({leaves.begin, middle}, hasher);
  return hasher.node(left, root_of({middle, leaves.end}, hasher));
}

Path TreeEnd::path(std::uint64_t index, TreeHasher& hasher) const {
  Range around{0, before_.size() + leaves_.size()};
  KOPILKA_CHECK(before_.size() <= index && index < around.end);
  Path path;
  while (around.end - around.begin > 1) {
    const auto middle = around.begin + split_of(around.end - around.begin);
    const Range left{around.begin, middle};
    const Range right{middle, around.end};
    const bool is_left = index < middle;
    path.push_back(root_of(is_left ? right : left, hasher));
    around = is_left ? left : right;
  }
  std::ranges::reverse(path);
  return path;
}

// RFC 9162, section 2.1.3.2.
std::optional<Hash256> root_by_path(const Hash256& leaf, LeafPlace place, const Path& path,
                                    TreeHasher& hasher) {
  if (place.index >= place.size) return std::nullopt;
  auto node = place.index;
  auto last = place.size - 1;  // on the same level
  auto root = leaf;
  for (const auto& sibling : path) {
    if (last == 0) return std::nullopt;
    if ((node & 1) != 0 || node == last) {
      root = hasher.node(sibling, root);
      // The last node of a level without a sibling goes up as it is.
      while ((node & 1) == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      root = hasher.node(root, sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  if (last != 0) return std::nullopt;
  return root;
}

}  // namespace kopilka::proof
