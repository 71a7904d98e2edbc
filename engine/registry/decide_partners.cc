#include "engine/model/commands.h"
#include "engine/registry/decide.h"
#include "engine/registry/queries.h"

namespace kopilka::registry {

using model::Refusal;

Decision decide(const Tables& tables, const model::RegisterPartner& command,
                const Context& context) {
  if (tables.partners.find(command.partner) != nullptr) return refuse(Refusal::already_exists);
  return record(context.now, model::PartnerRegistered{.partner = command.partner,
                                                      .name = command.name,
                                                      .network = command.network,
                                                      .currency = command.currency,
                                                      .categories = command.categories,
                                                      .cities = command.cities});
}

// Whether a partner is suspended goes by the last word on record, whatever its date: suspending
// and resuming take turns, and each suspension has one end.
Decision decide(const Tables& tables, const model::SuspendPartner& command,
                const Context& context) {
  const Partner* partner = tables.partners.find(command.partner);
  if (partner == nullptr) return refuse(Refusal::partner_not_found);
  if (is_suspended(*partner)) return refuse(Refusal::not_active);
  return record(context.now, model::PartnerSuspended{.partner = command.partner,
                                                     .effective_on = command.effective_on,
                                                     .reason = command.reason});
}

Decision decide(const Tables& tables, const model::ResumePartner& command, const Context& context) {
  const Partner* partner = tables.partners.find(command.partner);
  if (partner == nullptr) return refuse(Refusal::partner_not_found);
  if (!is_suspended(*partner)) return refuse(Refusal::already_active);
  return record(context.now, model::PartnerResumed{.partner = command.partner,
                                                   .effective_on = command.effective_on,
                                                   .reason = command.reason});
}

}  // namespace kopilka::registry
