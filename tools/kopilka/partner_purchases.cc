#include "tools/kopilka/partner_purchases.h"

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/codec/json_writer.h"
#include "engine/ledger/rows.h"
#include "projections/purchases/purchases.h"
#include "tools/kopilka/csv.h"
#include "tools/kopilka/partner_days.h"
#include "tools/kopilka/purchase_forms.h"
#include "tools/kopilka/shown.h"
#include "tools/kopilka/table.h"

namespace kopilka::tools {
namespace {

using model::PartnerId;
using projections::purchases::Cursor;
using projections::purchases::Purchases;
using projections::purchases::Range;

constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

struct Arguments {
  std::uint64_t partner{0};
  std::string from;
  std::string to;
  std::string after;
  std::uint64_t limit{kNoLimit};
  bool is_unattributed{false};
  bool is_by_day{false};
  bool is_csv{false};
};

// "2019-03-01.41": opaque for callers.
std::string to_text(const Cursor& cursor) {
  return fmt::format("{}.{}", to_text(cursor.on), cursor.id);
}
std::optional<Cursor> parse_cursor(const std::string& text) {
  const auto point = text.find('.');
  if (point == std::string::npos) return std::nullopt;
  const auto on = model::parse_date(text.substr(0, point));
  const auto id = parse_number(text.substr(point + 1));
  if (!on || !id || *id >= model::kIdLimit) return std::nullopt;
  return Cursor{*on, *id};
}

Outcome<std::optional<model::Date>> day_of(const char* option, const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto day = model::parse_date(text);
  if (!day) return usage_error(fmt::format("{} {}: not a date such as 2019-03-01", option, text));
  return day;
}

Outcome<Range> range_of(const Arguments& arguments) {
  Range range;
  KOPILKA_TRY_ASSIGN(range.from, day_of("--from", arguments.from));
  KOPILKA_TRY_ASSIGN(range.to, day_of("--to", arguments.to));
  if (range.from && range.to && *range.from > *range.to)
    return usage_error(fmt::format("--from {} is after --to {}", arguments.from, arguments.to));
  if (arguments.after.empty()) return range;
  range.after = parse_cursor(arguments.after);
  if (!range.after)
    return usage_error(
        fmt::format("--after {}: not what an earlier answer gave as `next`, such as 2019-03-01.41",
                    arguments.after));
  return range;
}

// --- what was read -----------------------------------------------------------------------------

struct Recorded {
  Cursor at;
  ledger::Purchase row;
};
struct Parked {
  Cursor at;
  ledger::Parked row;
};
template <class Item>
struct Page {
  std::vector<Item> items;
  std::optional<Cursor> next;  // behind the last one; absent: nothing follows
};

// Takes one more; false: the page is full, and more follow.
template <class Item>
bool put(Page<Item>& page, std::uint64_t limit, Item item) {
  if (page.items.size() == limit) {
    page.next = page.items.back().at;
    return false;
  }
  page.items.push_back(std::move(item));
  return true;
}

Outcome<Page<Recorded>> read_recorded(app::Reader& reader, PartnerId partner, Range range,
                                      std::uint64_t limit) {
  KOPILKA_TRY_ASSIGN(const auto reading, reader.read<Purchases>());
  // What was decided since is left for the next time: the rows are those of this position.
  range.as_known = reader.position();
  if (limit != kNoLimit) range.limit = limit + 1;
  KOPILKA_TRY_ASSIGN(const auto entries, reading.reader.purchases(partner, range));
  Page<Recorded> page;
  for (const auto& entry : entries) {
    KOPILKA_TRY_ASSIGN(auto row, read_purchase(reader, entry.purchase));
    if (!put(page, limit, Recorded{{entry.on, entry.purchase.value()}, std::move(row)})) break;
  }
  return page;
}

Outcome<Page<Parked>> read_unattributed(app::Reader& reader, PartnerId partner, Range range,
                                        std::uint64_t limit) {
  KOPILKA_TRY_ASSIGN(const auto reading, reader.read<Purchases>());
  range.as_known = reader.position();
  KOPILKA_TRY_ASSIGN(const auto entries, reading.reader.parked(partner, range));
  Page<Parked> page;
  for (const auto& entry : entries) {
    KOPILKA_TRY_ASSIGN(auto row, read_parked(reader, entry));
    if (row && !put(page, limit, Parked{{entry.on, entry.parked.value()}, std::move(*row)})) break;
  }
  return page;
}

// --- the lists ---------------------------------------------------------------------------------

void write(auto& out, const Recorded& item) {
  write_purchase(out, model::PurchaseId{item.at.id}, item.row);
}
void write(auto& out, const Parked& item) {
  write_parked(out, item.row);
}

template <class Item>
std::string page_json(PartnerId partner, const Page<Item>& page, model::Seq position) {
  codec::JsonWriter out;
  out.begin_object();
  out.member("partner_id", partner);
  out.name("purchases");
  out.begin_array();
  for (const auto& item : page.items) {
    out.begin_object();
    write(out, item);
    out.member("position", position_text(position));
    out.end_object();
  }
  out.end_array();
  if (page.next) out.member("next", to_text(*page.next));
  out.member("position", position_text(position));
  out.end_object();
  return out.take() + "\n";
}

template <class Item>
std::string page_csv(const Page<Item>& page, model::Seq position) {
  const auto row_of = [&](const Item& item) {
    CsvRow row;
    write(row, item);
    row.member("position", position_text(position));
    return row;
  };
  auto text = row_of({}).titles();
  for (const auto& item : page.items)
    text += row_of(item).values();
  return text;
}

std::string page_text(const Page<Recorded>& page, const Console& console) {
  Table table({{"purchase", Align::right},
               {"action"},
               {"bought (Moscow)"},
               {"member", Align::right},
               {"by the partner"},
               {"for the member"},
               {"base", Align::right},
               {"cashback", Align::right},
               {"commission", Align::right},
               {"release on"}});
  for (const auto& [at, row] : page.items)
    table.add({std::to_string(at.id), row.action_id, shown(row.facts.purchase_at),
               std::to_string(row.member.value()), std::string(name_of(row.partner_side)),
               std::string(name_of(row.member_side)) + (row.holds.empty() ? "" : ", held"),
               shown(row.base), shown(row.cashback), shown(row.commission), shown(row.release_on)});
  return table.text(console);
}

std::string page_text(const Page<Parked>& page, const Console& console) {
  Table table({{"action"}, {"bought (Moscow)"}, {"state"}, {"why"}, {"claims until"}});
  for (const auto& [at, row] : page.items)
    table.add({row.action_id, shown(row.facts.purchase_at), std::string(state_of(row)),
               std::string(model::name_of(row.why)), shown(row.expires_on - 1)});
  return table.text(console);
}

// What was asked for, and where the answer goes.
struct Request {
  const Program& program;
  app::Reader& reader;
  const Arguments& arguments;
  Range range;
  std::string title;

