// What the oracle answers when it is read.

#include "tests/simulation/oracle/oracle.h"
#include "tests/simulation/oracle/world.h"

namespace kopilka::simulation {
namespace {

constexpr int kChart[] = {1100, 1200, 1210, 1220, 1400, 2100, 2110, 2120, 2130,
                          2200, 2210, 2500, 4100, 4200, 5200, 5300, 5500};

/// Whether `organization` is `root` or stands somewhere below it.
bool is_within(const World& world, std::int64_t organization, std::int64_t root) {
  std::optional<std::int64_t> at = organization;
  while (at && *at != root) {
    at = world.organizations.at(*at).parent;
  }
  return at.has_value();
}

std::optional<Day> admitted_last(const Member& member, Day day) {
  std::optional<Day> since;
  for (const Day admission : member.admissions) {
    if (admission <= day && (!since || admission > *since)) {
      since = admission;
    }
  }
  return since;
}

}  // namespace

Balance Oracle::balance(std::int64_t member) const {
  const World& world = *world_;
  return {-balance_of(world, 2100, member), available_of(world, member),
          -balance_of(world, 2120, member), -balance_of(world, 2130, member),
          debt_of(world, member),           held_of(world, member)};
}

bool Oracle::knows_member(std::int64_t member) const {
  return world_->members.contains(member);
}

std::map<std::string, Kopecks> Oracle::trial_balance() const {
  std::map<std::string, Kopecks> chart;
  for (const int account : kChart) {
    chart[std::to_string(account)] = 0;
  }
  for (const auto& [of, sum] : world_->books) {
    chart.at(std::to_string(of.first)) += sum;
  }
  return chart;
}

PartnerBalance Oracle::partner_balance(std::int64_t partner) const {
  const World& world = *world_;
  return {balance_of(world, 1200, partner), balance_of(world, 1210, partner),
          balance_of(world, 1220, partner), -balance_of(world, 2210, partner)};
}

std::optional<PurchaseView> Oracle::purchase(std::int64_t partner, std::string_view action) const {
  const PurchaseKey key = {partner, std::string(action)};
  const auto found = world_->purchases.find(key);
  if (found == world_->purchases.end()) {
    return std::nullopt;
  }
  const Purchase& purchase = found->second;
  PurchaseView view;
  if (purchase.stage != Stage::recorded) {
    view.state = purchase.stage == Stage::parked ? "unattributed" : "expired";
    view.why = purchase.why;
    return view;
  }
  view.state = "recorded";
  view.member_id = purchase.member;
  view.organization_id = purchase.organization;
  view.category = purchase.category;
  view.channel = purchase.channel;
  view.partner_state = purchase.partner_state;
  view.member_state = purchase.member_state;
  view.held = purchase.partner_state != "declined" &&
              is_held(*world_, "purchase", hold_id_of_purchase(key));
  view.base = purchase.sums.base;
  view.cashback = purchase.sums.cashback;
  view.commission = purchase.sums.commission;
  view.released = purchase.member_state == "released" ? purchase.sums.cashback : 0;
  view.release_on = purchase.release_on;
  return view;
}

std::optional<WithdrawalView> Oracle::withdrawal(std::int64_t member,
                                                 std::string_view request_key) const {
  for (const Withdrawal& withdrawal : world_->withdrawals) {
    if (withdrawal.member == member && withdrawal.request_key == request_key) {
      return WithdrawalView{withdrawal.member, withdrawal.request_key, withdrawal.method,
                            withdrawal.amount, withdrawal.state,       withdrawal.due_at};
    }
  }
  return std::nullopt;
}

std::vector<RosterRow> Oracle::roster(std::int64_t organization, std::optional<Day> day) const {
  const World& world = *world_;
  std::vector<RosterRow> rows;
  if (!world.organizations.contains(organization) || !world.last_recorded_at) {
    return rows;
  }
  const Day on = day.value_or(moscow_day(*world.last_recorded_at));
  for (const auto& [id, member] : world.members) {
    const auto status = status_on(member, on);
    if (!status || *status == "terminated") {
      continue;
    }
    const std::int64_t home = *in_force(member.organizations, on);
    if (is_within(world, home, organization)) {
      rows.push_back(
          {id, home, *in_force(member.categories, on), *status, *admitted_last(member, on)});
    }
  }
  return rows;
}

std::map<Day, Headcount> Oracle::headcounts(std::int64_t organization) const {
  std::map<Day, Headcount> reports;
  for (const HeadcountReport& report : world_->headcounts) {
    if (report.organization == organization) {
      reports[report.as_of] = {report.employees, report.pedagogues, report.students};
    }
  }
  return reports;
}

std::vector<TermView> Oracle::terms_of_office(std::int64_t organization) const {
  std::vector<TermView> terms;
  for (const OfficerTerm& term : world_->officers) {
    if (term.organization == organization) {
      terms.push_back({term.member, term.role, term.from, term.to, term.full_time});
    }
  }
  return terms;
}

std::map<Day, DuesView> Oracle::dues(std::int64_t member) const {
  std::map<Day, DuesView> payments;
  for (const DuesPayment& payment : world_->dues) {
    if (payment.member == member) {
      payments[payment.period] = {payment.organization, payment.base, payment.percent,
                                  payment.amount, payment.paid_on};
    }
  }
  return payments;
}

std::optional<Day> Oracle::business_day() const {
  return world_->business_day;
}

std::optional<Instant> Oracle::last_recorded_at() const {
  return world_->last_recorded_at;
}

std::vector<std::int64_t> Oracle::organizations() const {
  std::vector<std::int64_t> ids;
  for (const auto& [id, organization] : world_->organizations) {
    ids.push_back(id);
  }
  return ids;
}

std::vector<std::int64_t> Oracle::members() const {
  std::vector<std::int64_t> ids;
  for (const auto& [id, member] : world_->members) {
    ids.push_back(id);
  }
  return ids;
}

std::vector<std::int64_t> Oracle::partners() const {
  std::vector<std::int64_t> ids;
  for (const auto& [id, partner] : world_->partners) {
    ids.push_back(id);
  }
  return ids;
}

std::vector<std::pair<std::int64_t, std::string>> Oracle::actions() const {
  std::vector<std::pair<std::int64_t, std::string>> keys;
  for (const auto& [key, purchase] : world_->purchases) {
    keys.push_back(key);
  }
  return keys;
}

std::vector<std::pair<std::int64_t, std::string>> Oracle::withdrawals() const {
  std::vector<std::pair<std::int64_t, std::string>> keys;
  for (const Withdrawal& withdrawal : world_->withdrawals) {
    keys.emplace_back(withdrawal.member, withdrawal.request_key);
  }
  return keys;
}

}  // namespace kopilka::simulation
