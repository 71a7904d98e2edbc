#include "engine/base/sha256.h"

#include <utility>

#include <gtest/gtest.h>

#include "engine/base/hashing.h"

namespace kopilka::base {
namespace {

TEST(Sha256InPieces, is_the_hash_of_the_whole_however_it_is_cut) {
  Bytes text;
  for (int i = 0; i < 300; ++i)
    text.push_back(static_cast<char>(i * 37));
  const auto whole = sha256(text);
  Sha256 pieces;
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    const ByteView view(text);
    EXPECT_EQ(pieces.add(view.substr(0, cut)).add(view.substr(cut)).finish(), whole) << cut;
  }
}

TEST(Sha256InPieces, begins_again_after_each_message) {
  Sha256 hash;
  EXPECT_EQ(hash.finish(), sha256(""));
  EXPECT_EQ(hash.add("abc").finish(), sha256("abc"));
  EXPECT_EQ(hash.finish(), sha256(""));
  Sha256 moved(std::move(hash));
  EXPECT_EQ(moved.add("abc").finish(), sha256("abc"));
}

}  // namespace
}  // namespace kopilka::base
