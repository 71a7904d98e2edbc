#pragma once

#include <optional>
#include <string_view>

#include "engine/app/reader.h"
#include "engine/ledger/rows.h"
#include "engine/model/ids.h"
#include "projections/purchases/numbers.h"
#include "projections/purchases/reader.h"
#include "tools/kopilka/exit_code.h"

// A purchase, or a message that was parked, as more than one command shows it.
namespace kopilka::tools {

[[nodiscard]] std::string_view name_of(ledger::PartnerSide side);
[[nodiscard]] std::string_view name_of(ledger::MemberSide side);
// "unattributed" or "expired".
[[nodiscard]] std::string_view state_of(const ledger::Parked& parked);

// One that something named. corrupt: it is not there.
[[nodiscard]] Outcome<ledger::Purchase> read_purchase(const app::Reader& reader,
                                                      model::PurchaseId id);

// A message that was parked, if it still is, as the partner's word on that action and for that day.
// Nothing: its purchase was recorded since, or it was parked for another day or anew.
[[nodiscard]] Outcome<std::optional<ledger::Parked>> read_parked(
    const app::Reader& reader, const projections::purchases::ParkedEntry& entry);

// The members of a purchase, without its history, into the JSON object or the line of CSV that is
// open.
void write_purchase(auto& out, model::PurchaseId id, const ledger::Purchase& purchase) {
  out.member("purchase_id", id);
  out.member("partner_id", purchase.partner);
  out.member("action_id", purchase.action_id);
  out.member("member_id", purchase.member);
  out.member("partner_state", name_of(purchase.partner_side));
  out.member("member_state", name_of(purchase.member_side));
  out.member("held", !purchase.holds.empty());
  out.member("purchase_at", purchase.facts.purchase_at);
  out.member("base", purchase.base);
  out.member("cashback", purchase.cashback);
  out.member("commission", purchase.commission);
  out.member("released", projections::purchases::released(purchase));
  out.member("release_on", purchase.release_on);
  out.member("terms_id", purchase.terms);
}

// The same of a parked message.
void write_parked(auto& out, const ledger::Parked& parked) {
  out.member("partner_id", parked.partner);
  out.member("action_id", parked.action_id);
  out.member("state", state_of(parked));
  out.member("why", parked.why);
  out.member("purchase_at", parked.facts.purchase_at);
  out.member("expires_on", parked.expires_on);
}

}  // namespace kopilka::tools
