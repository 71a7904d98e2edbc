#include "projections/tree/tree.h"

#include <utility>

namespace kopilka::projections::tree {

void Tree::fold(const model::OrganizationRegistered& event) {
  units.edit(event.organization) = {event.kind, event.parent};
  if (event.parent) branches.edit({*event.parent, event.organization}).kind = event.kind;
}

base::Result<std::vector<Node>> subtree(const Tree& tree, ports::StateStore* store,
                                        model::OrganizationId top) {
  std::vector<Node> found;
  KOPILKA_TRY_ASSIGN(const auto unit, state::read_row(tree.units, store, top));
  if (!unit) return found;
  // Level by level: a parent stands above its children, so there is no cycle.
  for (std::vector<Node> level{{top, unit->kind, unit->parent}}; !level.empty();) {
    std::vector<model::OrganizationId> parents;
    parents.reserve(level.size());
    for (const auto& node : level)
      parents.push_back(node.id);
    found.insert(found.end(), level.begin(), level.end());
    std::vector<Node> below;
    KOPILKA_TRY(for_each_under(
        tree.branches, store, parents, [](const BranchKey& key) { return key.parent; },
        [&](const BranchKey& key, const Branch& branch) {
          below.push_back({key.child, branch.kind, key.parent});
        }));
    std::ranges::sort(below, {}, &Node::id);
    level = std::move(below);
  }
  return found;
}

}  // namespace kopilka::projections::tree
