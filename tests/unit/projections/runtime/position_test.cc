#include "projections/runtime/position.h"

#include <gtest/gtest.h>

#include "tests/support/times.h"

namespace kopilka::projections::runtime {
namespace {

StoredPosition sample() {
  StoredPosition stored{"statements", 3, {}, base::Uint128{0xAB} << 120 | 7};
  stored.at = {model::BatchNumber{12}, model::Seq{900}, {}, support::noon("2019-03-01")};
  stored.at.hash.fill(0x5A);
  return stored;
}

TEST(Position, reads_back_what_it_wrote) {
  const auto read = decode_position(encode(sample()));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->model, "statements");
  EXPECT_EQ(read->version, 3U);
  EXPECT_EQ(read->at, sample().at);
  EXPECT_TRUE(read->digest == sample().digest);
}

TEST(Position, is_not_read_from_other_bytes) {
  EXPECT_FALSE(decode_position("").has_value());
  EXPECT_FALSE(decode_position("at 4").has_value());
  auto bytes = encode(sample());
  EXPECT_FALSE(decode_position(bytes + 'x').has_value());
  bytes.pop_back();
  EXPECT_FALSE(decode_position(bytes).has_value());
}

TEST(Position, of_another_format_is_none_of_ours) {
  auto bytes = encode(sample());
  ++bytes.front();
  EXPECT_FALSE(decode_position(bytes).has_value());
}

}  // namespace
}  // namespace kopilka::projections::runtime
