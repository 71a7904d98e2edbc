#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/model/enums.h"
#include "engine/model/event.h"
#include "engine/model/ids.h"
#include "engine/ports/state_store.h"
#include "engine/state/reads.h"
#include "engine/state/table.h"

// A change of these rows is a new version of every model that keeps them.
namespace kopilka::projections::tree {

struct Unit {
  model::OrganizationKind kind{};
  std::optional<model::OrganizationId> parent;  // absent: a central one
  static void fields(auto&& self, auto&& field) {
    field(0, "kind", self.kind);
    field(1, "parent", self.parent);
  }
};

// That an organisation stands right below another.
struct BranchKey {
  model::OrganizationId parent;
  model::OrganizationId child;
  bool operator==(const BranchKey&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "parent", self.parent);
    field(1, "child", self.child);
  }
};
struct Branch {
  model::OrganizationKind kind{};  // of the child
  static void fields(auto&& self, auto&& field) { field(0, "kind", self.kind); }
};

// The union's tree, as tables of a read model. Not shared between threads.
struct Tree {
  state::Table<model::OrganizationId, Unit> units{'o'};
  state::Table<BranchKey, Branch> branches{'b'};

  void fold(const model::OrganizationRegistered& event);

  static void visit_all(auto& self, auto& visit) {
    visit(self.units);
    visit(self.branches);
  }
};

struct Node {
  model::OrganizationId id;
  model::OrganizationKind kind{};
  std::optional<model::OrganizationId> parent;
  bool operator==(const Node&) const = default;
};

// The organisation and all below it: level by level, each level by id. Empty: no such
// organisation. Errors are the store's.
[[nodiscard]] base::Result<std::vector<Node>> subtree(const Tree& tree, ports::StateStore* store,
                                                      model::OrganizationId top);

// Calls `visit(key, row)` for the rows whose keys begin with one of the organisations, in no order.
// `organization_of(key)` is that beginning. REQUIRES: `organizations` ascend
template <class Table>
[[nodiscard]] base::Result<void> for_each_under(
    const Table& table, ports::StateStore* store,
    const std::vector<model::OrganizationId>& organizations, auto&& organization_of, auto&& visit) {
  std::vector<base::Bytes> prefixes;
  prefixes.reserve(organizations.size());
  for (const auto organization : organizations)
    prefixes.push_back(state::encode_key(table.tag(), organization));
  return state::for_each_row_of(
      table, store, prefixes,
      [&](const auto& key) {
        return std::ranges::binary_search(organizations, organization_of(key));
      },
      visit);
}

}  // namespace kopilka::projections::tree
