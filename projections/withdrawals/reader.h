#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/model/enums.h"
#include "engine/model/ids.h"
#include "engine/model/money.h"
#include "engine/model/time.h"
#include "engine/ports/state_store.h"

namespace kopilka::projections::withdrawals {

struct Withdrawals;

// A withdrawal as it stands.
struct Listed {
  model::WithdrawalId id;
  model::MemberId member;
  model::WithdrawalMethod method{};
  model::Money amount;
  model::WithdrawalState state{};
  std::string request_key;
  std::string ext_ref;
  model::Instant requested_at;
  model::Instant due_at;
  bool operator==(const Listed&) const = default;
};

// Asked for and not yet resolved, and the time by which it should have been paid is over. To the
// very instant it is still in time.
[[nodiscard]] bool is_overdue(model::WithdrawalState state, model::Instant due_at,
                              model::Instant now);

struct Filter {
  std::optional<model::WithdrawalState> state;  // absent: any
  std::optional<model::Instant> overdue_at;     // only those overdue at that moment
};

// The query of the withdrawals, over what is loaded and, unless null, what is stored. Valid as long
// as both; used on the thread that folds. Errors are the store's.
class Reader {
 public:
  Reader(const Withdrawals& model, ports::StateStore* store) : model_(&model), store_(store) {}

  // By id. Reads those of the state that was asked for, and of the overdue ones no others.
  [[nodiscard]] base::Result<std::vector<Listed>> list(const Filter& filter) const;

 private:
  const Withdrawals* model_;
  ports::StateStore* store_;
};

}  // namespace kopilka::projections::withdrawals