  [[nodiscard]] PartnerId partner() const { return PartnerId{arguments.partner}; }
  [[nodiscard]] const Console& console() const { return program.console; }
  // For people: the title, what was found, and a line that sums it up.
  void print(const std::string& found, const std::string& sum) const {
    console().print(console().bold(title) + "\n" + found +
                    console().dim(fmt::format("{}; {}", sum, stand_of(reader))) + "\n");
  }
};

template <class Item>
ExitCode print_page(const Request& request, const Page<Item>& page, std::string_view thing) {
  const auto position = request.reader.position();
  if (request.program.settings.json) {
    request.console().print(page_json(request.partner(), page, position));
  } else if (request.arguments.is_csv) {
    request.console().print(page_csv(page, position));
  } else {
    const auto more =
        page.next ? fmt::format(", and more: --after {}", to_text(*page.next)) : std::string();
    request.print(page.items.empty() ? std::string() : page_text(page, request.console()),
                  shown_count(page.items.size(), thing) + more);
  }
  return ExitCode::done;
}

ExitCode print_days(const Request& request, const DaysReport& report) {
  const auto position = request.reader.position();
  if (request.program.settings.json)
    request.console().print(days_json(request.partner(), report, position));
  else if (request.arguments.is_csv)
    request.console().print(days_csv(request.partner(), report, position));
  else
    request.print(report.days.empty() ? std::string() : days_text(report, request.console()),
                  shown_count(report.days.size(), "day"));
  return ExitCode::done;
}

// --- the command -------------------------------------------------------------------------------

Outcome<ExitCode> answer(const Request& request) {
  const auto& [program, reader, arguments, range, title] = request;
  if (arguments.is_by_day) {
    KOPILKA_TRY_ASSIGN(const auto report, read_days(reader, request.partner(), range));
    return print_days(request, report);
  }
  if (arguments.is_unattributed) {
    KOPILKA_TRY_ASSIGN(const auto page,
                       read_unattributed(reader, request.partner(), range, arguments.limit));
    return print_page(request, page, "unattributed purchase");
  }
  KOPILKA_TRY_ASSIGN(const auto page,
                     read_recorded(reader, request.partner(), range, arguments.limit));
  return print_page(request, page, "purchase");
}

Outcome<ExitCode> purchases(const Program& program, const Arguments& arguments) {
  if (arguments.is_csv && program.settings.json)
    return usage_error("--csv and --json are two forms of one answer: name one of them");
  KOPILKA_TRY_ASSIGN(const auto range, range_of(arguments));
  KOPILKA_TRY_ASSIGN(const auto reader, open_reader(program.settings));
  const PartnerId partner{arguments.partner};
  KOPILKA_TRY_ASSIGN(const auto known, reader->row(reader->state().registry.partners, partner));
  if (!known)
    return not_found("partner_not_found", fmt::format("there is no partner {} at position {}",
                                                      partner.value(), reader->position().value()));
  return answer({program, *reader, arguments, range,
                 fmt::format("Purchases of partner {}, {}, RUB", partner.value(), known->name)});
}

}  // namespace

void add_partner_purchases(Program& program, CLI::App& noun) {
  auto arguments = std::make_shared<Arguments>();
  auto& verb = add_verb(
      program, noun,
      {"purchases", "what was bought there, as it stands, by day; or the numbers of each day",
       "partner purchases 7 --from 2019-03-01 --to 2019-03-31 --data store\n"
       "  kopilka partner purchases 7 --by-day --csv --data store\n"
       "  kopilka partner purchases 7 --limit 1000 --after 2019-03-01.41 --json --data store"},
      [&program, arguments] { return purchases(program, *arguments); });
  add_id(verb, "ID", arguments->partner, "the partner's id");
  verb.add_option("--from", arguments->from, "bought on this Moscow day or later")
      ->type_name("DATE")
      ->check(not_empty());
  verb.add_option("--to", arguments->to, "bought on this Moscow day or earlier")
      ->type_name("DATE")
      ->check(not_empty());
  auto* by_day = verb.add_flag("--by-day", arguments->is_by_day,
                               "how many, and what they add up to, a line a day");
  auto* unattributed =
      verb.add_flag("--unattributed", arguments->is_unattributed,
                    "instead: what the partner reported and nobody could be named as the buyer of");
  auto& limit = add_number(
      verb, "--limit,-n", {1, 1'000'000},
      [arguments](std::uint64_t given) { arguments->limit = given; },
      "so many at most; the answer says where the next ones begin");
  limit.type_name("N");
  auto* after =
      verb.add_option("--after", arguments->after, "those behind the `next` of an earlier answer")
          ->type_name("NEXT")
          ->check(not_empty());
  by_day->excludes(unattributed)->excludes(&limit)->excludes(after);
  verb.add_flag("--csv", arguments->is_csv, "lines of CSV, the names first");
  let_node_answer(program, verb);
  add_past(program, verb, Axis::recorded);
}

}  // namespace kopilka::tools
