#pragma once

#include <map>
#include <optional>
#include <span>
#include <utility>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/ports/state_store.h"
#include "engine/state/key_reader.h"
#include "engine/state/row_codec.h"

// Reads of rows as they now are, for queries: what is loaded hides what the store has. Unlike a
// rule's `find`, a query notes no misses. Without a store (null) what is not loaded does not exist.
namespace kopilka::state {

[[nodiscard]] inline base::Error unreadable_row() {
  return {base::ErrorKind::corrupt,
          "a row of the store is not readable; delete the store, it is rebuilt from the log"};
}

// Nothing: no such row.
template <class Table>
[[nodiscard]] base::Result<std::optional<typename Table::Row>> read_row(
    const Table& table, ports::StateStore* store, const typename Table::Key& key) {
  using Found = std::optional<typename Table::Row>;
  if (table.is_loaded(key)) {
    const auto* row = table.find(key);
    return row != nullptr ? Found(*row) : Found();
  }
  if (store == nullptr) return Found();
  KOPILKA_TRY_ASSIGN(const auto bytes, store->get(encode_key(table.tag(), key)));
  if (!bytes) return Found();
  auto row = decode_row<typename Table::Row>(*bytes);
  if (!row) return std::unexpected(unreadable_row());
  return row;
}

// Keys of one table that begin with `prefix` (its tag and leading parts), from `from` on.
struct KeyRange {
  base::Bytes prefix;
  base::Bytes from;  // empty: from the first
};

enum class Scan : unsigned char { go_on, stop };

// Calls `visit(key, row)` for the stored rows of a range that are not loaded, in key order, until
// it says stop.
template <class Table>
[[nodiscard]] base::Result<void> scan_stored(const Table& table, ports::StateStore& store,
                                             const KeyRange& range, auto&& visit) {
  KOPILKA_TRY_ASSIGN(auto cursor, store.scan(range.prefix, range.from));
  for (;;) {
    KOPILKA_TRY_ASSIGN(const auto stored, cursor->next());
    if (!stored) return {};
    const auto key = decode_key<typename Table::Key>(table.tag(), stored->key);
    if (key && table.is_loaded(*key)) continue;
    const auto row = key ? decode_row<typename Table::Row>(stored->value) : std::nullopt;
    if (!row) return std::unexpected(unreadable_row());
    if (visit(*key, *row) == Scan::stop) return {};
  }
}

// Calls `visit(key, row)` for the rows of a range in key order, until it says stop. `belongs(key)`
// says of a loaded row whether its key has the prefix. Looks at every loaded row of the table, and
// at the stored ones of the range only.
template <class Table>
[[nodiscard]] base::Result<void> scan_rows(const Table& table, ports::StateStore* store,
                                           const KeyRange& range, auto&& belongs, auto&& visit) {
  using Key = typename Table::Key;
  using Row = typename Table::Row;
  std::map<base::Bytes, std::pair<const Key*, const Row*>> loaded;
  table.for_each_loaded([&](const Key& key, const Row& row) {
    if (!belongs(key)) return;
    auto bytes = encode_key(table.tag(), key);
    if (bytes >= range.from) loaded.emplace(std::move(bytes), std::pair(&key, &row));
  });
  auto next = loaded.begin();
  Scan scan = Scan::go_on;
  const auto visit_loaded = [&] {
    const auto [key, row] = next++->second;
    scan = visit(*key, *row);
  };
  if (store != nullptr)
    KOPILKA_TRY(scan_stored(table, *store, range, [&](const Key& key, const Row& row) {
      const auto bytes = encode_key(table.tag(), key);
      while (scan == Scan::go_on && next != loaded.end() && next->first < bytes)
        visit_loaded();
      if (scan == Scan::go_on) scan = visit(key, row);
      return scan;
    }));
  while (scan == Scan::go_on && next != loaded.end())
    visit_loaded();
  return {};
}

// Calls `visit(key, row)` for the rows whose keys begin with one of many prefixes, in no order.
// `belongs(key)` says of a loaded row whether it does; loaded rows are looked at once.
template <class Table>
[[nodiscard]] base::Result<void> for_each_row_of(const Table& table, ports::StateStore* store,
                                                 std::span<const base::Bytes> prefixes,
                                                 auto&& belongs, auto&& visit) {
  table.for_each_loaded([&](const auto& key, const auto& row) {
    if (belongs(key)) visit(key, row);
  });
  if (store == nullptr) return {};
  for (const auto& prefix : prefixes)
    KOPILKA_TRY(scan_stored(table, *store, {prefix, {}}, [&](const auto& key, const auto& row) {
      visit(key, row);
      return Scan::go_on;
    }));
  return {};
}

}  // namespace kopilka::state
