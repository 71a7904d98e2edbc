#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "engine/base/wide.h"
#include "engine/ledger/audit_parts.h"

namespace kopilka::ledger {
namespace {

using model::Money;

// Half away from zero; written out here too, so that an error in `model::share` shows.
Money part_of(Money base, model::Rate rate) {
  const auto doubled = base::Int128{base.in_kopecks()} * rate.in_ppm() * 2;
  return Money::kopecks(static_cast<std::int64_t>((doubled + 1'000'000) / 2'000'000));
}

const model::Tariff* tariff_of(const model::EarnedLine& line, const registry::Terms& terms) {
  if (!line.tariff) return terms.tariffs.size() == 1 ? &terms.tariffs.front() : nullptr;
  const auto it = std::ranges::find(terms.tariffs, *line.tariff, &model::Tariff::code);
  return it != terms.tariffs.end() ? &*it : nullptr;
}

// The id of the terms of the channel that the date is in.
std::optional<model::TermsId> in_force(const registry::Partner& partner, model::Channel channel,
                                       model::Date date) {
  const registry::TermsRef* latest = nullptr;
  for (const auto& terms : partner.terms)
    if (terms.channel == channel && terms.valid_from <= date &&
        (latest == nullptr || latest->valid_from < terms.valid_from))
      latest = &terms;
  if (latest == nullptr || (latest->valid_to && *latest->valid_to < date)) return std::nullopt;
  return latest->id;
}

bool earns_as_agreed(const model::EarnedLine& line, const registry::Terms& terms) {
  const auto* tariff = tariff_of(line, terms);
  if (tariff == nullptr || line.rate != tariff->percent) return false;
  if (tariff->percent)
    return line.cashback == part_of(line.base.value_or(line.amount), *tariff->percent);
  // A fixed sum stands on one line of its tariff.
  return line.cashback == Money{} || line.cashback == tariff->fixed;
}

}  // namespace

void PurchaseAudit::operator()(const model::BusinessDayOpened& e) const {
  audit.today_ = e.date;
}

void PurchaseAudit::operator()(const model::ClickRegistered& e) const {
  audit.clicks_.try_emplace(e.click_id,
                            Audit::Click{e.member, e.partner, e.channel, judged.recorded_at});
}

void PurchaseAudit::operator()(const model::PurchaseRecorded& e) const {
  const model::PurchaseId id{judged.seq.value()};
  const bool is_first = audit.actions_.try_emplace({e.partner, e.action_id}, id).second;
  judged.expect(
      is_first, "I-7",
      fmt::format("action {} of partner {} was recorded before", e.action_id, e.partner.value()));
  audit.purchases_[id.value()] = {e.partner, e.member, e.terms, e.release_on};
  membership(e);
  const auto* terms = judged.known.terms.find(e.terms);
  if (terms == nullptr)
    return judged.expect(false, "I-5", fmt::format("no terms {}", e.terms.value()));
  bearer(e, *terms);
  freeze(e, *terms);
  if (e.status != model::PurchaseStatus::declined) return earnings(e, e.terms);
  judged.expect(e.base == Money{} && e.cashback == Money{} && e.commission == Money{}, "I-5",
                "a declined purchase earned something");
}

// One recording, bound to one partner and one member for life.
Audit::Purchase* PurchaseAudit::known_purchase(model::PurchaseId id, model::PartnerId partner,
                                               model::MemberId member) const {
  const auto it = audit.purchases_.find(id.value());
  const bool is_known =
      it != audit.purchases_.end() && it->second.partner == partner && it->second.member == member;
  judged.expect(is_known, "I-7",
                fmt::format("purchase {} is not one of partner {} and member {}", id.value(),
                            partner.value(), member.value()));
  return is_known ? &it->second : nullptr;
}

void PurchaseAudit::operator()(const model::PurchaseAdjusted& e) const {
  const auto* purchase = known_purchase(e.purchase, e.partner, e.member);
  if (purchase != nullptr) earnings(e, purchase->terms);
}

void PurchaseAudit::operator()(const model::CashbackClawedBack& e) const {
  const auto* purchase = known_purchase(e.purchase, e.partner, e.member);
  if (purchase == nullptr) return;
  judged.expect(purchase->released, "I-4",
                fmt::format("purchase {} was not released", e.purchase.value()));
  if (e.status != model::PurchaseStatus::declined) return earnings(e, purchase->terms);
  judged.expect(e.cashback == Money{} && e.commission == Money{}, "I-5",
                fmt::format("purchase {} was declined and earned something", e.purchase.value()));
}

void PurchaseAudit::operator()(const model::FreezeExpired& e) const {
  auto* purchase = known_purchase(e.purchase, e.partner, e.member);
  if (purchase == nullptr) return;
  judged.expect(!purchase->released, "I-4",
                fmt::format("purchase {} is released again", e.purchase.value()));
  judged.expect(audit.today_ && *audit.today_ >= purchase->release_on, "I-6",
                fmt::format("purchase {} is released before {}", e.purchase.value(),
                            to_text(purchase->release_on)));
  purchase->released = true;
}

// I-5: every line by its tariff, rounded once, and the sum of them unless a cap has cut it.
template <class E>
void PurchaseAudit::earnings(const E& e, model::TermsId id) const {
  const auto* terms = judged.known.terms.find(id);
  if (terms == nullptr || e.lines.empty()) return;
  Money cashback;
  Money commission;
  for (const auto& line : e.lines) {
    judged.expect(earns_as_agreed(line, *terms), "I-5",
                  fmt::format("line {} does not earn what terms {} say", line.line, id.value()));
    cashback += line.cashback;
    commission += line.commission;
  }
  judged.expect(
      cashback == e.capped_from.value_or(e.cashback) && e.cashback <= cashback, "I-5",
      fmt::format("the lines earn {}, the purchase {}", to_text(cashback), to_text(e.cashback)));
  judged.expect(commission == e.commission, "I-5", "commission differs from that of the lines");
}

void PurchaseAudit::freeze(const model::PurchaseRecorded& e, const registry::Terms& terms) const {
  const auto date = model::moscow_date(e.purchase_at);
  const auto* partner = judged.known.partners.find(e.partner);
  judged.expect(partner != nullptr && in_force(*partner, e.channel, date) == e.terms, "I-5",
                fmt::format("terms {} were not in force", e.terms.value()));
  judged.expect(e.freeze_days == terms.freeze_days && e.release_on == date + (e.freeze_days + 1),
                "I-6",
                fmt::format("bought on {}, frozen for {} days until {}", to_text(date),
                            terms.freeze_days, to_text(e.release_on)));
}

// I-12: a click or a card, and that it may stand for this purchase.
void PurchaseAudit::bearer(const model::PurchaseRecorded& e, const registry::Terms& terms) const {
  judged.expect(e.click_id.has_value() != e.card.has_value(), "I-12",
                "a purchase has either a click or a card");
  if (e.click_id)
    by_click(e, terms);
  else if (e.card)
    by_card(e);
}

void PurchaseAudit::by_click(const model::PurchaseRecorded& e, const registry::Terms& terms) const {
  const auto it = audit.clicks_.find(*e.click_id);
  if (it == audit.clicks_.end())
    return judged.expect(false, "I-12", fmt::format("click {} is not known", *e.click_id));
  const auto& click = it->second;
  judged.expect(
      click.partner == e.partner && click.member == e.member && click.channel == e.channel, "I-12",
      fmt::format("click {} is another member's, partner's or channel's", *e.click_id));
  const auto end = click.at + model::Span::hours(std::int64_t{24} * terms.window_days);
  judged.expect(click.at <= e.purchase_at && e.purchase_at <= end, "I-12",
                fmt::format("bought outside of the window of click {}", *e.click_id));
}

void PurchaseAudit::by_card(const model::PurchaseRecorded& e) const {
  const auto* card = judged.known.cards.find(*e.card);
  if (card == nullptr) return judged.expect(false, "I-12", "the card is not known");
  judged.expect(card->member == e.member && e.channel == model::Channel::offline, "I-12",
                "the card is another member's, or the purchase not offline");
  judged.expect(!card->blocked_at || e.purchase_at < *card->blocked_at, "I-12",
                "the card was blocked");
  const auto date = model::moscow_date(e.purchase_at);
  const bool is_valid = std::ranges::any_of(
      card->forms, [&](const auto& form) { return !form.valid_to || date <= *form.valid_to; });
  judged.expect(is_valid, "I-12", "the card had expired");
}

// I-13: active on the day of the purchase, by what was known when it was recorded.
void PurchaseAudit::membership(const model::PurchaseRecorded& e) const {
  const auto date = model::moscow_date(e.purchase_at);
  const auto* member = judged.known.members.find(e.member);
  const auto status = member != nullptr ? on_day(member->statuses, date) : std::nullopt;
  judged.expect(status == registry::MembershipStatus::active, "I-13",
                fmt::format("member {} was not active on {}", e.member.value(), to_text(date)));
  if (status != registry::MembershipStatus::active) return;
  judged.expect(on_day(member->organizations, date) == e.organization &&
                    on_day(member->categories, date) == e.category,
                "I-13",
                fmt::format("organisation or category is not that of member {} on {}",
                            e.member.value(), to_text(date)));
}

}  // namespace kopilka::ledger
