#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "engine/ledger/invariants.h"
#include "engine/model/batch.h"
#include "engine/model/enums.h"
#include "engine/model/event.h"
#include "engine/registry/tables.h"

// domain.md §13, as far as a log shows it event by event: whether what was recorded was right by
// what was known then. Judged without `decide`, `fold` and the queries that decisions ask: the
// register's rows are read plainly, and of the ledger it keeps what it needs itself.
namespace kopilka::ledger {

// I-4 (once), I-5 to I-8, I-10, I-12 to I-15, I-22. Keeps a few words about every click, purchase
// and withdrawal, so it needs memory for all of them. One thread.
class Audit {
 public:
  // Judges one entry; entries come in the order of the log. `known` is the register before it.
  // REQUIRES: every row of `known` is loaded
  void examine(const registry::Tables& known, const model::Entry& entry, model::Seq first,
               std::vector<Violation>& found);

 private:
  friend struct PurchaseAudit;
  friend struct PayoutAudit;
  friend struct RegisterAudit;

  struct Click {
    model::MemberId member;
    model::PartnerId partner;
    model::Channel channel{};
    model::Instant at;
  };
  struct Purchase {
    model::PartnerId partner;
    model::MemberId member;
    model::TermsId terms;
    model::Date release_on;
    bool released{false};
  };
  struct Withdrawal {
    model::MemberId member;
    model::Money amount;
    model::WithdrawalState state{};
  };

  std::optional<model::Date> today_;  // the business day that is open
  std::unordered_map<std::string, Click> clicks_;
  std::map<std::pair<model::PartnerId, std::string>, model::PurchaseId> actions_;
  std::unordered_map<std::uint64_t, Purchase> purchases_;      // by id
  std::unordered_map<std::uint64_t, Withdrawal> withdrawals_;  // by id
  std::unordered_set<std::uint64_t> accounts_;                 // members that have one
};

// Of those invariants, the ones that `check_all` and `check_member` do not look at.
inline constexpr std::uint32_t kInvariantsAuditedOnly = 7;

}  // namespace kopilka::ledger
