#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/hashing.h"
#include "engine/base/result.h"
#include "engine/ports/state_store.h"
#include "engine/state/key_reader.h"
#include "engine/state/table.h"

// Sets of tables over a store of rows. A set is anything with `for_each_table(visit)`, const and
// not; tags are unique within it. Used by the shard and by every read model alike.
namespace kopilka::state {

void attach_all(auto& set, Backing backing, Misses& misses) {
  set.for_each_table([&](auto& table) { table.attach(backing, misses); });
}
void begin_step(auto& set, std::uint64_t step) {
  set.for_each_table([&](auto& table) { table.begin_step(step); });
}
void roll_back(auto& set, std::uint64_t step) {
  set.for_each_table([&](auto& table) { table.roll_back(step); });
}
void settle(auto& set, std::uint64_t step) {
  set.for_each_table([&](auto& table) { table.settle(step); });
}

// Loads every row that was asked for and missing, in one read.
// REQUIRES: nothing is half done: what met a miss was rolled back
[[nodiscard]] base::Result<void> load_missing(auto& set, Misses& misses, ports::StateStore& store) {
  std::vector<base::Bytes> keys;
  set.for_each_table([&](auto& table) {
    for (const auto& key : table.missing())
      keys.push_back(encode_key(table.tag(), key));
  });
  KOPILKA_TRY_ASSIGN(const auto values, store.multi_get(keys));
  std::size_t next = 0;
  bool readable = true;
  set.for_each_table([&](auto& table) {
    using Row = typename std::remove_cvref_t<decltype(table)>::Row;
    for (const auto& key : table.take_missing()) {
      const auto& value = values.at(next++);
      auto row = value ? decode_row<Row>(*value) : std::nullopt;
      readable = readable && value.has_value() == row.has_value();
      table.load(key, std::move(row));
    }
  });
  misses.count = 0;
  if (!readable)
    return base::fail(base::ErrorKind::corrupt,
                      "a row of the store is not readable; delete the store, it is rebuilt from "
                      "the log");
  return {};
}

// Everything changed since the last `mark_clean`, in key order.
[[nodiscard]] std::vector<ports::Change> collect_changes(const auto& set) {
  std::vector<ports::Change> changes;
  set.for_each_table([&](const auto& table) {
    table.for_each_dirty([&](base::Bytes key, const auto* row) {
      changes.push_back(
          {std::move(key), row != nullptr ? std::optional(encode_row(*row)) : std::nullopt});
    });
  });
  std::ranges::sort(changes, {}, &ports::Change::key);
  return changes;
}
void mark_clean(auto& set) {
  set.for_each_table([](auto& table) { table.mark_clean(); });
}
// Keeps memory bounded: drops what the store has too. REQUIRES: settled, clean
void drop_clean(auto& set) {
  set.for_each_table([](auto& table) { table.drop_clean(); });
}
[[nodiscard]] std::size_t rows_loaded(const auto& set) {
  std::size_t rows = 0;
  set.for_each_table([&](const auto& table) { rows += table.loaded(); });
  return rows;
}

// Σ XXH3-128(model, version, key, value) mod 2^128 over every row, secrets left out: equal for
// equal facts however they were reached (architecture.md §8).
class Digest {
 public:
  // `sum`: of the rows added so far.
  explicit Digest(std::string_view model, std::uint32_t version, base::Uint128 sum = 0)
      : prefix_(model), sum_(sum) {
    prefix_.push_back('\0');
    base::put_little(prefix_, version);
  }
  void add(base::ByteView key, base::ByteView value) { sum_ += hash(key, value); }
  void remove(base::ByteView key, base::ByteView value) { sum_ -= hash(key, value); }
  // 32 hexadecimal digits.
  [[nodiscard]] std::string text() const {
    base::Bytes bytes;
    for (int shift = 120; shift >= 0; shift -= 8)
      bytes.push_back(static_cast<char>(sum_ >> shift & 0xFF));
    return base::to_hex(bytes);
  }
  [[nodiscard]] base::Uint128 sum() const { return sum_; }

 private:
  [[nodiscard]] base::Uint128 hash(base::ByteView key, base::ByteView value) const {
    base::Bytes bytes = prefix_;
    base::put_varint(bytes, key.size());
    bytes += key;
    bytes += value;
    return base::fast_hash128(bytes);
  }
  base::Bytes prefix_;
  base::Uint128 sum_;
};

// Calls `visit(key, row)` for every row of one table as it now is: loaded rows first hand, the rest
// from the store (null: there is none behind).
[[nodiscard]] base::Result<void> for_each_row(const auto& table, ports::StateStore* store,
                                              auto&& visit) {
  using Table = std::remove_cvref_t<decltype(table)>;
  table.for_each_loaded(visit);
  if (store == nullptr) return {};
  const base::Bytes prefix(1, table.tag());
  KOPILKA_TRY_ASSIGN(auto cursor, store->scan(prefix, {}));
  for (;;) {
    KOPILKA_TRY_ASSIGN(const auto stored, cursor->next());
    if (!stored) return {};
    const auto key = decode_key<typename Table::Key>(table.tag(), stored->key);
    if (key && table.is_loaded(*key)) continue;
    const auto row = key ? decode_row<typename Table::Row>(stored->value) : std::nullopt;
    if (!row)
      return base::fail(base::ErrorKind::corrupt,
                        "a row of the store is not readable; delete the store, it is rebuilt from "
                        "the log");
    visit(*key, *row);
  }
}

[[nodiscard]] base::Result<Digest> digest_of(const auto& set, ports::StateStore* store,
                                             std::string_view model, std::uint32_t version) {
  Digest digest(model, version);
  base::Result<void> done;
  set.for_each_table([&](const auto& table) {
    if (!done) return;
    done = for_each_row(table, store, [&](const auto& key, const auto& row) {
      digest.add(encode_key(table.tag(), key), encode_row(row, Secrets::left_out));
    });
  });
  if (!done) return std::unexpected(std::move(done).error());
  return digest;
}

}  // namespace kopilka::state
