#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gmock/gmock.h>

#include "engine/registry/decide.h"
#include "engine/registry/fold.h"
#include "engine/registry/queries.h"
#include "projections/statistics/agreement.h"
#include "projections/statistics/statistics.h"
#include "tests/support/times.h"

// The statistics against a naive count: a union that lives as the register allows, with facts told
// late, early and again, and then every organisation and many days, day by day and person by
// person, from nothing but the register's rows and the list of what was accepted.
namespace kopilka::projections::statistics {
namespace {

using model::Date;
using model::MemberId;
using model::OrganizationId;
using registry::MembershipStatus;
using support::day;

constexpr std::uint64_t kMembers = 25;
constexpr std::int32_t kDays = 3 * 365;  // from kFirst on
const Date kFirst = day("2018-01-01");

// The same numbers for the same seed.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed * 0x9E37'79B9'7F4A'7C15U + 1) {}
  std::uint64_t roll(std::uint64_t sides) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return (state_ >> 11) % sides;
  }

 private:
  std::uint64_t state_;
};

// Central 1 > regions 2 and 3 > territory 4 below 2 > primaries 10 to 13 below 4, 2, 3, 3.
const std::map<std::uint64_t, std::optional<std::uint64_t>> kParents{
    {1, std::nullopt}, {2, 1}, {3, 1}, {4, 2}, {10, 4}, {11, 2}, {12, 3}, {13, 3}};

model::OrganizationRegistered registered(std::uint64_t id) {
  using enum model::OrganizationKind;
  model::OrganizationRegistered event;
  event.organization = OrganizationId{id};
  event.kind = id == 1 ? central : id < 4 ? regional : id == 4 ? territorial : primary;
  if (const auto parent = kParents.at(id)) event.parent = OrganizationId{*parent};
  return event;
}

bool is_below(OrganizationId organization, std::uint64_t top) {
  for (std::optional<std::uint64_t> id = organization.value(); id; id = kParents.at(*id))
    if (*id == top) return true;
  return false;
}

// What the naive count knows: the register's rows, and the days on which somebody came or left.
struct Known {
  registry::Tables tables;
  std::set<std::pair<MemberId, Date>> admissions;
  std::set<std::pair<MemberId, Date>> last_days;

  void fold(const model::Event& event) {
    std::visit(
        [&](const auto& fact) {
          if constexpr (requires { registry::fold(tables, fact, model::Seq{}, model::Instant{}); })
            registry::fold(tables, fact, model::Seq{1}, {});
        },
        event);
    if (const auto* admitted = std::get_if<model::MemberAdmitted>(&event))
      admissions.emplace(admitted->member, admitted->admitted_on);
    if (const auto* ended = std::get_if<model::MembershipTerminated>(&event))
      last_days.emplace(ended->member, ended->last_day);
  }
};

// Lives that the register allows.
class Lives {
 public:
  explicit Lives(std::uint64_t seed) : dice_(seed) {
    for (const auto& [id, parent] : kParents)
      take(registered(id));
  }
  std::vector<model::Event> live(std::size_t commands) {
    for (std::size_t i = 0; i < commands; ++i)
      try_something();
    return std::move(events_);
  }

 private:
  void try_something() {
    switch (dice_.roll(9)) {
      case 0:
      case 1:
        return admit();
      case 2:
      case 3:
        return decide(model::TransferMember{member(), primary(), some_day()});
      case 4:
        return decide(model::ChangeMemberCategory{
            member(), static_cast<model::MemberCategory>(dice_.roll(4)), some_day()});
      case 5:
        return decide(model::SuspendMembership{member(), some_day(), std::nullopt});
      case 6:
        return decide(model::ReinstateMembership{member(), some_day(), std::nullopt});
      default:
        return decide(model::TerminateMembership{
            member(), static_cast<model::TerminationReason>(dice_.roll(7)), some_day()});
    }
  }
  void admit() {
    model::AdmitMember command;
    command.member = member();
    command.organization = primary();
    command.category = static_cast<model::MemberCategory>(dice_.roll(4));
    command.admitted_on = some_day();
    // Often on the very day after the last one.
    const auto* known = known_.tables.members.find(command.member);
    if (known != nullptr && dice_.roll(2) == 0) command.admitted_on = known->statuses.back().from;
    if (dice_.roll(2) == 0) command.sex = static_cast<model::Sex>(dice_.roll(2));
    if (dice_.roll(2) == 0)
      command.birth_month =
          model::month_number(kFirst) - static_cast<std::int32_t>(150 + dice_.roll(600));
    decide(command);
  }
  void decide(const auto& command) {
    const auto decision = registry::decide(known_.tables, command, {});
    if (!decision) return;
    for (const auto& dated : *decision)
      take(dated.event);
  }
  void take(const model::Event& event) {
    known_.fold(event);
    events_.push_back(event);
  }
  MemberId member() { return MemberId{1 + dice_.roll(kMembers)}; }
  OrganizationId primary() { return OrganizationId{10 + dice_.roll(4)}; }
  Date some_day() { return kFirst + static_cast<std::int32_t>(dice_.roll(kDays)); }

  Dice dice_;
  Known known_;
  std::vector<model::Event> events_;
};

struct Naive {
  Count total{0};
  std::array<Count, 4> by_category{};
  Count suspended{0};
  Count joined{0};
  Count left{0};
  Count in{0};
  Count out{0};
  bool operator==(const Naive&) const = default;
};
void PrintTo(const Naive& naive, std::ostream* out) {
  *out << naive.total << " members, " << naive.suspended << " suspended, " << naive.joined
       << " joined, " << naive.left << " left, " << naive.in << " in, " << naive.out << " out";
}

