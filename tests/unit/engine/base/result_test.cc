#include "engine/base/result.h"

#include <cstdint>
#include <functional>
#include <type_traits>

#include <gtest/gtest.h>

#include "engine/base/check.h"
#include "engine/base/strong.h"

namespace kopilka::base {
namespace {

Result<int> number(int value) {
  if (value < 0) return fail(ErrorKind::usage, "negative");
  return value;
}
Result<int> twice(int value) {
  KOPILKA_TRY_ASSIGN(const int got, number(value));
  return 2 * got;
}
Result<void> check(int value) {
  KOPILKA_TRY(number(value));
  return {};
}

TEST(Try, hands_on_the_value) {
  EXPECT_EQ(twice(4).value(), 8);
  EXPECT_TRUE(check(1));
}

TEST(Try, returns_the_error_as_it_was) {
  const auto failed = twice(-1);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, ErrorKind::usage);
  EXPECT_EQ(failed.error().message, "negative");
  EXPECT_FALSE(check(-1));
}

using Apples = Strong<struct ApplesTag, std::uint64_t>;
using Pears = Strong<struct PearsTag, std::uint64_t>;

TEST(Strong, mixes_with_nothing) {
  static_assert(!std::is_convertible_v<Apples, Pears>);
  static_assert(!std::is_convertible_v<std::uint64_t, Apples>);
  static_assert(!std::is_convertible_v<Apples, std::uint64_t>);
  static_assert(is_strong<Apples> && !is_strong<std::uint64_t>);
  EXPECT_LT(Apples{1}, Apples{2});
  EXPECT_EQ(Apples{}.value(), 0U);
  EXPECT_EQ(std::hash<Apples>{}(Apples{7}), std::hash<std::uint64_t>{}(7));
}

TEST(CheckDeathTest, ends_the_process_and_says_where) {
  const int one = 1;
  EXPECT_DEATH(KOPILKA_CHECK(one == 2), "one == 2.*result_test.cc");
  KOPILKA_CHECK(one == 1);
}

}  // namespace
}  // namespace kopilka::base
