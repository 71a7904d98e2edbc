#include "projections/tree/tree.h"

#include <optional>
#include <vector>

#include <gmock/gmock.h>

namespace kopilka::projections::tree {
namespace {

using model::OrganizationId;
using model::OrganizationKind;
using testing::ElementsAre;
using testing::IsEmpty;

class TreeTest : public testing::Test {
 protected:
  void tell(std::uint64_t id, OrganizationKind kind, std::optional<std::uint64_t> parent) {
    model::OrganizationRegistered event;
    event.organization = OrganizationId{id};
    event.kind = kind;
    if (parent) event.parent = OrganizationId{*parent};
    tree_.fold(event);
  }
  std::vector<std::uint64_t> below(std::uint64_t id) {
    std::vector<std::uint64_t> ids;
    const auto nodes = subtree(tree_, nullptr, OrganizationId{id}).value();
    for (const auto& node : nodes)
      ids.push_back(node.id.value());
    return ids;
  }

  Tree tree_;
};

TEST_F(TreeTest, gives_an_organisation_with_all_below_it_level_by_level) {
  tell(1, OrganizationKind::central, std::nullopt);
  tell(20, OrganizationKind::regional, 1);
  tell(10, OrganizationKind::regional, 1);
  tell(5, OrganizationKind::primary, 20);
  tell(6, OrganizationKind::primary, 10);
  tell(7, OrganizationKind::primary, 1);
  EXPECT_THAT(below(1), ElementsAre(1, 7, 10, 20, 5, 6));
  EXPECT_THAT(below(20), ElementsAre(20, 5));
  EXPECT_THAT(below(7), ElementsAre(7));
  EXPECT_THAT(below(8), IsEmpty());
}

TEST_F(TreeTest, says_what_each_is_and_what_it_stands_below) {
  tell(1, OrganizationKind::central, std::nullopt);
  tell(20, OrganizationKind::regional, 1);
  EXPECT_THAT(subtree(tree_, nullptr, OrganizationId{1}).value(),
              ElementsAre(Node{OrganizationId{1}, OrganizationKind::central, std::nullopt},
                          Node{OrganizationId{20}, OrganizationKind::regional, OrganizationId{1}}));
  EXPECT_EQ(subtree(tree_, nullptr, OrganizationId{20}).value().front().parent, OrganizationId{1});
}

}  // namespace
}  // namespace kopilka::projections::tree
