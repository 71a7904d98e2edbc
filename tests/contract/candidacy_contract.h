#pragma once

#include <chrono>
#include <memory>

#include <gtest/gtest.h>

#include "engine/ports/candidacy.h"

// What every Candidacy promises. A suite is made for a World that has
//   std::unique_ptr<ports::Candidacy> candidate()   another one of the same group
//   void wait()                                     for a tenth of a second, as far as there is
//   time
namespace kopilka::contract {

template <class World>
class CandidacyContract : public ::testing::Test {
 protected:
  // A machine that builds meanwhile is slow; the real wait is one of seconds.
  static constexpr int kWaitsMax = 600;
  // So long nothing may change.
  static constexpr int kWaitsQuiet = 50;

  // Whether it becomes true; everybody is asked on the way, as each process would ask.
  template <class Condition>
  bool becomes(const Condition& condition) {
    for (int waits = 0; waits < kWaitsMax; ++waits) {
      if (condition()) return true;
      world_.wait();
    }
    return false;
  }

  World world_;
};

TYPED_TEST_SUITE_P(CandidacyContract);

TYPED_TEST_P(CandidacyContract, who_stands_alone_is_chosen) {
  const auto only = this->world_.candidate();
  EXPECT_TRUE(this->becomes([&] { return only->is_chosen(); }));
}

TYPED_TEST_P(CandidacyContract, of_two_one_is_chosen) {
  const auto first = this->world_.candidate();
  const auto second = this->world_.candidate();
  const auto is_one_chosen = [&] {
    const bool one = first->is_chosen();
    const bool two = second->is_chosen();
    return one != two;
  };
  EXPECT_TRUE(this->becomes(is_one_chosen));
}

TYPED_TEST_P(CandidacyContract, a_newcomer_does_not_take_the_turn) {
  const auto first = this->world_.candidate();
  ASSERT_TRUE(this->becomes([&] { return first->is_chosen(); }));
  const auto second = this->world_.candidate();
  for (int waits = 0; waits < this->kWaitsQuiet; ++waits) {
    EXPECT_TRUE(first->is_chosen());
    EXPECT_FALSE(second->is_chosen());
    this->world_.wait();
  }
}

TYPED_TEST_P(CandidacyContract, who_leaves_passes_the_turn_on) {
  auto first = this->world_.candidate();
  ASSERT_TRUE(this->becomes([&] { return first->is_chosen(); }));
  const auto second = this->world_.candidate();
  for (int waits = 0; waits < this->kWaitsQuiet; ++waits) {
    EXPECT_TRUE(first->is_chosen());
    ASSERT_FALSE(second->is_chosen());
    this->world_.wait();
  }
  first.reset();
  EXPECT_TRUE(this->becomes([&] { return second->is_chosen(); }));
}

TYPED_TEST_P(CandidacyContract, who_leaves_while_another_is_chosen_changes_nothing) {
  const auto first = this->world_.candidate();
  ASSERT_TRUE(this->becomes([&] { return first->is_chosen(); }));
  auto second = this->world_.candidate();
  for (int waits = 0; waits < this->kWaitsQuiet; ++waits) {
    EXPECT_TRUE(first->is_chosen());
    EXPECT_FALSE(second->is_chosen());
    this->world_.wait();
  }
  second.reset();
  for (int waits = 0; waits < this->kWaitsQuiet; ++waits) {
    EXPECT_TRUE(first->is_chosen());
    this->world_.wait();
  }
}

REGISTER_TYPED_TEST_SUITE_P(CandidacyContract, who_stands_alone_is_chosen, of_two_one_is_chosen,
                            a_newcomer_does_not_take_the_turn, who_leaves_passes_the_turn_on,
                            who_leaves_while_another_is_chosen_changes_nothing);

}  // namespace kopilka::contract
