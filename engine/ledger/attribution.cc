#include "engine/ledger/attribution.h"

#include <cstdint>

#include "engine/ledger/earning.h"
#include "engine/registry/queries.h"

namespace kopilka::ledger {
namespace {

using model::ParkedWhy;

constexpr auto kFutureTolerance = model::Span::minutes(5);
constexpr auto kAgeMax = model::Span::hours(365 * 24);
constexpr std::uint16_t kWindowDaysWithoutTerms = 30;

// Who showed the way: the click's or the card's member, and on which channel.
struct Bearer {
  model::MemberId member;
  model::Channel channel{};
};

std::expected<Bearer, ParkedWhy> by_click(const View& view, const registry::Partner& partner,
                                          const model::ReportPurchase& message,
                                          const std::string& click_id) {
  const auto* click = view.ledger.clicks.find({click_id});
  if (click == nullptr) return std::unexpected(ParkedWhy::no_click);
  if (click->partner != message.partner) return std::unexpected(ParkedWhy::wrong_partner);
  const auto date = model::moscow_date(message.purchase_at);
  const auto* in_force = registry::terms_in_force(partner, click->channel, date);
  std::uint16_t window_days = kWindowDaysWithoutTerms;
  if (in_force != nullptr) {
    const auto* terms = view.registry.terms.find(in_force->id);
    if (terms != nullptr) window_days = terms->window_days;
  }
  const auto window_end = click->at + model::Span::hours(std::int64_t{window_days} * 24);
  if (message.purchase_at < click->at || message.purchase_at > window_end)
    return std::unexpected(ParkedWhy::window);
  return Bearer{click->member, click->channel};
}

std::expected<Bearer, ParkedWhy> by_card(const View& view, const model::ReportPurchase& message,
                                         const model::LookupHash& number) {
  const auto* card = view.registry.cards.find(number);
  if (card == nullptr) return std::unexpected(ParkedWhy::unknown_card);
  switch (registry::card_trouble(*card, message.purchase_at)) {
    case registry::CardTrouble::blocked:
      return std::unexpected(ParkedWhy::blocked_card);
    case registry::CardTrouble::expired:
      return std::unexpected(ParkedWhy::expired_card);
    case registry::CardTrouble::none:
      break;
  }
  return Bearer{card->member, model::Channel::offline};
}

}  // namespace

std::expected<Attribution, ParkedWhy> attribute(const View& view,
                                                const model::ReportPurchase& message,
                                                const Trace& trace, model::Instant now) {
  if (message.purchase_at > now + kFutureTolerance) return std::unexpected(ParkedWhy::future);
  if (message.purchase_at < now - kAgeMax) return std::unexpected(ParkedWhy::too_old);
  const auto* partner = view.registry.partners.find(message.partner);
  if (partner == nullptr || (!trace.click_id && !trace.card))
    return std::unexpected(ParkedWhy::no_click);
  const auto bearer = trace.click_id ? by_click(view, *partner, message, *trace.click_id)
                                     : by_card(view, message, *trace.card);
  if (!bearer) return std::unexpected(bearer.error());

  const auto date = model::moscow_date(message.purchase_at);
  if (registry::suspended_on(*partner, date)) return std::unexpected(ParkedWhy::partner_suspended);
  const auto* in_force = registry::terms_in_force(*partner, bearer->channel, date);
  const auto* terms = in_force != nullptr ? view.registry.terms.find(in_force->id) : nullptr;
  if (terms == nullptr) return std::unexpected(ParkedWhy::no_terms);
  if (!names_known_tariffs(message.lines, terms->tariffs))
    return std::unexpected(ParkedWhy::unknown_tariff);
  const auto* member = view.registry.members.find(bearer->member);
  if (member == nullptr || !registry::active_on(*member, date))
    return std::unexpected(ParkedWhy::not_member);
  return Attribution{bearer->member,
                     bearer->channel,
                     in_force->id,
                     terms,
                     registry::organization_on(*member, date),
                     registry::category_on(*member, date)};
}

}  // namespace kopilka::ledger
