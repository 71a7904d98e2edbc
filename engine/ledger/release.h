#pragma once

#include <optional>
#include <utility>

#include "engine/ledger/decision.h"
#include "engine/ledger/rows.h"
#include "engine/ledger/tables.h"

// When frozen money is freed, and where money that reaches a member or leaves it goes.
namespace kopilka::ledger {

// A credit to a member repays debt first (domain.md §7).
struct Credit {
  model::Money to_available;
  model::Money to_debt;
};
[[nodiscard]] Credit credit(const Funds& funds, model::Money amount);

// What is taken from a member comes from available; the rest is debt.
struct Taking {
  model::Money from_available;
  model::Money to_debt;
};
[[nodiscard]] Taking take(const Funds& funds, model::Money amount);

// Frozen, not held, its day open, and approved where its terms or its late recording ask for it.
[[nodiscard]] bool is_releasable(const Purchase& purchase, const MemberMoney& member,
                                 std::optional<model::Date> business_day);

// Frees a purchase's cashback. Changes `funds` as folding the event will, so that several releases
// of one member in one command agree.
[[nodiscard]] model::DatedEvent release(model::PurchaseId id, const Purchase& purchase,
                                        Funds& funds);

// The release of one purchase that falls due, if its time has come and nothing holds it.
[[nodiscard]] std::optional<model::DatedEvent> decide_release(const View& view,
                                                              model::PurchaseId id);

// What one entry of the log records of a member's releases at most; ask again for the rest.
inline constexpr std::size_t kReleasesPerCommandMax = 1'000;

// The member's purchases whose release day has come, in the order (release_on, purchase), at most
// kReleasesPerCommandMax. `money` is the member's, perhaps without a hold that is about to go.
[[nodiscard]] Events decide_releases_of(const View& view, const MemberMoney& money);
[[nodiscard]] Events decide_releases_of(const View& view, model::MemberId member);

// The end of a parking, if it still stands. `now` is the recorded_at of the day's opening.
[[nodiscard]] std::optional<model::DatedEvent> decide_expiry(const View& view, model::ParkedId id,
                                                             model::Instant now);

}  // namespace kopilka::ledger
