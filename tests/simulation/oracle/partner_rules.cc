// Partners, their terms, and clicks.

#include <algorithm>

#include "tests/simulation/oracle/rules.h"

namespace kopilka::simulation {
namespace {

constexpr std::int64_t kRateMin = 10'000;   // 1 %
constexpr std::int64_t kRateMax = 300'000;  // 30 %
constexpr std::int64_t kFreezeDaysMin = 30;
constexpr std::int64_t kFreezeDaysMax = 60;

std::vector<Tariff> tariffs_in(const Fields& fields) {
  std::vector<Tariff> tariffs;
  for (const auto& item : fields.at("tariffs").as_array()) {
    const Fields& raw = item.as_object();
    Tariff tariff;
    tariff.code = text_in(raw, "code");
    tariff.percent = number_if_in(raw, "percent");
    tariff.fixed = number_if_in(raw, "fixed").value_or(0);
    tariff.commission_percent = number_if_in(raw, "commission_percent");
    tariff.commission_fixed = number_if_in(raw, "commission_fixed").value_or(0);
    tariffs.push_back(tariff);
  }
  return tariffs;
}

Terms terms_in(const Fields& fields) {
  Terms terms;
  terms.partner = number_in(fields, "partner_id");
  terms.channel = text_in(fields, "channel");
  terms.tariffs = tariffs_in(fields);
  terms.freeze_days = number_in(fields, "freeze_days");
  terms.window_days = number_in(fields, "window_days");
  terms.cap_per_order = number_if_in(fields, "cap_per_order");
  terms.cap_per_month = number_if_in(fields, "cap_per_month");
  terms.release_policy = text_in(fields, "release_policy");
  terms.valid_from = number_in(fields, "valid_from");
  terms.valid_to = number_if_in(fields, "valid_to");
  return terms;
}

bool out_of_bounds(const Tariff& tariff) {
  return tariff.percent && (*tariff.percent < kRateMin || *tariff.percent > kRateMax);
}

/// The other terms of the same partner and channel.
std::vector<Terms> others_of(const World& world, const Terms& terms) {
  std::vector<Terms> others;
  for (const Terms& other : world.terms) {
    if (other.partner == terms.partner && other.channel == terms.channel) {
      others.push_back(other);
    }
  }
  return others;
}

/// Open-ended terms end where the next begin; every other meeting of two is an overlap.
bool overlap(const Terms& one, const Terms& two) {
  if (one.valid_from == two.valid_from) {
    return true;
  }
  const Terms& earlier = one.valid_from < two.valid_from ? one : two;
  const Terms& later = one.valid_from < two.valid_from ? two : one;
  return earlier.valid_to && *earlier.valid_to >= later.valid_from;
}

}  // namespace

Verdict register_partner(World& world, const Fields& fields, Instant) {
  const std::int64_t id = number_in(fields, "partner_id");
  if (world.partners.contains(id)) {
    return refused("already_exists");
  }
  world.partners[id] = {};
  note(world, "PartnerRegistered");
  return accepted();
}

Verdict publish_terms(World& world, const Fields& fields, Instant at) {
  if (!world.partners.contains(number_in(fields, "partner_id"))) {
    return refused("partner_not_found");
  }
  const Terms terms = terms_in(fields);
  if (std::any_of(terms.tariffs.begin(), terms.tariffs.end(), out_of_bounds)) {
    return refused("rate_out_of_bounds");
  }
  if (terms.freeze_days < kFreezeDaysMin || terms.freeze_days > kFreezeDaysMax) {
    return refused("freeze_out_of_bounds");
  }
  const std::vector<Terms> others = others_of(world, terms);
  if (!others.empty() && terms.valid_from < moscow_day(at)) {
    return refused("retroactive");
  }
  for (const Terms& other : others) {
    if (overlap(terms, other)) {
      return refused("terms_overlap");
    }
  }
  world.terms.push_back(terms);
  note(world, "TermsPublished");
  return accepted();
}

Verdict suspend_partner(World& world, const Fields& fields, Instant) {
  const auto found = world.partners.find(number_in(fields, "partner_id"));
  if (found == world.partners.end()) {
    return refused("partner_not_found");
  }
  const Day day = number_in(fields, "effective_on");
  if (is_suspended_by_last_word(found->second)) {
    return refused("not_active");
  }
  found->second.statuses.push_back({day, "suspended"});
  note(world, "PartnerSuspended");
  return accepted();
}

Verdict resume_partner(World& world, const Fields& fields, Instant) {
  const auto found = world.partners.find(number_in(fields, "partner_id"));
  if (found == world.partners.end()) {
    return refused("partner_not_found");
  }
  const Day day = number_in(fields, "effective_on");
  if (!is_suspended_by_last_word(found->second)) {
    return refused("already_active");
  }
  found->second.statuses.push_back({day, "active"});
  note(world, "PartnerResumed");
  return accepted();
}

Verdict register_click(World& world, const Fields& fields, Instant at) {
  const std::int64_t member = number_in(fields, "member_id");
  if (!world.members.contains(member)) {
    return refused("member_not_found");
  }
  const std::int64_t partner = number_in(fields, "partner_id");
  if (!world.partners.contains(partner)) {
    return refused("partner_not_found");
  }
  const auto id = text_if_in(fields, "click_id");
  for (const Click& click : world.clicks) {
    if (id && click.id == *id) {
      return refused("click_taken");
    }
  }
  // One that the engine names is called by nothing until the caller teaches us its name.
  world.clicks.push_back({id.value_or(""), member, partner, text_in(fields, "channel"), at});
  note(world, "ClickRegistered");
  return accepted();
}

}  // namespace kopilka::simulation
