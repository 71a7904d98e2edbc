#include "engine/journal/subject.h"

#include <gtest/gtest.h>

namespace kopilka::journal {
namespace {

constexpr model::Seq kSeq{41};

TEST(Subject, of_a_purchase_is_known_from_its_recording_on) {
  const auto recorded = subject_of(
      model::PurchaseRecorded{.partner = model::PartnerId{7}, .member = model::MemberId{42}}, kSeq);
  EXPECT_EQ(recorded.purchase, model::PurchaseId{41});
  EXPECT_EQ(recorded.partner, model::PartnerId{7});
  EXPECT_EQ(recorded.member, model::MemberId{42});
  const auto expired = subject_of(model::FreezeExpired{.purchase = model::PurchaseId{41}}, {});
  EXPECT_EQ(expired.purchase, model::PurchaseId{41});
}

TEST(Subject, of_a_withdrawal_is_known_from_its_request_on) {
  const auto requested = subject_of(model::WithdrawalRequested{}, kSeq);
  EXPECT_EQ(requested.withdrawal, model::WithdrawalId{41});
  const auto sent = subject_of(model::WithdrawalSent{.withdrawal = model::WithdrawalId{41}}, {});
  EXPECT_EQ(sent.withdrawal, model::WithdrawalId{41});
}

TEST(Subject, is_empty_where_an_event_names_nobody) {
  const auto subject = subject_of(model::BusinessDayOpened{}, kSeq);
  EXPECT_FALSE(subject.member || subject.partner || subject.organization || subject.purchase ||
               subject.withdrawal);
  const auto hold = subject_of(model::HoldPlaced{.member = model::MemberId{42}}, kSeq);
  EXPECT_EQ(hold.member, model::MemberId{42});
  EXPECT_EQ(hold.purchase, std::nullopt);
}

}  // namespace
}  // namespace kopilka::journal
