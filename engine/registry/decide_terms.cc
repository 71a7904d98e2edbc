#include <algorithm>
#include <cstdint>
#include <iterator>
#include <span>

#include "engine/model/commands.h"
#include "engine/registry/decide.h"
#include "engine/registry/limits.h"
#include "engine/registry/queries.h"

namespace kopilka::registry {
namespace {

using model::Refusal;

bool is_out_of_bounds(const model::Tariff& tariff) {
  return tariff.percent && (*tariff.percent < kMemberRateMin || *tariff.percent > kMemberRateMax);
}

// Open-ended terms end where the next begin. Whoever names a last day means it: days after it that
// other terms would cover, or days of other terms that it would cover, are an overlap.
// `published` never overlap among themselves, so the neighbours speak for all.
bool overlaps(std::span<const TermsRef> published, const model::PublishTerms& command) {
  const auto next =
      std::ranges::lower_bound(published, command.valid_from, {}, &TermsRef::valid_from);
  if (next != published.end()) {
    if (next->valid_from == command.valid_from) return true;
    if (command.valid_to && *command.valid_to >= next->valid_from) return true;
  }
  if (next == published.begin()) return false;
  const TermsRef& previous = *std::prev(next);
  return previous.valid_to && *previous.valid_to >= command.valid_from;
}

}  // namespace

Decision decide(const Tables& tables, const model::PublishTerms& command, const Context& context) {
  const Partner* partner = tables.partners.find(command.partner);
  if (partner == nullptr) return refuse(Refusal::partner_not_found);
  if (std::ranges::any_of(command.tariffs, is_out_of_bounds))
    return refuse(Refusal::rate_out_of_bounds);
  if (command.freeze_days < kFreezeDaysMin || command.freeze_days > kFreezeDaysMax)
    return refuse(Refusal::freeze_out_of_bounds);
  const auto published = terms_of(*partner, command.channel);
  // A partner's first terms on a channel may reach back: its history is imported.
  if (!published.empty() && command.valid_from < model::moscow_date(context.now))
    return refuse(Refusal::retroactive);
  if (overlaps(published, command)) return refuse(Refusal::terms_overlap);
  return record(context.now, model::TermsPublished{
                                 .partner = command.partner,
                                 .channel = command.channel,
                                 .tariffs = command.tariffs,
                                 .freeze_days = static_cast<std::uint16_t>(command.freeze_days),
                                 .window_days = command.window_days,
                                 .cap_per_order = command.cap_per_order,
                                 .cap_per_month = command.cap_per_month,
                                 .release_policy = command.release_policy,
                                 .valid_from = command.valid_from,
                                 .valid_to = command.valid_to});
}

}  // namespace kopilka::registry
