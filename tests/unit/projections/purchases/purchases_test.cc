#include "projections/purchases/purchases.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "engine/ledger/fold.h"
#include "engine/state/stored.h"
#include "projections/purchases/agreement.h"
#include "tests/support/times.h"

namespace kopilka::projections::purchases {
namespace {

using model::Money;
using model::ParkedId;
using model::PartnerId;
using model::PurchaseId;
using model::Seq;
using support::day;
using support::instant;
using support::noon;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr PartnerId kPartner{7};
constexpr PartnerId kOther{8};
constexpr model::MemberId kMember{42};
constexpr Money k100 = Money::kopecks(10'000);

model::PurchaseRecorded bought(model::Instant purchase_at, PartnerId partner = kPartner) {
  model::PurchaseRecorded event;
  event.partner = partner;
  event.member = kMember;
  event.status = model::PurchaseStatus::approved;
  event.purchase_at = purchase_at;
  event.base = k100;
  return event;
}

model::PurchaseUnattributed unattributed(model::Instant purchase_at) {
  model::PurchaseUnattributed event;
  event.partner = kPartner;
  event.action_id = "A-1";
  event.purchase_at = purchase_at;
  return event;
}

// Told to the list and to the ledger.
class PurchasesTest : public testing::Test {
 protected:
  Seq tell(const model::Event& event) {
    seq_ = model::next(seq_);
    state::begin_step(purchases_, seq_.value());
    EXPECT_TRUE(purchases_.fold({noon("2019-03-09"), event}, seq_, noon("2019-03-09")));
    state::settle(purchases_, seq_.value());
    ledger::fold(known_, event, {seq_, noon("2019-03-09")});
    return seq_;
  }
  [[nodiscard]] std::vector<Entry> purchases(const Range& range = {},
                                             PartnerId partner = kPartner) const {
    return Reader(purchases_, nullptr).purchases(partner, range).value();
  }
  [[nodiscard]] std::vector<std::uint64_t> ids(const Range& range = {}) const {
    std::vector<std::uint64_t> found;
    for (const auto& entry : purchases(range))
      found.push_back(entry.purchase.value());
    return found;
  }
  [[nodiscard]] std::vector<ParkedEntry> parked(const Range& range = {}) const {
    return Reader(purchases_, nullptr).parked(kPartner, range).value();
  }
  [[nodiscard]] std::vector<std::string> wrong() const { return disagreements(purchases_, known_); }

  Purchases purchases_;
  ledger::Tables known_;

 private:
  Seq seq_;
};

TEST_F(PurchasesTest, keeps_purchases_by_partner_and_moscow_day) {
  tell(bought(instant("2019-03-01T23:59:59+03:00")));
  tell(bought(instant("2019-03-01T21:00:00Z")));  // midnight in Moscow
  tell(bought(noon("2019-03-01"), kOther));
  EXPECT_THAT(purchases(), ElementsAre(Entry{day("2019-03-01"), PurchaseId{1}, k100},
                                       Entry{day("2019-03-02"), PurchaseId{2}, k100}));
  EXPECT_THAT(purchases({}, kOther), ElementsAre(Entry{day("2019-03-01"), PurchaseId{3}, k100}));
  EXPECT_THAT(purchases({}, PartnerId{9}), IsEmpty());
  EXPECT_THAT(wrong(), IsEmpty());
}

TEST_F(PurchasesTest, gives_days_in_order_and_within_a_day_the_order_of_recording) {
  for (const auto* on : {"2019-03-05", "1969-12-31", "2019-03-01", "2019-03-05"})
    tell(bought(noon(on)));
  EXPECT_THAT(ids(), ElementsAre(2, 3, 1, 4));
}

TEST_F(PurchasesTest, gives_those_between_two_days_both_included) {
  for (const auto* on : {"2019-03-01", "2019-03-02", "2019-03-03", "2019-03-04"})
    tell(bought(noon(on)));
  EXPECT_THAT(ids({.from = day("2019-03-02"), .to = day("2019-03-03")}), ElementsAre(2, 3));
  EXPECT_THAT(ids({.from = day("2019-03-03")}), ElementsAre(3, 4));
  EXPECT_THAT(ids({.to = day("2019-03-02")}), ElementsAre(1, 2));
}

TEST_F(PurchasesTest, goes_on_behind_a_cursor_to_the_end) {
  for (const auto* on : {"2019-03-02", "2019-03-01", "2019-03-02", "2019-03-02"})
    tell(bought(noon(on)));
  EXPECT_THAT(ids({.limit = 2}), ElementsAre(2, 1));
  EXPECT_THAT(ids({.after = Cursor{day("2019-03-02"), 1}, .limit = 2}), ElementsAre(3, 4));
  EXPECT_THAT(ids({.after = Cursor{day("2019-03-02"), 4}}), IsEmpty());
  EXPECT_THAT(ids({.limit = 0}), IsEmpty());
  // A cursor before the range does not widen it.
  EXPECT_THAT(ids({.from = day("2019-03-02"), .after = Cursor{day("2019-03-01"), 2}}),
              ElementsAre(1, 3, 4));
}

TEST_F(PurchasesTest, leaves_out_what_was_not_known_then) {
  tell(bought(noon("2019-03-02")));
  tell(bought(noon("2019-03-01")));
  tell(bought(noon("2019-03-03")));
  EXPECT_THAT(ids({.as_known = Seq{2}}), ElementsAre(2, 1));
  EXPECT_THAT(ids({.as_known = Seq{1}, .limit = 1}), ElementsAre(1));
}

TEST_F(PurchasesTest, keeps_what_was_ordered_whatever_became_of_it) {
  const PurchaseId id{tell(bought(noon("2019-03-01"))).value()};
  model::PurchaseDeclined declined;
  declined.purchase = id;
  declined.partner = kPartner;
  declined.member = kMember;
  tell(declined);
  EXPECT_THAT(purchases(), ElementsAre(Entry{day("2019-03-01"), id, k100}));
  EXPECT_THAT(wrong(), IsEmpty());
}

TEST_F(PurchasesTest, keeps_a_parked_message_for_each_day_that_it_named) {
  const ParkedId id{tell(unattributed(noon("2019-03-02"))).value()};
  auto again = unattributed(noon("2019-03-02"));
  again.parked = id;
  tell(again);
  EXPECT_THAT(parked(), ElementsAre(ParkedEntry{day("2019-03-02"), id}));
  again.purchase_at = noon("2019-03-01");
  tell(again);
  EXPECT_THAT(parked(),
              ElementsAre(ParkedEntry{day("2019-03-01"), id}, ParkedEntry{day("2019-03-02"), id}));
  EXPECT_THAT(parked({.from = day("2019-03-02")}), ElementsAre(ParkedEntry{day("2019-03-02"), id}));
  EXPECT_THAT(purchases(), IsEmpty());
  EXPECT_THAT(wrong(), IsEmpty());
}

TEST_F(PurchasesTest, counts_a_parked_message_as_a_purchase_once_it_is_recorded) {
  const ParkedId id{tell(unattributed(noon("2019-03-02"))).value()};
  auto recorded = bought(noon("2019-03-02"));
  recorded.parked = id;
  tell(recorded);
  EXPECT_THAT(ids(), ElementsAre(2));
  EXPECT_THAT(wrong(), IsEmpty());
}

TEST_F(PurchasesTest, disagrees_where_the_ledger_says_something_else) {
  tell(bought(noon("2019-03-01")));
  tell(unattributed(noon("2019-03-02")));
  known_.purchases.edit(PurchaseId{1}).facts.purchase_at = noon("2019-03-03");
  known_.parked.edit(ParkedId{2}).partner = kOther;
  EXPECT_THAT(wrong(),
              ElementsAre("purchase 1 is not listed among those of partner 7 on 2019-03-03",
                          "parked message 2 is not listed among those of partner 8 on 2019-03-02"));
  known_.parked.erase(ParkedId{2});
  known_.purchases.erase(PurchaseId{1});
  EXPECT_THAT(wrong(), ElementsAre("1 purchases are listed, but the ledger has 0"));
}

}  // namespace
}  // namespace kopilka::projections::purchases
