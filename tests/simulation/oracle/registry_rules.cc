// Organisations, membership, officers and dues.

#include <algorithm>

#include "tests/simulation/oracle/rules.h"

namespace kopilka::simulation {
namespace {

int rank(const std::string& kind) {
  if (kind == "central") {
    return 3;
  }
  if (kind == "regional") {
    return 2;
  }
  return kind == "territorial" ? 1 : 0;
}

Day latest_admission(const Member& member) {
  return *std::max_element(member.admissions.begin(), member.admissions.end());
}

bool before_admission(const Member& member, Day day) {
  return day < latest_admission(member);
}

/// Before the admission, or before a change of status that is already on record.
bool before_latest_change(const Member& member, Day day) {
  return before_admission(member, day) || day < member.statuses.back().from;
}

/// The status on the command's own date; a date before the first admission passes as `wanted`, for
/// another rule refuses it.
std::string status_for_command(const Member& member, Day day, const std::string& wanted) {
  return status_on(member, day).value_or(wanted);
}

/// What a former membership foresaw for that day and later.
template <typename Fact>
void forget_from(Timeline<Fact>& timeline, Day day) {
  std::erase_if(timeline, [&](const Since<Fact>& since) { return since.from >= day; });
}

Verdict change_status(World& world, const Fields& fields, const std::string& to,
                      const std::string& event) {
  Member& member = world.members.at(number_in(fields, "member_id"));
  const Day day = number_in(fields, "effective_on");
  if (before_latest_change(member, day)) {
    return refused("date_before_admission");
  }
  const Day from = to == "terminated" ? day + 1 : day;  // the last day of membership still counts
  member.statuses.push_back({from, to});
  note(world, event);
  return accepted();
}

}  // namespace

Verdict register_organization(World& world, const Fields& fields, Instant) {
  const auto parent = number_if_in(fields, "parent_id");
  if (parent && !world.organizations.contains(*parent)) {
    return refused("organization_not_found");
  }
  const std::int64_t id = number_in(fields, "organization_id");
  if (world.organizations.contains(id)) {
    return refused("already_exists");
  }
  const std::string kind = text_in(fields, "kind");
  if (parent && rank(world.organizations.at(*parent).kind) <= rank(kind)) {
    return refused("parent_not_above");
  }
  world.organizations[id] = {kind, parent};
  note(world, "OrganizationRegistered");
  return accepted();
}

Verdict admit_member(World& world, const Fields& fields, Instant) {
  const std::int64_t organization = number_in(fields, "organization_id");
  if (!world.organizations.contains(organization)) {
    return refused("organization_not_found");
  }
  const std::int64_t id = number_in(fields, "member_id");
  const auto known = world.members.find(id);
  if (known != world.members.end() && known->second.statuses.back().fact != "terminated") {
    return refused("already_exists");
  }
  if (world.organizations.at(organization).kind != "primary") {
    return refused("not_primary");
  }
  const Day admitted_on = number_in(fields, "admitted_on");
  if (number_in(fields, "tenure_from") > admitted_on) {
    return refused("tenure_after_admission");
  }
  if (known != world.members.end() && admitted_on < known->second.statuses.back().from) {
    return refused("date_before_admission");
  }
  Member& member = world.members[id];
  member.statuses.push_back({admitted_on, "active"});
  member.admissions.push_back(admitted_on);
  forget_from(member.organizations, admitted_on);
  forget_from(member.categories, admitted_on);
  member.organizations.push_back({admitted_on, organization});
  member.categories.push_back({admitted_on, text_in(fields, "category")});
  if (fields.contains("name")) {
    member.name = text_in(fields, "name");  // a readmission without a name keeps the known one
  }
  note(world, "MemberAdmitted");
  return accepted();
}

Verdict transfer_member(World& world, const Fields& fields, Instant) {
  const auto found = world.members.find(number_in(fields, "member_id"));
  if (found == world.members.end()) {
    return refused("member_not_found");
  }
  const std::int64_t to = number_in(fields, "to_organization_id");
  if (!world.organizations.contains(to)) {
    return refused("organization_not_found");
  }
  Member& member = found->second;
  const Day day = number_in(fields, "effective_on");
  if (status_for_command(member, day, "active") != "active") {
    return refused("not_active");
  }
  if (before_admission(member, day)) {
    return refused("date_before_admission");
  }
  if (world.organizations.at(to).kind != "primary") {
    return refused("not_primary");
  }
  if (*in_force(member.organizations, day) == to) {
    return refused("same_organization");
  }
  member.organizations.push_back({day, to});
  note(world, "MemberTransferred");
  return accepted();
}

Verdict change_member_category(World& world, const Fields& fields, Instant) {
  const auto found = world.members.find(number_in(fields, "member_id"));
  if (found == world.members.end()) {
    return refused("member_not_found");
  }
  Member& member = found->second;
  const Day day = number_in(fields, "effective_on");
  if (status_for_command(member, day, "active") != "active") {
    return refused("not_active");
  }
  if (before_admission(member, day)) {
    return refused("date_before_admission");
  }
  const std::string category = text_in(fields, "category");
  if (*in_force(member.categories, day) == category) {
    return refused("same_category");
  }
  member.categories.push_back({day, category});
  note(world, "MemberCategoryChanged");
  return accepted();
}

Verdict suspend_membership(World& world, const Fields& fields, Instant) {
  const auto found = world.members.find(number_in(fields, "member_id"));
  if (found == world.members.end()) {
    return refused("member_not_found");
  }
  const Day day = number_in(fields, "effective_on");
  if (status_for_command(found->second, day, "active") != "active") {
    return refused("not_active");
  }
  return change_status(world, fields, "suspended", "MembershipSuspended");
}

Verdict reinstate_membership(World& world, const Fields& fields, Instant) {
  const auto found = world.members.find(number_in(fields, "member_id"));
  if (found == world.members.end()) {
    return refused("member_not_found");
  }
  const Day day = number_in(fields, "effective_on");
  const std::string status = status_for_command(found->second, day, "suspended");
  if (status == "terminated") {
    return refused("not_active");
  }
  if (status == "active") {
    return refused("already_active");
  }
  return change_status(world, fields, "active", "MembershipReinstated");
}

Verdict terminate_membership(World& world, const Fields& fields, Instant) {
  const auto found = world.members.find(number_in(fields, "member_id"));
  if (found == world.members.end()) {
    return refused("member_not_found");
  }
  const Day day = number_in(fields, "effective_on");
  if (status_for_command(found->second, day, "active") == "terminated") {
    return refused("not_active");
  }
  return change_status(world, fields, "terminated", "MembershipTerminated");
}

Verdict report_headcount(World& world, const Fields& fields, Instant) {
  const std::int64_t organization = number_in(fields, "organization_id");
  if (!world.organizations.contains(organization)) {
    return refused("organization_not_found");
  }
  world.headcounts.push_back({organization, number_in(fields, "as_of"),
                              number_in(fields, "employees"), number_in(fields, "pedagogues"),
                              number_in(fields, "students")});
  note(world, "HeadcountReported");
  return accepted();
}

Verdict elect_officer(World& world, const Fields& fields, Instant) {
  OfficerTerm wanted;
  wanted.organization = number_in(fields, "organization_id");
  wanted.member = number_in(fields, "member_id");
  wanted.role = text_in(fields, "role");
  wanted.from = number_in(fields, "from");
  wanted.to = number_if_in(fields, "to");
  wanted.full_time = fields.at("full_time").as_bool();
  if (!world.organizations.contains(wanted.organization)) {
    return refused("organization_not_found");
  }
  const auto found = world.members.find(wanted.member);
  if (found == world.members.end()) {
    return refused("member_not_found");
  }
  if (status_for_command(found->second, wanted.from, "active") != "active") {
    return refused("not_active");
  }
  if (before_admission(found->second, wanted.from)) {
    return refused("date_before_admission");
  }
  for (const OfficerTerm& term : world.officers) {
    const bool same_office = term.organization == wanted.organization && term.role == wanted.role;
    const bool over_before = term.to && *term.to < wanted.from;
    const bool begins_after = wanted.to && *wanted.to < term.from;
    if (same_office && (wanted.role == "chair" || term.member == wanted.member) && !over_before &&
        !begins_after) {
      return refused("office_taken");
    }
  }
  world.officers.push_back(wanted);
  note(world, "OfficerElected");
  return accepted();
}

Verdict end_officer_term(World& world, const Fields& fields, Instant) {
  const std::int64_t organization = number_in(fields, "organization_id");
  if (!world.organizations.contains(organization)) {
    return refused("organization_not_found");
  }
  const std::int64_t member = number_in(fields, "member_id");
  if (!world.members.contains(member)) {
    return refused("member_not_found");
  }
  const Day day = number_in(fields, "effective_on");
  for (std::size_t i = 0; i < world.officers.size(); ++i) {
    OfficerTerm& term = world.officers[i];
    if (term.organization != organization || term.member != member ||
        term.role != text_in(fields, "role") || term.from > day || (term.to && *term.to < day)) {
      continue;
    }
    if (term.from == day) {
      world.officers.erase(world.officers.begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      term.to = day - 1;
    }
    note(world, "OfficerTermEnded");
    return accepted();
  }
  return refused("not_active");
}

Verdict pay_dues(World& world, const Fields& fields, Instant at) {
  DuesPayment payment;
  payment.member = number_in(fields, "member_id");
  payment.period = number_in(fields, "period");
  payment.base = number_in(fields, "base");
  payment.percent = number_in(fields, "percent");
  payment.amount = number_in(fields, "amount");
  payment.paid_on = number_in(fields, "paid_on");
  const auto found = world.members.find(payment.member);
  if (found == world.members.end()) {
    return refused("member_not_found");
  }
  const Member& member = found->second;
  if (payment.paid_on > moscow_day(at)) {
    return refused("day_not_reached");
  }
  const Day last = last_of_month(payment.period);
  bool is_on_register = false;
  bool was_member = false;
  for (Day day = payment.period; day <= last; ++day) {
    const auto status = status_on(member, day);
    is_on_register = is_on_register || (status && *status != "terminated");
    was_member = was_member || status;
  }
  if (!is_on_register) {
    return refused(was_member ? "not_active" : "date_before_admission");
  }
  for (const DuesPayment& known : world.dues) {
    if (known.member == payment.member && known.period == payment.period) {
      return refused("already_paid");
    }
  }
  payment.organization = *in_force(member.organizations, last);
  world.dues.push_back(payment);
  note(world, "DuesPaid");
  return accepted();
}

}  // namespace kopilka::simulation
