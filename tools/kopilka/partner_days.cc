#include "tools/kopilka/partner_days.h"

#include <utility>

#include "engine/codec/json_writer.h"
#include "projections/purchases/purchases.h"
#include "tools/kopilka/command.h"
#include "tools/kopilka/csv.h"
#include "tools/kopilka/purchase_forms.h"
#include "tools/kopilka/shown.h"
#include "tools/kopilka/table.h"

namespace kopilka::tools {

using projections::purchases::DayNumbers;
using projections::purchases::Numbers;
using projections::purchases::Purchases;
using projections::purchases::Range;

namespace {

void write_day_numbers(auto& out, const Numbers& n) {
  out.member("purchases", n.purchases);
  out.member("tracked", n.tracked);
  out.member("approved", n.approved);
  out.member("declined", n.declined);
  out.member("unattributed", n.unattributed);
  out.member("expired", n.expired);
  out.member("ordered", n.ordered);
  out.member("returned", n.returned());
  out.member("base", n.base);
  out.member("cashback", n.cashback);
  out.member("released", n.released);
  out.member("commission", n.commission);
  out.member("commission_approved", n.commission_approved);
}

}  // namespace

Outcome<DaysReport> read_days(app::Reader& reader, model::PartnerId partner, Range range) {
  KOPILKA_TRY_ASSIGN(const auto reading, reader.read<Purchases>());
  range.as_known = reader.position();
  DaysReport report;
  KOPILKA_TRY_ASSIGN(const auto entries, reading.reader.purchases(partner, range));
  for (const auto& entry : entries) {
    KOPILKA_TRY_ASSIGN(const auto row, read_purchase(reader, entry.purchase));
    numbers_of(report.days, entry.on).add(entry, row);
  }
  KOPILKA_TRY_ASSIGN(const auto parked, reading.reader.parked(partner, range));
  for (const auto& entry : parked) {
    KOPILKA_TRY_ASSIGN(const auto row, read_parked(reader, entry));
    if (row) numbers_of(report.days, entry.on).add(*row);
  }
  for (const auto& day : report.days)
    report.total.add(day.numbers);
  return report;
}

std::string days_json(model::PartnerId partner, const DaysReport& report, model::Seq position) {
  codec::JsonWriter out;
  out.begin_object();
  out.member("partner_id", partner);
  out.name("days");
  out.begin_array();
  for (const auto& day : report.days) {
    out.begin_object();
    out.member("date", day.on);
    write_day_numbers(out, day.numbers);
    out.end_object();
  }
  out.end_array();
  out.name("total");
  out.begin_object();
  write_day_numbers(out, report.total);
  out.end_object();
  out.member("position", position_text(position));
  out.end_object();
  return out.take() + "\n";
}

std::string days_csv(model::PartnerId partner, const DaysReport& report, model::Seq position) {
  const auto row_of = [&](const DayNumbers& day) {
    CsvRow row;
    row.member("partner_id", partner);
    row.member("date", day.on);
    write_day_numbers(row, day.numbers);
    row.member("position", position_text(position));
    return row;
  };
  auto text = row_of({}).titles();
  for (const auto& day : report.days)
    text += row_of(day).values();
  return text;
}

std::string days_text(const DaysReport& report, const Console& console) {
  std::vector<Column> columns{{"day"}};
  for (const auto* title :
       {"purchases", "tracked", "approved", "declined", "unattributed", "ordered", "returned",
        "base", "cashback", "released", "commission", "of it approved"})
    columns.push_back({title, Align::right});
  Table table(columns);
  const auto add = [&](std::string title, const Numbers& n) {
    table.add({std::move(title), shown_count(n.purchases), shown_count(n.tracked),
               shown_count(n.approved), shown_count(n.declined),
               shown_count(n.unattributed + n.expired), shown(n.ordered), shown(n.returned()),
               shown(n.base), shown(n.cashback), shown(n.released), shown(n.commission),
               shown(n.commission_approved)});
  };
  for (const auto& day : report.days)
    add(shown(day.on), day.numbers);
  table.rule();
  add("total", report.total);
  return table.text(console);
}

}  // namespace kopilka::tools
