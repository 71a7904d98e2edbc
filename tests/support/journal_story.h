#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "engine/journal/balances.h"
#include "engine/journal/writer.h"
#include "engine/ledger/postings.h"
#include "engine/model/batch.h"
#include "tests/support/times.h"

// A short history for those who write journals: an account is opened, a purchase is bought late in
// the evening and recorded on the next day, it is released and repays a debt, the rest is paid out
// with a fee.
namespace kopilka::support {

class TextSink final : public journal::Sink {
 public:
  std::string text;
  std::size_t largest_piece{0};
  base::Result<void> write(std::string_view piece) override {
    text += piece;
    largest_piece = std::max(largest_piece, piece.size());
    return {};
  }
};

// Its entries have one event each.
inline std::vector<model::Entry> journal_story() {
  using model::Money;
  constexpr model::MemberId kMember{42};
  constexpr model::PartnerId kPartner{7};
  const auto recorded = instant("2019-03-01T12:40:00+03:00");
  const auto released = midnight("2019-04-01");
  const auto settled = instant("2019-04-02T09:00:00.25+03:00");
  const model::PurchaseRecorded purchase{.partner = kPartner,
                                         .action_id = "A-1, \"quoted\"",
                                         .member = kMember,
                                         .organization = model::OrganizationId{101},
                                         .status = model::PurchaseStatus::approved,
                                         .cashback = Money::kopecks(405'000),
                                         .commission = Money::kopecks(445'500)};
  const model::FreezeExpired release{.purchase = model::PurchaseId{2},
                                     .partner = kPartner,
                                     .member = kMember,
                                     .to_available = Money::kopecks(404'995),
                                     .to_debt = Money::kopecks(5)};
  const model::WithdrawalSettled payout{.withdrawal = model::WithdrawalId{9},
                                        .member = kMember,
                                        .amount = Money::kopecks(404'995),
                                        .processor_fee = Money::kopecks(4'050)};
  return {{.recorded_at = recorded, .events = {{recorded, model::AccountOpened{kMember}}}},
          {.origin = model::CommandOrigin{"operator", "", "buy-1", {}},
           .recorded_at = recorded,
           .events = {{instant("2019-02-28T23:15:00+03:00"), purchase}}},
          {.recorded_at = released, .events = {{released, release}}},
          {.recorded_at = settled, .events = {{settled, payout}}}};
}

// Tells it from an event on, with what was before that as the opening.
inline void tell_journal_story(journal::Writer& writer, std::uint64_t from = 1) {
  journal::Balances before;
  journal::Ending ending;
  std::uint64_t seq = 0;
  model::StoreId store{};
  store.fill(0xab);
  ASSERT_TRUE(writer.begin(store));
  for (const auto& entry : journal_story()) {
    const auto& dated = entry.events.front();
    const auto movement = ledger::postings(dated.event);
    ++seq;
    if (seq == from && seq > 1) {
      ASSERT_TRUE(writer.open({model::Seq{seq - 1}, ending.recorded_at,
                               model::moscow_date(entry.recorded_at), before.sorted()}));
    }
    if (seq >= from) {
      ASSERT_TRUE(writer.take({model::Seq{seq}, entry, dated, movement}));
    }
    before.take(movement);
    for (const auto& posting : movement.postings())
      ending.balances.at(static_cast<std::size_t>(posting.account)) += posting.debit.in_kopecks();
    ending.position = model::Seq{seq};
    ending.recorded_at = entry.recorded_at;
  }
  ASSERT_TRUE(writer.end(ending));
}

}  // namespace kopilka::support
