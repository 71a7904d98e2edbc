#include "tools/kopilka/member_explain.h"

#include <array>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/codec/batch.h"
#include "engine/codec/json_text.h"
#include "engine/codec/json_writer.h"
#include "projections/statements/reader.h"
#include "projections/statements/rows.h"
#include "tools/kopilka/as_of.h"
#include "tools/kopilka/explain.h"
#include "tools/kopilka/history.h"
#include "tools/kopilka/member_register.h"
#include "tools/kopilka/shown.h"
#include "tools/kopilka/table.h"

namespace kopilka::tools {
namespace {

using model::Money;
using projections::statements::Clocks;
using projections::statements::StatementEntry;

// Finds events by their seq, in growing order; each batch is read once.
class Events {
 public:
  explicit Events(ports::EventLog& log) : log_(log) {}

  Outcome<model::Event> at(model::Seq seq) {
    if (!holds(seq)) {
      KOPILKA_TRY_ASSIGN(const auto reader, log_.read_from(seq));
      do {
        KOPILKA_TRY_ASSIGN(const auto sealed, reader->next());
        if (!sealed) break;
        KOPILKA_TRY_ASSIGN(batch_, codec::decode(*sealed));
      } while (!holds(seq));
    }
    auto next = batch_.header.first_seq;
    for (const auto& entry : batch_.entries)
      for (const auto& dated : entry.events) {
        if (next == seq) return dated.event;
        next = model::next(next);
      }
    return std::unexpected(
        Failure{ExitCode::corrupt, fmt::format("the statement names position {}, which the log "
                                               "does not hold",
                                               seq.value())});
  }

 private:
  [[nodiscard]] bool holds(model::Seq seq) const {
    const auto& header = batch_.header;
    return header.count > 0 && header.first_seq <= seq && seq <= model::last_seq(header);
  }

