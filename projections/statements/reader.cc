#include "projections/statements/reader.h"

#include <array>
#include <utility>
#include <variant>

#include "engine/model/event.h"
#include "engine/state/reads.h"
#include "projections/statements/past.h"
#include "projections/statements/rows.h"
#include "projections/statements/statements.h"

namespace kopilka::projections::statements {
namespace {

using state::Scan;

template <std::size_t... I>
std::string_view name_of_type(std::uint16_t type, std::index_sequence<I...>) {
  std::string_view name;
  ((std::variant_alternative_t<I, model::Event>::kType == type
        ? void(name = std::variant_alternative_t<I, model::Event>::kName)
        : void()),
   ...);
  return name;
}
std::string_view name_of_type(std::uint16_t type) {
  return name_of_type(type, std::make_index_sequence<std::variant_size_v<model::Event>>{});
}

base::Bytes prefix_of(char tag, const auto&... parts) {
  state::KeyWriter writer(tag);
  (writer.put(parts), ...);
  return writer.take();
}

bool is_later(model::Seq seq, std::optional<model::Seq> as_known) {
  return as_known && seq > *as_known;
}

template <class Table>
base::Result<std::vector<HistoryEntry>> history(const Table& table, ports::StateStore* store,
                                                base::Bytes prefix,
                                                std::optional<model::Seq> as_known,
                                                auto&& belongs) {
  std::vector<HistoryEntry> found;
  KOPILKA_TRY(state::scan_rows(
      table, store, {std::move(prefix), {}}, belongs, [&](const auto& key, const Mention& row) {
        if (is_later(key.seq, as_known)) return Scan::stop;
        found.push_back({key.seq, row.recorded_at, row.effective_at, name_of_type(row.type)});
        return Scan::go_on;
      }));
  return found;
}

}  // namespace

base::Result<std::vector<StatementEntry>> Reader::entries(model::MemberId member,
                                                          const EntryRange& range) const {
  std::vector<StatementEntry> found;
  KOPILKA_TRY_ASSIGN(const auto account, state::read_row(model_->members, store_, member));
  if (!account || range.limit == 0) return found;
  const Past past(*model_, store_, member, *account);
  const auto& [as_of, as_known] = range.clocks;
  KOPILKA_TRY_ASSIGN(const auto last, past.last(range.clocks));
  EntryNumber number = 0;
  Totals restated;
  if (range.after != model::Seq{}) {
    KOPILKA_TRY_ASSIGN(number, past.last({.as_known = range.after}));
    // A restated balance counts what stands before the page, a recorded one stands in its row.
    if (as_of) {
      KOPILKA_TRY_ASSIGN(restated, past.totals({.as_of = as_of, .as_known = range.after}));
    }
  }
  EntryWalk walk(*model_, store_, member, number + 1);
  while (number < last && found.size() < range.limit) {
    ++number;
    KOPILKA_TRY_ASSIGN(const auto row, walk.next());
    if (as_of && row.effective_at() > *as_of) continue;
    restated.funds = sum(restated.funds, row.change);
    found.push_back({row.seq, row.recorded_at, row.effective_at(), name_of_type(row.type),
                     row.purchase, row.withdrawal, row.change,
                     as_of ? restated.funds : row.balance});
  }
  return found;
}

base::Result<std::optional<ledger::Funds>> Reader::funds(model::MemberId member,
                                                         const Clocks& clocks) const {
  KOPILKA_TRY_ASSIGN(const auto account, state::read_row(model_->members, store_, member));
  if (!account || is_later(account->first_seq, clocks.as_known)) return std::nullopt;
  KOPILKA_TRY_ASSIGN(const auto funds, Past(*model_, store_, member, *account).funds(clocks));
  return funds;
}

base::Result<std::vector<Totals>> Reader::totals(std::span<const model::MemberId> members,
                                                 const Clocks& clocks) const {
  std::vector<Totals> found;
  found.reserve(members.size());
  for (const auto member : members) {
    KOPILKA_TRY_ASSIGN(const auto account, state::read_row(model_->members, store_, member));
    auto& totals = found.emplace_back();
    if (!account) continue;
    KOPILKA_TRY_ASSIGN(totals, Past(*model_, store_, member, *account).totals(clocks));
  }
  return found;
}

base::Result<std::vector<HistoryEntry>> Reader::purchase_history(
    model::PurchaseId purchase, std::optional<model::Seq> as_known) const {
  const auto& table = model_->purchases;
  return history(table, store_, prefix_of(table.tag(), purchase), as_known,
                 [&](const PurchaseEventKey& key) { return key.purchase == purchase; });
}

base::Result<std::vector<HistoryEntry>> Reader::withdrawal_history(
    model::WithdrawalId withdrawal, std::optional<model::Seq> as_known) const {
  const auto& table = model_->withdrawals;
  return history(table, store_, prefix_of(table.tag(), withdrawal), as_known,
                 [&](const WithdrawalEventKey& key) { return key.withdrawal == withdrawal; });
}

base::Result<std::vector<HistoryEntry>> Reader::parked_history(
    model::PartnerId partner, const std::string& action_id,
    std::optional<model::Seq> as_known) const {
  const auto& table = model_->parked;
  return history(table, store_, prefix_of(table.tag(), partner, action_id), as_known,
                 [&](const ParkedEventKey& key) {
                   return key.partner == partner && key.action_id == action_id;
                 });
}

}  // namespace kopilka::projections::statements
