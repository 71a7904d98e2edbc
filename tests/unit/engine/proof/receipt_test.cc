#include "engine/proof/receipt.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/engine/proof/signed_tree.h"

namespace kopilka::proof {
namespace {

using testing::HasSubstr;

bool proves(base::ByteView text, const vault::PublicKey& key) {
  const auto receipt = parse_receipt(text);
  return receipt && check(*receipt, key);
}

std::string why_not(const Receipt& receipt, const vault::PublicKey& key) {
  const auto checked = check(receipt, key);
  return checked ? "it does" : checked.error().message;
}

TEST(Receipts, prove_every_event_under_the_head) {
  for (const std::uint64_t size : {1U, 2U, 7U, 8U, 21U}) {
    SignedTree signed_tree(size);
    for (std::uint64_t seq = 1; seq <= size; ++seq)
      EXPECT_TRUE(proves(text_of(signed_tree.receipt(seq)), signed_tree.public_key()))
          << seq << " of " << size;
  }
}

TEST(Receipts, are_read_back_as_they_were_written) {
  SignedTree signed_tree(11);
  const auto written = signed_tree.receipt(6);
  const auto read = parse_receipt(text_of(written));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->seq, written.seq);
  EXPECT_EQ(read->recorded_at, written.recorded_at);
  EXPECT_EQ(read->event, written.event);
  EXPECT_EQ(read->path, written.path);
  EXPECT_EQ(read->signed_head.head, written.signed_head.head);
}

TEST(Receipts, with_any_other_byte_prove_nothing) {
  SignedTree signed_tree(11);
  const auto text = text_of(signed_tree.receipt(6));
  for (std::size_t at = 0; at < text.size(); ++at)
    for (int bit = 0; bit < 8; ++bit) {
      auto other = text;
      other[at] = static_cast<char>(other[at] ^ (1 << bit));
      EXPECT_FALSE(proves(other, signed_tree.public_key())) << at << ", bit " << bit;
    }
}

TEST(Receipts, cut_short_made_longer_or_written_otherwise_prove_nothing) {
  SignedTree signed_tree(3);
  const auto text = text_of(signed_tree.receipt(2));
  for (std::size_t size = 0; size < text.size(); ++size)
    EXPECT_FALSE(proves(text.substr(0, size), signed_tree.public_key())) << size;
  EXPECT_FALSE(proves(text + "\n", signed_tree.public_key()));
  EXPECT_FALSE(proves(" " + text, signed_tree.public_key()));
  auto leading_zero = text;
  leading_zero.replace(text.find("\"seq\":2"), 7, "\"seq\":02");
  EXPECT_FALSE(proves(leading_zero, signed_tree.public_key()));
}

TEST(Receipts, say_what_was_changed) {
  SignedTree signed_tree(11);
  const auto& key = signed_tree.public_key();
  const auto receipt = signed_tree.receipt(6);
  auto other = receipt;
  other.event += "!";
  EXPECT_THAT(why_not(other, key), HasSubstr("does not cover this event at position 6"));
  other = receipt;
  other.seq = model::Seq{0};
  EXPECT_THAT(why_not(other, key), HasSubstr("does not cover"));
  other = receipt;
  other.signed_head.head.root[0] ^= 1;
  EXPECT_THAT(why_not(other, key), HasSubstr("signature"));
  EXPECT_THAT(why_not(receipt, SignedTree(11, 2).public_key()), HasSubstr("was signed by key"));
}

// An event of one place, shown with the path of another.
TEST(Receipts, of_another_place_prove_nothing) {
  SignedTree signed_tree(11);
  for (std::uint64_t seq = 1; seq <= 11; ++seq) {
    auto moved = signed_tree.receipt(6);
    moved.path = signed_tree.receipt(seq).path;
    moved.seq = model::Seq{seq};
    EXPECT_EQ(why_not(moved, signed_tree.public_key()) == "it does", seq == 6) << seq;
  }
}

}  // namespace
}  // namespace kopilka::proof