Naive count_naively(const Known& known, std::uint64_t top, Date as_of) {
  Naive naive;
  const auto first = model::from_civil({.year = model::to_civil(as_of).year});
  const auto was_below = [&](const registry::Member& member, Date date) {
    return is_below(organization_on(member, date), top);
  };
  known.tables.members.for_each_loaded([&](MemberId id, const registry::Member& member) {
    const auto is_member = [&](Date date) {
      const auto status = status_on(member, date);
      return status == MembershipStatus::active || status == MembershipStatus::suspended;
    };
    if (is_member(as_of) && was_below(member, as_of)) {
      ++naive.total;
      ++naive.by_category.at(static_cast<std::size_t>(category_on(member, as_of)));
      naive.suspended += status_on(member, as_of) == MembershipStatus::suspended ? 1U : 0U;
    }
    for (auto date = first; date <= as_of; date = date + 1) {
      const bool begins = known.admissions.contains({id, date});
      if (begins && was_below(member, date)) ++naive.joined;
      if (known.last_days.contains({id, date}) && was_below(member, date)) ++naive.left;
      if (begins || !is_member(date) || !is_member(date - 1)) continue;
      const bool inside = was_below(member, date);
      const bool before = was_below(member, date - 1);
      naive.in += inside && !before ? 1U : 0U;
      naive.out += !inside && before ? 1U : 0U;
    }
  });
  return naive;
}

Naive from(const Numbers& n) {
  return {n.total,  n.by_category,    n.suspended,      n.joined,
          n.left(), n.transferred_in, n.transferred_out};
}

void fold_all(Statistics& model, const std::vector<model::Event>& events, std::size_t end) {
  for (std::size_t i = 0; i < end; ++i)
    ASSERT_TRUE(model.fold({{}, events[i]}, model::Seq{i + 1}, {}));
}

// The first `end` events are what was known then.
void compare(const std::vector<model::Event>& events, std::size_t end, Dice& dice) {
  Known known;
  Statistics model;
  fold_all(model, events, end);
  for (std::size_t i = 0; i < end; ++i)
    known.fold(events[i]);
  for (int i = 0; i < 12; ++i) {
    const auto as_of = kFirst + static_cast<std::int32_t>(dice.roll(kDays + 100));
    const auto whole =
        Statistics::Reader(model, nullptr).report(OrganizationId{1}, as_of).value().value();
    EXPECT_THAT(disagreements(whole, known.tables), testing::IsEmpty());
    for (const auto& line : whole.lines) {
      const auto top = line.organization;
      EXPECT_EQ(from(line.numbers), count_naively(known, top.value(), as_of))
          << top.value() << " on " << to_text(as_of) << " after " << end;
      const auto alone = Statistics::Reader(model, nullptr).report(top, as_of).value().value();
      EXPECT_EQ(alone.lines.front().numbers, line.numbers) << "asked for itself";
    }
  }
}

TEST(StatisticsProperty, are_those_of_a_naive_count_in_both_clocks) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto events = Lives(seed).live(400);
    ASSERT_GT(events.size(), 60U);
    Dice dice(seed + 100);
    for (const auto end : {events.size(), events.size() / 2, events.size() / 4})
      compare(events, end, dice);
  }
}

// Members at the end = at the beginning + joined − left + transferred in − out.
TEST(StatisticsProperty, end_a_year_with_whom_it_began_and_who_came_and_went) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto events = Lives(seed).live(300);
    Statistics model;
    fold_all(model, events, events.size());
    for (const auto* year : {"2018", "2019", "2020"}) {
      const auto begin = day(std::string(year) + "-01-01") - 1;
      const auto end = day(std::string(year) + "-12-31");
      const Statistics::Reader reader(model, nullptr);
      const auto before = reader.report(OrganizationId{1}, begin).value().value();
      const auto after = reader.report(OrganizationId{1}, end).value().value();
      for (std::size_t i = 0; i < after.lines.size(); ++i) {
        const auto& n = after.lines[i].numbers;
        EXPECT_EQ(before.lines[i].numbers.total + n.joined + n.transferred_in,
                  n.total + n.left() + n.transferred_out)
            << "seed " << seed << ", organisation " << after.lines[i].organization.value();
      }
    }
  }
}

// What was believed at some position never changes, however many corrections follow: it is folded
// from what came before them.
TEST(StatisticsProperty, of_a_closed_report_stand_as_they_were_known) {
  const auto events = Lives(3).live(400);
  Statistics growing;
  std::map<std::size_t, Report> closed;
  const auto report_of = [](const Statistics& model) {
    return Statistics::Reader(model, nullptr)
        .report(OrganizationId{1}, day("2019-01-01"))
        .value()
        .value();
  };
  for (std::size_t i = 0; i < events.size(); ++i) {
    ASSERT_TRUE(growing.fold({{}, events[i]}, model::Seq{i + 1}, {}));
    if (i % 20 == 10) closed.emplace(i + 1, report_of(growing));
  }
  std::set<Count> totals;
  for (const auto& [end, report] : closed) {
    Statistics as_known;
    fold_all(as_known, events, end);
    const auto again = report_of(as_known);
    ASSERT_EQ(again.lines.size(), report.lines.size());
    for (std::size_t i = 0; i < report.lines.size(); ++i)
      EXPECT_EQ(again.lines[i].numbers, report.lines[i].numbers);
    totals.insert(report.lines.front().numbers.total);
  }
  EXPECT_GT(totals.size(), 3U) << "corrections changed what is known of that day";
}

}  // namespace
}  // namespace kopilka::projections::statistics
