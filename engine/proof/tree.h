#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/sha256.h"

// The Merkle tree of RFC 6962, section 2.1, over SHA-256. Leaves are counted from 0.
namespace kopilka::proof {

// One after another with the same memory. One thread.
class TreeHasher {
 public:
  // Of the two, one after the other, as one leaf's data.
  [[nodiscard]] base::Hash256 leaf(base::ByteView data, base::ByteView more = {});
  [[nodiscard]] base::Hash256 node(const base::Hash256& left, const base::Hash256& right);

 private:
  base::Sha256 hash_;
};

// A tree that only grows. Of what it has taken it keeps the roots of the largest complete subtrees,
// from left to right one for each bit of its size: O(log n) memory, O(1) hashes a leaf.
class Tree {
 public:
  Tree() = default;
  // Nothing: there must be one subtree for each bit of the size.
  [[nodiscard]] static std::optional<Tree> of(std::uint64_t size,
                                              std::vector<base::Hash256> subtrees);

  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] const std::vector<base::Hash256>& subtrees() const { return subtrees_; }
  void add(const base::Hash256& leaf, TreeHasher& hasher);
  [[nodiscard]] base::Hash256 root(TreeHasher& hasher) const;

 private:
  std::uint64_t size_{0};
  std::vector<base::Hash256> subtrees_;
};

// Roots of the subtrees beside the way from a leaf to the root, the lowest first: RFC 6962's Merkle
// audit path.
using Path = std::vector<base::Hash256>;

// The end of a tree: every leaf from some number on, and complete subtrees of all before it. That
// is enough for the path of each of these leaves.
class TreeEnd {
 public:
  explicit TreeEnd(const Tree& before);

  void add(const base::Hash256& leaf) { leaves_.push_back(leaf); }
  // Of leaf `index` in the tree of what was added. Linear in the leaves.
  // REQUIRES: the leaf was added here
  [[nodiscard]] Path path(std::uint64_t index, TreeHasher& hasher) const;

 private:
  struct Range {
    std::uint64_t begin{0};
    std::uint64_t end{0};
  };
  [[nodiscard]] base::Hash256 root_of(Range leaves, TreeHasher& hasher) const;

  Tree before_;
  std::vector<base::Hash256> leaves_;
};

struct LeafPlace {
  std::uint64_t index{0};
  std::uint64_t size{0};  // of the tree
};
// The root of the tree that has the leaf at that place, if the path is true. Nothing: there is no
// such place, or no path of that length.
[[nodiscard]] std::optional<base::Hash256> root_by_path(const base::Hash256& leaf, LeafPlace place,
                                                        const Path& path, TreeHasher& hasher);

}  // namespace kopilka::proof
