#include "projections/statements/reader.h"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include "engine/model/event.h"
#include "engine/state/reads.h"
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

// What left the programme with a movement of a payout, or came back: a negative sum.
model::Money withdrawn_by(const Entry& entry) {
  if (entry.type != model::WithdrawalSettled::kType &&
      entry.type != model::WithdrawalSettledAfterRejection::kType &&
      entry.type != model::WithdrawalReturned::kType)
    return {};
  const auto& change = entry.change;
  return change.debt - change.frozen - change.available - change.reserved - change.in_flight;
}

}  // namespace

void Totals::add(const Totals& other) {
  funds = sum(funds, other.funds);
  withdrawn += other.withdrawn;
}

base::Result<std::vector<StatementEntry>> Reader::entries(model::MemberId member,
                                                          const EntryRange& range) const {
  const auto& table = model_->entries;
  const auto& as_of = range.clocks.as_of;
  // A restated balance counts from the first entry, a recorded one stands in its row.
  const auto first = as_of ? model::Seq{} : model::next(range.after);
  std::vector<StatementEntry> found;
  ledger::Funds restated;
  if (range.limit == 0) return found;
  KOPILKA_TRY(state::scan_rows(
      table, store_,
      {prefix_of(table.tag(), member), state::encode_key(table.tag(), EntryKey{member, first})},
      [&](const EntryKey& key) { return key.member == member; },
      [&](const EntryKey& key, const Entry& row) {
        if (is_later(key.seq, range.clocks.as_known)) return Scan::stop;
        if (as_of && row.effective_at > *as_of) return Scan::go_on;
        if (as_of) restated = sum(restated, row.change);
        if (key.seq <= range.after) return Scan::go_on;
        found.push_back({key.seq, row.recorded_at, row.effective_at, name_of_type(row.type),
                         row.purchase, row.withdrawal, row.change, as_of ? restated : row.balance});
        return found.size() < range.limit ? Scan::go_on : Scan::stop;
      }));
  return found;
}

base::Result<std::optional<ledger::Funds>> Reader::funds(model::MemberId member,
                                                         const Clocks& clocks) const {
  KOPILKA_TRY_ASSIGN(const auto account, state::read_row(model_->members, store_, member));
  if (!account || is_later(account->first_seq, clocks.as_known)) return std::nullopt;
  if (!clocks.as_of && !clocks.as_known) return account->funds;
  KOPILKA_TRY_ASSIGN(const auto counted, entries(member, {.clocks = clocks}));
  return counted.empty() ? ledger::Funds{} : counted.back().balance;
}

base::Result<std::vector<Totals>> Reader::totals(std::span<const model::MemberId> members,
                                                 const Clocks& clocks) const {
  const auto& table = model_->entries;
  std::vector<Totals> found(members.size());
  const auto place_of = [&](model::MemberId member) {
    const auto at = std::ranges::lower_bound(members, member);
    return at != members.end() && *at == member
               ? &found[static_cast<std::size_t>(at - members.begin())]
               : nullptr;
  };
  std::vector<base::Bytes> prefixes;
  prefixes.reserve(members.size());
  for (const auto member : members)
    prefixes.push_back(prefix_of(table.tag(), member));
  KOPILKA_TRY(state::for_each_row_of(
      table, store_, prefixes, [&](const EntryKey& key) { return place_of(key.member) != nullptr; },
      [&](const EntryKey& key, const Entry& row) {
        if (is_later(key.seq, clocks.as_known)) return;
        if (clocks.as_of && row.effective_at > *clocks.as_of) return;
        place_of(key.member)->add({row.change, withdrawn_by(row)});
      }));
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
