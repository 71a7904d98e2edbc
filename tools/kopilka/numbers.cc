#include "tools/kopilka/numbers.h"

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "projections/statistics/statistics.h"
#include "tools/kopilka/csv.h"
#include "tools/kopilka/organization_register.h"
#include "tools/kopilka/shown.h"
#include "tools/kopilka/table.h"

namespace kopilka::tools {
namespace {

using projections::statistics::AgeBand;
using projections::statistics::Count;
using projections::statistics::KnownSex;
using projections::statistics::Numbers;
using projections::statistics::Report;
using projections::statistics::TenureBand;

// Hundredths of a percent, rounded half up. REQUIRES: whole > 0
Count hundredths(Count part, Count whole) {
  return (part * 20'000 + whole) / (2 * whole);
}
std::string percent(Count part, Count whole, char point) {
  const auto value = hundredths(part, whole);
  return fmt::format("{}{}{:02}", value / 100, point, value % 100);
}

// Hands `out` every number under its name, groups of them between `begin(name)` and `end()`: the
// one order and the one set of names for every form that programs read.
template <class Out>
struct Figures {
  Out& out;

  void all(const Numbers& n) const {
    members(n);
    movements(n);
    shops(n);
    rest(n);
  }

 private:
  template <model::Named E>
  void by(std::string_view name, const auto& counts) const {
    out.begin(name);
    each<E>(counts);
    out.end();
  }
  template <model::Named E>
  void each(const auto& counts) const {
    for (std::size_t i = 0; i < counts.size(); ++i)
      out.figure(model::name_of(static_cast<E>(i)), counts.at(i));
  }

  void members(const Numbers& n) const {
    out.begin("members");
    out.figure("total", n.total);
    each<model::MemberCategory>(n.by_category);
    out.end();
  }
  void movements(const Numbers& n) const {
    out.figure("joined", n.joined);
    out.figure("left", n.left());
    out.figure("transferred_in", n.transferred_in);
    out.figure("transferred_out", n.transferred_out);
  }
  void shops(const Numbers& n) const {
    const auto& funds = n.cashback.funds;
    out.figure("purchases", n.purchases);
    out.begin("cashback");
    out.figure("frozen", funds.frozen);
    out.figure("available", funds.available);
    out.figure("reserved", funds.reserved);
    out.figure("in_flight", funds.in_flight);
    out.figure("debt", funds.debt);
    out.figure("withdrawn", n.cashback.withdrawn);
    out.end();
    out.figure("purchases_in_year", n.purchases_in_year);
    out.figure("active_buyers", n.active_buyers);
  }
  void rest(const Numbers& n) const {
    out.figure("organizations", n.organizations);
    sexes_and_ages(n);
    by<TenureBand>("by_tenure", n.by_tenure);
    out.figure("suspended", n.suspended);
    out.figure("pedagogues", n.pedagogues);
    out.begin("joined_by_reason");
    out.figure("first_time", n.joined - n.rejoined);
    out.figure("again", n.rejoined);
    out.end();
    by<model::TerminationReason>("left_by_reason", n.left_by_reason);
    by<model::CardForm>("cards", n.by_card);
    out.figure("accounts", n.accounts);
    out.begin("dues");
    out.figure("payments", n.dues_payments);
    out.figure("amount", n.dues);
    out.end();
    headcounts(n);
    by<model::OfficerRole>("officers", n.officers);
  }
  void sexes_and_ages(const Numbers& n) const {
    out.begin("by_sex_and_age");
    for (std::size_t category = 0; category < n.by_sex_age.size(); ++category) {
      out.begin(model::name_of(static_cast<model::MemberCategory>(category)));
      const auto& sexes = n.by_sex_age.at(category);
      for (std::size_t sex = 0; sex < sexes.size(); ++sex)
        by<AgeBand>(model::name_of(static_cast<KnownSex>(sex)), sexes.at(sex));
      out.end();
    }
    out.end();
  }
  void headcounts(const Numbers& n) const {
    out.begin("headcount");
    out.figure("organizations", n.headcount_reports);
    out.figure("employees", n.employees);
    out.figure("pedagogues", n.headcount_pedagogues);
    out.figure("students", n.headcount_students);
    out.end();
    out.begin("density");
    share("members", n.covered_members, n.employees);
    share("employees", n.covered_workers, n.employees);
    share("students", n.covered_students, n.headcount_students);
    out.end();
  }
  void share(std::string_view name, Count part, Count whole) const {
    if (whole > 0)
      out.figure(name, percent(part, whole, '.'));
    else
      out.absent(name);
  }
};

struct JsonFigures {
  codec::JsonWriter& to;
  void begin(std::string_view name) {
    to.name(name);
    to.begin_object();
  }
  void end() { to.end_object(); }
  void figure(std::string_view name, const auto& value) { to.member(name, value); }
  void absent(std::string_view) {}
};

// Names are paths: `members.total`.
struct CsvFigures {
  std::vector<std::string> names;
  std::vector<std::string> values;

  void begin(std::string_view name) { path_.push_back(path() + std::string(name) + '.'); }
  void end() { path_.pop_back(); }
  void figure(std::string_view name, Count count) { add(name, std::to_string(count)); }
  void figure(std::string_view name, model::Money money) { add(name, to_text(money)); }
  void figure(std::string_view name, const std::string& text) { add(name, text); }
  void absent(std::string_view name) { add(name, {}); }

 private:
  [[nodiscard]] std::string path() const { return path_.empty() ? std::string() : path_.back(); }
  void add(std::string_view name, std::string value) {
    names.push_back(path() + std::string(name));
    values.push_back(std::move(value));
  }
  std::vector<std::string> path_;
};

// "voluntary 1, graduated 2"; those that are not zero.
template <model::Named E>
std::string listed(const auto& counts) {
  std::string text;
  for (std::size_t i = 0; i < counts.size(); ++i)
    if (counts.at(i) > 0)
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", model::name_of(static_cast<E>(i)),
                          shown_count(counts.at(i)));
  return text.empty() ? "none" : text;
}

// A category a line, with its sexes and ages side by side; the sum below.
std::string members_table(const Numbers& n, const Console& console) {
  constexpr std::size_t kSexes = 3;
  constexpr std::size_t kAges = 6;
  std::vector<Column> columns{{"members"}, {"all", Align::right}};
  for (const auto* sex : {"women", "men", "sex unknown"})
    columns.push_back({sex, Align::right});
  for (const auto* age :
       {"under 14", "14\u201317", "18\u201334", "35\u201354", "55+", "age unknown"})
    columns.push_back({age, Align::right});
  Table table(columns);
  std::vector<Count> sums(columns.size());
  const auto add = [&](std::string title, const std::vector<Count>& counts) {
    std::vector<std::string> cells{"  " + std::move(title)};
    for (std::size_t i = 0; i < counts.size(); ++i) {
      cells.push_back(shown_count(counts[i]));
      sums[i] += counts[i];
    }
    table.add(std::move(cells));
  };
  for (std::size_t category = 0; category < n.by_category.size(); ++category) {
    std::vector<Count> counts(1 + kSexes + kAges);
    counts[0] = n.by_category.at(category);
    for (std::size_t sex = 0; sex < kSexes; ++sex)
      for (std::size_t age = 0; age < kAges; ++age) {
        const auto some = n.by_sex_age.at(category).at(sex).at(age);
        counts[1 + sex] += some;
        counts[1 + kSexes + age] += some;
      }
    add(std::string(model::name_of(static_cast<model::MemberCategory>(category))), counts);
  }
  table.rule();
  sums.resize(1 + kSexes + kAges);
  add("total", std::vector<Count>(sums));
  return table.text(console);
}

std::string density_text(const Numbers& n) {
  std::string text;
  const auto add = [&](const char* of, Count part, Count whole) {
    if (whole > 0)
      text +=
          fmt::format("{}{}\u202f% of {}", text.empty() ? "" : ", ", percent(part, whole, ','), of);
  };
  add("employees work and are members", n.covered_workers, n.employees);
  add("students are members", n.covered_students, n.headcount_students);
  return text;
}

std::string figures_table(const Numbers& n, const Console& console) {
  Table table({{""}, {""}});
  const auto line = [&](const char* what, std::string value) {
    table.add({std::string("  ") + what, std::move(value)});
  };
  const auto& cashback = n.cashback;
  line("organisations", shown_count(n.organizations) + ", itself included");
  line("tenure", listed<TenureBand>(n.by_tenure));
  line("joined in the year",
       fmt::format("{}, of them {} again", shown_count(n.joined), shown_count(n.rejoined)));
  line("left in the year", n.left() == 0
                               ? "0"
                               : fmt::format("{}: {}", shown_count(n.left()),
                                             listed<model::TerminationReason>(n.left_by_reason)));
  line("transferred in, out",
       fmt::format("{}, {}", shown_count(n.transferred_in), shown_count(n.transferred_out)));
  line("suspended", shown_count(n.suspended));
  line("pedagogues", shown_count(n.pedagogues));
  line("cards", listed<model::CardForm>(n.by_card));
  line("accounts", shown_count(n.accounts));
  line("purchases",
       fmt::format("{}, {} in the year, by {}", shown_count(n.purchases),
                   shown_count(n.purchases_in_year), shown_count(n.active_buyers, "buyer")));
  line("cashback, RUB",
       fmt::format("{} frozen, {} available, {} withdrawn", shown(cashback.funds.frozen),
                   shown(cashback.funds.available), shown(cashback.withdrawn)));
  line("", fmt::format("{} reserved, {} in flight, {} debt", shown(cashback.funds.reserved),
                       shown(cashback.funds.in_flight), shown(cashback.funds.debt)));
  line("dues in the year, RUB",
       fmt::format("{} in {}", shown(n.dues), shown_count(n.dues_payments, "payment")));
  if (n.headcount_reports > 0) {
    line("headcount",
         fmt::format("{} ({}), {}; reported by {}", shown_count(n.employees, "employee"),
                     shown_count(n.headcount_pedagogues, "pedagogue"),
                     shown_count(n.headcount_students, "student"),
                     shown_count(n.headcount_reports, "organisation")));
    if (const auto density = density_text(n); !density.empty()) line("density", density);
  }
  line("officers", listed<model::OfficerRole>(n.officers));
  return table.text(console);
}

// What every movement adds up to for each holder, or those that were true by then.
Outcome<std::vector<projections::statements::Totals>> read_totals(app::Reader& reader,
                                                                  const ReportReading& reading,
                                                                  const AsOf& as_of) {
  std::vector<projections::statements::Totals> totals;
  if (!as_of.until && reader.position() == reading.position) {
    for (const auto& holder : reading.report.holders) {
      KOPILKA_TRY_ASSIGN(const auto money,
                         reader.row(reader.state().ledger.members, holder.member));
      totals.push_back(money ? projections::statements::Totals{money->funds, money->paid_out}
                             : projections::statements::Totals{});
    }
    return totals;
  }
  std::vector<model::MemberId> members;
  members.reserve(reading.report.holders.size());
  for (const auto& holder : reading.report.holders)
    members.push_back(holder.member);
  KOPILKA_TRY_ASSIGN(const auto statements, reader.statements());
  KOPILKA_TRY_ASSIGN(totals, statements.reader.totals(
                                 members, {.as_of = as_of.until, .as_known = reading.position}));
  return totals;
}

}  // namespace

Outcome<ReportReading> read_report(app::Reader& reader, model::OrganizationId id,
                                   const AsOf& as_of) {
  KOPILKA_TRY_ASSIGN(const auto statistics, reader.read<projections::statistics::Statistics>());
  KOPILKA_TRY_ASSIGN(auto report,
                     statistics.reader.report(id, as_of.day_or(statistics.at.recorded_at)));
  if (!report) return no_such_organization(id, statistics.at.seq);
  ReportReading reading{std::move(*report), statistics.at.seq};
  KOPILKA_TRY_ASSIGN(const auto totals, read_totals(reader, reading, as_of));
  count_cashback(reading.report, totals);
  return reading;
}

void write_numbers(codec::JsonWriter& out, const Report& report) {
  JsonFigures figures{out};
  Figures{figures}.all(report.lines.front().numbers);
}

std::string numbers_text(const Report& report, const Console& console) {
  const auto& numbers = report.lines.front().numbers;
  return members_table(numbers, console) + figures_table(numbers, console);
}

Outcome<std::string> numbers_csv(const app::Reader& reader, const ReportReading& reading) {
  std::string text;
  const auto& report = reading.report;
  for (const auto& line : report.lines) {
    CsvFigures figures;
    Figures{figures}.all(line.numbers);
    if (text.empty()) {
      std::vector<std::string> titles{"organization_id", "parent_id", "kind", "name", "as_of"};
      titles.insert(titles.end(), figures.names.begin(), figures.names.end());
      titles.emplace_back("position");
      text = csv_line(titles);
    }
    KOPILKA_TRY_ASSIGN(const auto row,
                       reader.row(reader.state().registry.organizations, line.organization));
    std::vector<std::string> cells{std::to_string(line.organization.value()),
                                   line.parent ? std::to_string(line.parent->value()) : "",
                                   std::string(model::name_of(line.kind)), row ? row->name : "",
                                   to_text(report.as_of)};
    cells.insert(cells.end(), figures.values.begin(), figures.values.end());
    cells.push_back(position_text(reading.position));
    text += csv_line(cells);
  }
  return text;
}

}  // namespace kopilka::tools
