#include "engine/proof/head.h"

#include <gtest/gtest.h>

#include "tests/unit/engine/proof/signed_tree.h"

namespace kopilka::proof {
namespace {

std::string line() {
  SignedTree signed_tree(11);
  auto text = line_of(signed_tree.head_line());
  text.pop_back();
  return text;
}

TEST(SignedHeads, are_the_text_that_the_format_says) {
  SignedTree signed_tree(11);
  const auto& head = signed_tree.head_line().signed_head.head;
  EXPECT_EQ(text_of(head), "kopilka-head 1 store=00000000000000000000000000000007 size=11 root=" +
                               base::to_hex(base::view_of(head.root)) + " batch=3 chain=" +
                               std::string(64, 'c') + " recorded_at=2019-03-01T09:00:00.250Z key=" +
                               base::to_hex(base::view_of(id_of(signed_tree.public_key()))));
}

TEST(SignedHeads, are_read_back_as_they_were_written) {
  SignedTree signed_tree(11);
  const auto written = signed_tree.head_line();
  const auto read = parse_line(line());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->signed_head.head, written.signed_head.head);
  EXPECT_EQ(read->signed_head.signature, written.signed_head.signature);
  EXPECT_EQ(read->tree.subtrees(), written.tree.subtrees());
  EXPECT_TRUE(is_signed_by(read->signed_head, signed_tree.public_key()));
}

TEST(SignedHeads, of_nothing_are_lines_too) {
  SignedTree signed_tree(0);
  auto text = line_of(signed_tree.head_line());
  ASSERT_EQ(text.back(), '\n');
  text.pop_back();
  const auto read = parse_line(text);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->tree.size(), 0U);
}

// Every byte of a line stands under the signature, is the signature, or leads to the root.
TEST(SignedHeads, with_another_byte_are_no_line_or_not_signed) {
  SignedTree signed_tree(11);
  const auto text = line();
  for (std::size_t at = 0; at < text.size(); ++at)
    for (const int mask : {0x01, 0x20, 0x80}) {
      auto other = text;
      other[at] = static_cast<char>(other[at] ^ mask);
      const auto read = parse_line(other);
      EXPECT_FALSE(read && is_signed_by(read->signed_head, signed_tree.public_key()))
          << at << ": " << other;
    }
}

TEST(SignedHeads, cut_short_or_made_longer_are_no_line) {
  const auto text = line();
  for (std::size_t size = 0; size < text.size(); ++size)
    EXPECT_FALSE(parse_line(text.substr(0, size))) << size;
  EXPECT_FALSE(parse_line(text + "0"));
  EXPECT_FALSE(parse_line(text + ","));
  EXPECT_FALSE(parse_line(text + "," + std::string(64, '0')));
}

TEST(SignedHeads, are_of_the_key_that_they_name) {
  SignedTree ours(11);
  SignedTree theirs(11, 2);
  const auto& signed_head = theirs.head_line().signed_head;
  EXPECT_TRUE(is_signed_by(signed_head, theirs.public_key()));
  EXPECT_FALSE(is_signed_by(signed_head, ours.public_key()));
  // Theirs, under our key's name.
  auto posed = signed_head;
  posed.head.key = id_of(ours.public_key());
  EXPECT_FALSE(is_signed_by(posed, ours.public_key()));
}

}  // namespace
}  // namespace kopilka::proof
