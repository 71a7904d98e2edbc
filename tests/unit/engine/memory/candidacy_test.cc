#include "engine/memory/candidacy.h"

#include <gtest/gtest.h>

namespace kopilka::memory {
namespace {

TEST(MemoryElectionTest, says_what_the_test_says) {
  const auto election = std::make_shared<MemoryElection>();
  MemoryCandidacy first(election);
  MemoryCandidacy second(election);
  election->set_verdict(MemoryElection::Verdict::everybody);
  EXPECT_TRUE(first.is_chosen());
  EXPECT_TRUE(second.is_chosen());
  election->set_verdict(MemoryElection::Verdict::nobody);
  EXPECT_FALSE(first.is_chosen());
  EXPECT_FALSE(second.is_chosen());
  election->set_verdict(MemoryElection::Verdict::by_turn);
  EXPECT_TRUE(first.is_chosen());
  election->pass_turn();
  EXPECT_FALSE(first.is_chosen());
  EXPECT_TRUE(second.is_chosen());
}

}  // namespace
}  // namespace kopilka::memory
