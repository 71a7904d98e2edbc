#include "engine/model/names.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string_view>

#include <gtest/gtest.h>

#include "engine/model/answer.h"
#include "engine/model/commands.h"
#include "engine/model/enums.h"
#include "engine/model/event.h"
#include "engine/model/refusal.h"

namespace kopilka::model {
namespace {

template <class E>
void expect_names_to_be_read_back() {
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < kNames<E>.size(); ++i) {
    const auto value = static_cast<E>(i);
    const auto name = name_of(value);
    EXPECT_EQ(from_name<E>(name), value) << name;
    EXPECT_TRUE(seen.insert(name).second) << name;
    EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos);
    EXPECT_FALSE(name.empty());
  }
  EXPECT_EQ(from_name<E>("no such name"), std::nullopt);
  EXPECT_EQ(from_name<E>(""), std::nullopt);
}

TEST(Names, of_every_closed_list_are_distinct_and_read_back) {
  expect_names_to_be_read_back<OrganizationKind>();
  expect_names_to_be_read_back<MemberCategory>();
  expect_names_to_be_read_back<Sex>();
  expect_names_to_be_read_back<TerminationReason>();
  expect_names_to_be_read_back<CardForm>();
  expect_names_to_be_read_back<Channel>();
  expect_names_to_be_read_back<ReleasePolicy>();
  expect_names_to_be_read_back<PurchaseStatus>();
  expect_names_to_be_read_back<ParkedWhy>();
  expect_names_to_be_read_back<Receivable>();
  expect_names_to_be_read_back<Margin>();
  expect_names_to_be_read_back<WithdrawalMethod>();
  expect_names_to_be_read_back<WithdrawalState>();
  expect_names_to_be_read_back<HoldScope>();
  expect_names_to_be_read_back<Refusal>();
  expect_names_to_be_read_back<Invalid>();
  expect_names_to_be_read_back<AnswerStatus>();
  expect_names_to_be_read_back<PurchaseState>();
}

// Between messages of one time the higher status wins (domain.md §5).
TEST(PurchaseStatus, rises_from_new_to_declined) {
  EXPECT_LT(PurchaseStatus::new_purchase, PurchaseStatus::pending);
  EXPECT_LT(PurchaseStatus::pending, PurchaseStatus::approved);
  EXPECT_LT(PurchaseStatus::approved, PurchaseStatus::declined);
}

template <class Variant>
struct Alternatives;
template <class... Ts>
struct Alternatives<std::variant<Ts...>> {
  static void expect_distinct_types() {
    std::set<std::uint16_t> types;
    std::set<std::string_view> names;
    (types.insert(Ts::kType), ...);
    (names.insert(Ts::kName), ...);
    EXPECT_EQ(types.size(), sizeof...(Ts));
    EXPECT_EQ(names.size(), sizeof...(Ts));
  }
  static void expect_distinct_names() {
    std::set<std::string_view> names;
    (names.insert(Ts::kName), ...);
    EXPECT_EQ(names.size(), sizeof...(Ts));
  }
};

TEST(Events, have_types_and_names_of_their_own) {
  Alternatives<Event>::expect_distinct_types();
}

TEST(Commands, have_names_of_their_own) {
  Alternatives<Command>::expect_distinct_names();
}

}  // namespace
}  // namespace kopilka::model