  ports::EventLog& log_;
  model::Batch batch_;
};

struct Explained {
  StatementEntry entry;
  model::Event event;
  std::optional<model::TermsId> terms;
  std::vector<std::string> why;
};

struct Explanation {
  std::vector<Explained> entries;
  std::map<model::TermsId, registry::Terms> terms;  // that they name
  ledger::Funds total;                              // what the entries add up to
};

Outcome<std::optional<ExplainedPurchase>> read_purchase(app::Reader& reader,
                                                        std::optional<model::PurchaseId> id) {
  if (!id) return std::nullopt;
  KOPILKA_TRY_ASSIGN(auto purchase, reader.row(reader.state().ledger.purchases, *id));
  if (!purchase) return std::nullopt;
  KOPILKA_TRY_ASSIGN(auto terms, reader.row(reader.state().registry.terms, purchase->terms));
  if (!terms) return std::nullopt;
  return ExplainedPurchase{*std::move(purchase), *std::move(terms)};
}

Outcome<Explanation> read_explanation(app::Reader& reader, model::MemberId id,
                                      std::optional<model::PurchaseId> purchase,
                                      const Clocks& clocks) {
  KOPILKA_TRY_ASSIGN(const auto reading, reader.statements());
  KOPILKA_TRY_ASSIGN(const auto entries, reading.reader.entries(id, {.clocks = clocks}));
  Explanation explanation;
  Events events(reader.log());
  for (const auto& entry : entries) {
    if (purchase && entry.purchase != purchase) continue;
    KOPILKA_TRY_ASSIGN(auto event, events.at(entry.position));
    KOPILKA_TRY_ASSIGN(const auto about, read_purchase(reader, entry.purchase));
    if (entry.purchase && !about)
      return std::unexpected(
          Failure{ExitCode::corrupt,
                  fmt::format("the statement names purchase {}, which is not there; "
                              "delete {}, it is rebuilt",
                              entry.purchase->value(), reader.layout().projections().string())});
    auto why = explain(event, about);
    std::optional<model::TermsId> terms;
    if (about) {
      terms = about->purchase.terms;
      explanation.terms.emplace(*terms, about->terms);
    }
    explanation.total = projections::statements::sum(explanation.total, entry.change);
    explanation.entries.push_back({entry, std::move(event), terms, std::move(why)});
  }
  return explanation;
}

std::string explanation_json(model::MemberId id, const Explanation& explanation, const AsOf& as_of,
                             model::Seq position) {
  codec::JsonWriter out;
  out.begin_object();
  out.member("member_id", id);
  out.name("entries");
  out.begin_array();
  for (const auto& [entry, event, terms, why] : explanation.entries) {
    out.begin_object();
    write_entry(out, entry);
    out.member("terms_id", terms);
    out.member("why", why);
    out.name("fact");
    codec::write_event(out, event);
    out.end_object();
  }
  out.end_array();
  out.name("terms");
  out.begin_array();
  for (const auto& [terms_id, terms] : explanation.terms) {
    out.begin_object();
    out.member("terms_id", terms_id);
    out.members(terms);
    out.end_object();
  }
  out.end_array();
  out.member("total", explanation.total);
  out.member("as_of", as_of.until);
  out.member("position", position_text(position));
  out.end_object();
  return out.take();
}

struct Account {
  const char* name;
  Money ledger::Funds::* money;
};
constexpr std::array kAccounts{
    Account{"frozen", &ledger::Funds::frozen}, Account{"available", &ledger::Funds::available},
    Account{"reserved", &ledger::Funds::reserved}, Account{"in flight", &ledger::Funds::in_flight},
    Account{"debt", &ledger::Funds::debt}};

// "frozen +4,50 = 9,00, …": the accounts that moved, with what they stand at then.
std::string movement(const StatementEntry& entry, bool with_balance) {
  std::string text;
  for (const auto& [name, money] : kAccounts) {
    if (entry.change.*money == Money{}) continue;
    if (!text.empty()) text += ", ";
    text += fmt::format("{} {}", name, shown_change(entry.change.*money));
    if (with_balance) text += fmt::format(" = {}", shown(entry.balance.*money));
  }
  return text;
}

std::string explained_text(const Explained& explained, bool with_balance, const Console& console) {
  const auto& entry = explained.entry;
  std::string of;
  if (entry.purchase) of = fmt::format(", purchase {}", entry.purchase->value());
  if (entry.withdrawal) of = fmt::format(", withdrawal {}", entry.withdrawal->value());
  auto text = fmt::format("{:>8}  {}  {}{}\n", entry.position.value(), shown(entry.recorded_at),
                          console.bold(std::string(entry.event)), of);
  for (const auto& line : explained.why)
    text += fmt::format("          {}\n", line);
  return text + fmt::format("          {} {}\n", console.dim("⇒"), movement(entry, with_balance));
}

std::string explanation_text(const Explanation& explanation, bool is_whole,
                             const Console& console) {
  std::string text;
  for (const auto& explained : explanation.entries)
    text += explained_text(explained, is_whole, console);
  Table table({{""}, {"", Align::right}});
  for (const auto& [name, money] : kAccounts)
    table.add({std::string("  ") + name, shown(explanation.total.*money)});
  return text + console.bold("Added up:") + "\n" + table.text(console);
}

Outcome<void> expect_purchase_of(app::Reader& reader, model::MemberId member,
                                 std::optional<model::PurchaseId> id) {
  if (!id) return {};
  KOPILKA_TRY_ASSIGN(const auto found, reader.row(reader.state().ledger.purchases, *id));
  if (found && found->member == member) return {};
  return not_found("purchase_not_found",
                   fmt::format("member {} has no purchase {} at position {}", member.value(),
                               id->value(), reader.position().value()));
}

}  // namespace

Outcome<ExitCode> explain_member(Program& program, model::MemberId id,
                                 std::optional<model::PurchaseId> purchase) {
  KOPILKA_TRY_ASSIGN(const auto as_of, as_of_of(program.settings));
  KOPILKA_TRY_ASSIGN(const auto reader, open_reader(program.settings));
  KOPILKA_TRY_ASSIGN(const auto member, reader->row(reader->state().registry.members, id));
  if (!member) return no_such_member(*reader, id);
  KOPILKA_TRY(expect_purchase_of(*reader, id, purchase));
  const Clocks clocks{.as_of = as_of.until, .as_known = reader->position()};
  KOPILKA_TRY_ASSIGN(const auto explanation, read_explanation(*reader, id, purchase, clocks));
  const auto& console = program.console;
  if (program.settings.json) {
    console.print(explanation_json(id, explanation, as_of, reader->position()) + "\n");
    return ExitCode::done;
  }
  const auto title =
      purchase ? fmt::format("Purchase {} of member {}, RUB", purchase->value(), id.value())
               : fmt::format("Where the money of member {} comes from, RUB", id.value());
  console.print(console.bold(title) + "\n" + explanation_text(explanation, !purchase, console) +
                console.dim(as_of_text(as_of) + stand_of(*reader)) + "\n");
  return ExitCode::done;
}

}  // namespace kopilka::tools
