#include "projections/purchases/purchases.h"

#include <variant>

namespace kopilka::projections::purchases {

base::Result<void> Purchases::fold(const model::DatedEvent& dated, model::Seq seq, model::Instant) {
  if (const auto* recorded = std::get_if<model::PurchaseRecorded>(&dated.event)) {
    const auto on = model::moscow_date(recorded->purchase_at);
    orders.create({recorded->partner, on, model::PurchaseId{seq.value()}}) = {recorded->base};
  } else if (const auto* message = std::get_if<model::PurchaseUnattributed>(&dated.event)) {
    const auto on = model::moscow_date(message->purchase_at);
    if (message->parked)
      (void)parked.edit({message->partner, on, *message->parked});
    else
      (void)parked.create({message->partner, on, model::ParkedId{seq.value()}});
  }
  return {};
}

}  // namespace kopilka::projections::purchases
