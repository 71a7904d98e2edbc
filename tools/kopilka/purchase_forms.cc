#include "tools/kopilka/purchase_forms.h"

#include <utility>

#include <fmt/format.h>

namespace kopilka::tools {

std::string_view name_of(ledger::PartnerSide side) {
  switch (side) {
    case ledger::PartnerSide::tracked:
      return "tracked";
    case ledger::PartnerSide::approved:
      return "approved";
    case ledger::PartnerSide::declined:
      break;
  }
  return "declined";
}

std::string_view name_of(ledger::MemberSide side) {
  switch (side) {
    case ledger::MemberSide::frozen:
      return "frozen";
    case ledger::MemberSide::released:
      return "released";
    case ledger::MemberSide::clawed_back:
      return "clawed_back";
    case ledger::MemberSide::cancelled:
      break;
  }
  return "cancelled";
}

std::string_view state_of(const ledger::Parked& parked) {
  return parked.expired ? "expired" : "unattributed";
}

Outcome<ledger::Purchase> read_purchase(const app::Reader& reader, model::PurchaseId id) {
  KOPILKA_TRY_ASSIGN(auto purchase, reader.row(reader.state().ledger.purchases, id));
  if (!purchase)
    return std::unexpected(
        Failure{ExitCode::corrupt, fmt::format("purchase {} is named and not there; delete {}, it "
                                               "is rebuilt",
                                               id.value(), reader.layout().state().string())});
  return std::move(*purchase);
}

Outcome<std::optional<ledger::Parked>> read_parked(
    const app::Reader& reader, const projections::purchases::ParkedEntry& entry) {
  const auto& tables = reader.state().ledger;
  KOPILKA_TRY_ASSIGN(auto row, reader.row(tables.parked, entry.parked));
  if (!row || model::moscow_date(row->facts.purchase_at) != entry.on) return std::nullopt;
  KOPILKA_TRY_ASSIGN(const auto action, reader.row(tables.actions, {row->partner, row->action_id}));
  if (!action || action->parked != entry.parked) return std::nullopt;
  return row;
}

}  // namespace kopilka::tools
