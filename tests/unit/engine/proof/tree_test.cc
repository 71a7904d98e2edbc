#include "engine/proof/tree.h"

#include <array>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/base/hashing.h"
#include "engine/base/text_bytes.h"

namespace kopilka::proof {
namespace {

using base::Bytes;
using base::Hash256;

Bytes unhex(base::ByteView text) {
  std::vector<unsigned char> bytes(text.size() / 2);
  EXPECT_TRUE(base::from_hex(text, bytes));
  return {bytes.begin(), bytes.end()};
}
std::string hex(const Hash256& hash) {
  return base::to_hex(base::view_of(hash));
}

// RFC 6962, section 2.1, as it is written there: the oracle.
Hash256 root_as_defined(const std::vector<Bytes>& data) {
  if (data.empty()) return base::sha256("");
  if (data.size() == 1) return base::sha256(Bytes(1, '\0') + data.front());
  std::size_t k = 1;
  while (2 * k < data.size())
    k *= 2;
  const auto middle = data.begin() + static_cast<std::ptrdiff_t>(k);
  return base::sha256(Bytes(1, '\1') +
                      Bytes(base::view_of(root_as_defined({data.begin(), middle}))) +
                      Bytes(base::view_of(root_as_defined({middle, data.end()}))));
}
Path path_as_defined(std::size_t m, const std::vector<Bytes>& data) {
  if (data.size() == 1) return {};
  std::size_t k = 1;
  while (2 * k < data.size())
    k *= 2;
  const auto middle = data.begin() + static_cast<std::ptrdiff_t>(k);
  const std::vector<Bytes> left(data.begin(), middle);
  const std::vector<Bytes> right(middle, data.end());
  auto path = m < k ? path_as_defined(m, left) : path_as_defined(m - k, right);
  path.push_back(root_as_defined(m < k ? right : left));
  return path;
}

std::vector<Bytes> leaves(std::size_t count) {
  std::vector<Bytes> data;
  for (std::size_t i = 0; i < count; ++i)
    data.push_back("leaf " + std::to_string(i));
  return data;
}

Tree tree_of(const std::vector<Bytes>& data, TreeHasher& hasher) {
  Tree tree;
  for (const auto& one : data)
    tree.add(hasher.leaf(one), hasher);
  return tree;
}

// What the tests of Certificate Transparency take.
const std::vector<Bytes> kLeaves{unhex(""),
                                 unhex("00"),
                                 unhex("10"),
                                 unhex("2021"),
                                 unhex("3031"),
                                 unhex("40414243"),
                                 unhex("5051525354555657"),
                                 unhex("606162636465666768696a6b6c6d6e6f")};

TEST(MerkleTree, has_the_roots_of_certificate_transparency) {
  const std::array roots{"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                         "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                         "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                         "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                         "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                         "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                         "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                         "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                         "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  TreeHasher hasher;
  Tree tree;
  EXPECT_EQ(hex(tree.root(hasher)), roots[0]);
  for (std::size_t i = 0; i < kLeaves.size(); ++i) {
    tree.add(hasher.leaf(kLeaves[i]), hasher);
    EXPECT_EQ(hex(tree.root(hasher)), roots.at(i + 1));
  }
}

TEST(MerkleTree, has_the_paths_of_certificate_transparency) {
  struct Vector {
    std::uint64_t index;
    std::size_t size;
    std::vector<std::string> path;
  };
  const std::vector<Vector> vectors{
      {0, 1, {}},
      {0,
       8,
       {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
      {5,
       8,
       {"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
      {2, 3, {"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"}},
      {1,
       5,
       {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}}};
  TreeHasher hasher;
  for (const auto& vector : vectors) {
    TreeEnd end{Tree()};
    for (std::size_t i = 0; i < vector.size; ++i)
      end.add(hasher.leaf(kLeaves[i]));
    std::vector<std::string> path;
    for (const auto& hash : end.path(vector.index, hasher))
      path.push_back(hex(hash));
    EXPECT_EQ(path, vector.path) << vector.index << " of " << vector.size;
  }
}

TEST(MerkleTree, grows_to_the_root_as_defined_from_wherever_it_was_kept) {
  TreeHasher hasher;
  for (const std::size_t size : {1U, 2U, 3U, 7U, 8U, 9U, 64U, 100U, 255U}) {
    const auto data = leaves(size);
    EXPECT_EQ(tree_of(data, hasher).root(hasher), root_as_defined(data));
    for (std::size_t kept = 0; kept <= size; kept += 1 + size / 9) {
      const auto before =
          tree_of({data.begin(), data.begin() + static_cast<std::ptrdiff_t>(kept)}, hasher);
      auto tree = Tree::of(kept, before.subtrees());
      ASSERT_TRUE(tree);
      for (std::size_t i = kept; i < size; ++i)
        tree->add(hasher.leaf(data[i]), hasher);
      EXPECT_EQ(tree->root(hasher), root_as_defined(data)) << kept << " of " << size;
    }
  }
}

TEST(MerkleTree, is_not_made_of_too_few_or_too_many_subtrees) {
  EXPECT_FALSE(Tree::of(3, std::vector<Hash256>(1)));
  EXPECT_TRUE(Tree::of(3, std::vector<Hash256>(2)));
  EXPECT_FALSE(Tree::of(3, std::vector<Hash256>(3)));
  EXPECT_FALSE(Tree::of(0, std::vector<Hash256>(1)));
}

// Each size, every cut between what is kept as subtrees and what as leaves, and every leaf.
TEST(MerklePath, is_the_one_defined_wherever_the_leaves_begin) {
  TreeHasher hasher;
  for (std::size_t size = 1; size <= 33; ++size) {
    const auto data = leaves(size);
    for (std::size_t cut = 0; cut < size; ++cut) {
      TreeEnd end(tree_of({data.begin(), data.begin() + static_cast<std::ptrdiff_t>(cut)}, hasher));
      for (std::size_t i = cut; i < size; ++i)
        end.add(hasher.leaf(data[i]));
      for (std::size_t i = cut; i < size; ++i)
        ASSERT_EQ(end.path(i, hasher), path_as_defined(i, data))
            << i << " of " << size << " from " << cut;
    }
  }
}

// Random trees: every path verifies, and nothing else does in its place.
TEST(MerklePath, verifies_and_nothing_that_was_changed_does) {
  std::mt19937_64 chance(20190301);
  TreeHasher hasher;
  for (int round = 0; round < 60; ++round) {
    const auto size = 1 + chance() % 3'000;
    const auto index = chance() % size;
    const auto cut = chance() % (index + 1);
    const auto data = leaves(size);
    TreeEnd end(tree_of({data.begin(), data.begin() + static_cast<std::ptrdiff_t>(cut)}, hasher));
    for (auto i = cut; i < size; ++i)
      end.add(hasher.leaf(data[i]));
    const auto root = tree_of(data, hasher).root(hasher);
    const auto leaf = hasher.leaf(data[index]);
    const auto path = end.path(index, hasher);
    const auto proves = [&](const Hash256& of, LeafPlace place, const Path& by) {
      return root_by_path(of, place, by, hasher) == root;
    };
    const auto where = std::to_string(index) + " of " + std::to_string(size);
    ASSERT_TRUE(proves(leaf, {index, size}, path)) << where;

    auto other_leaf = leaf;
    other_leaf[chance() % 32] ^= static_cast<std::uint8_t>(1 << chance() % 8);
    EXPECT_FALSE(proves(other_leaf, {index, size}, path)) << where;
    for (std::size_t level = 0; level < path.size(); ++level) {
      auto other = path;
      other[level][chance() % 32] ^= static_cast<std::uint8_t>(1 << chance() % 8);
      EXPECT_FALSE(proves(leaf, {index, size}, other)) << where << ", level " << level;
      auto shorter = path;
      shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(level));
      EXPECT_FALSE(proves(leaf, {index, size}, shorter)) << where << ", without " << level;
    }
    auto longer = path;
    longer.push_back(root);
    EXPECT_FALSE(proves(leaf, {index, size}, longer)) << where;
    for (const auto other : {index + 1, index - 1, index ^ 1, chance() % size})
      if (other != index) {
        EXPECT_FALSE(proves(leaf, {other, size}, path)) << where << " at " << other;
      }
    EXPECT_FALSE(root_by_path(leaf, {size, size}, path, hasher)) << where;
  }
}

// A node's content passed off as a leaf: the prefixes tell them apart.
TEST(MerklePath, proves_no_inner_node_as_an_event) {
  TreeHasher hasher;
  const auto data = leaves(4);
  const auto root = tree_of(data, hasher).root(hasher);
  const auto left = hasher.node(hasher.leaf(data[0]), hasher.leaf(data[1]));
  const auto right = hasher.node(hasher.leaf(data[2]), hasher.leaf(data[3]));
  const Bytes content =
      Bytes(base::view_of(hasher.leaf(data[0]))) + Bytes(base::view_of(hasher.leaf(data[1])));
  EXPECT_EQ(root_by_path(left, {0, 2}, {right}, hasher), root) << "as a hash it would fit";
  EXPECT_NE(root_by_path(hasher.leaf(content), {0, 2}, {right}, hasher), root);
}

}  // namespace
}  // namespace kopilka::proof
