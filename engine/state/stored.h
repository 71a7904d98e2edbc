#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <set>
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

// Σ XXH3-128(model, version, key, value) mod 2^128 over every row, secrets left out: equal for
// equal facts however they were reached (architecture.md §8).
class Digest {
 public:
  // `sum`: of the rows added so far.
  explicit Digest(std::string_view model, std::uint32_t version, base::Uint128 sum = 0)
      : room_(model), sum_(sum) {
    room_.push_back('\0');
    base::put_little(room_, version);
    prefix_size_ = room_.size();
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
  [[nodiscard]] base::Uint128 hash(base::ByteView key, base::ByteView value) {
    room_.resize(prefix_size_);
    base::put_varint(room_, key.size());
    room_ += key;
    room_ += value;
    return base::fast_hash128(room_);
  }
  base::Bytes room_;  // begins with what begins everything that is hashed
  std::size_t prefix_size_{0};
  base::Uint128 sum_;
};

// The digest of a set is kept in step with its rows as they stood at the last `mark_clean`, and
// looks at each changed row twice, however often it was changed since: when it is first overtaken,
// and when it is written.
// REQUIRES: `step` is the latest of the set and not settled
void take_overtaken_out(const auto& set, std::uint64_t step, Digest& digest) {
  base::Bytes key_room;
  base::Bytes row_room;
  set.for_each_table([&](const auto& table) {
    table.for_each_overtaken(step, [&](const auto& key, const auto& row) {
      KeyWriter key_writer(table.tag(), std::move(key_room));
      key_writer.put(key);
      key_room = key_writer.take();
      RowWriter row_writer(Secrets::left_out, std::move(row_room));
      row_writer.put(row);
      row_room = row_writer.take();
      digest.remove(key_room, row_room);
    });
  });
}
// Adds the rows changed since the last `mark_clean`: the digest of the set as it is.
void add_changed(const auto& set, Digest& digest) {
  set.for_each_table([&](const auto& table) {
    table.for_each_dirty([&](const auto& key, const auto* row) {
      if (row != nullptr)
        digest.add(encode_key(table.tag(), key), encode_row(*row, Secrets::left_out));
    });
  });
}

// The changed rows of one table, in key order; those that stay are added to `digest` (null: none is
// kept).
void collect_changes_of(const auto& table, Digest* digest, std::vector<ports::Change>& changes) {
  using Key = typename std::remove_cvref_t<decltype(table)>::Key;
  using Row = typename std::remove_cvref_t<decltype(table)>::Row;
  // The first 16 bytes of a key after its tag tell nearly all keys apart.
  struct Place {
    std::uint64_t high;
    std::uint64_t low;
    const Key* key;
    const Row* row;
  };
  std::vector<Place> places;
  base::Bytes key_room;
  base::Bytes row_room;
  const auto encode = [&](const Key& key) -> const base::Bytes& {
    KeyWriter writer(table.tag(), std::move(key_room));
    writer.put(key);
    key_room = writer.take();
    return key_room;
  };
  table.for_each_dirty([&](const Key& key, const Row* row) {
    base::Bytes head = encode(key).substr(1, 16);
    head.resize(16, '\0');
    const auto word = [&](std::size_t at) {
      std::uint64_t value = 0;
      for (std::size_t i = 0; i < 8; ++i)
        value = value << 8 | static_cast<std::uint8_t>(head[at + i]);
      return value;
    };
    places.push_back({word(0), word(8), &key, row});
  });
  std::ranges::sort(places, [&](const Place& one, const Place& other) {
    if (one.high != other.high) return one.high < other.high;
    if (one.low != other.low) return one.low < other.low;
    return encode_key(table.tag(), *one.key) < encode_key(table.tag(), *other.key);
  });
  changes.reserve(changes.size() + places.size());
  for (const auto& place : places) {
    auto& change = changes.emplace_back(ports::Change{encode(*place.key), {}});
    if (place.row == nullptr) continue;
    RowWriter writer(Secrets::kept, std::move(row_room));
    writer.put(*place.row);
    row_room = writer.take();
    change.value = row_room;
    if (digest == nullptr) continue;
    if (writer.met_secrets())
      digest->add(change.key, encode_row(*place.row, Secrets::left_out));
    else
      digest->add(change.key, row_room);
  }
}

// Everything changed since the last `mark_clean`, in key order; rows that stay are added to
// `digest` (null: none is kept).
[[nodiscard]] std::vector<ports::Change> collect_changes(const auto& set,
                                                         Digest* digest = nullptr) {
  std::set<char> tags;
  set.for_each_table([&](const auto& table) { tags.insert(table.tag()); });
  std::vector<ports::Change> changes;
  for (const char tag : tags)
    set.for_each_table([&](const auto& table) {
      if (table.tag() == tag) collect_changes_of(table, digest, changes);
    });
  return changes;
}
void mark_clean(auto& set) {
  set.for_each_table([](auto& table) { table.mark_clean(); });
}
// Keeps memory bounded: drops what the store has too. REQUIRES: settled, clean
void drop_clean(auto& set, Keep keep = Keep::nothing) {
  set.for_each_table([&](auto& table) { table.drop_clean(keep); });
}
[[nodiscard]] std::size_t rows_loaded(const auto& set) {
  std::size_t rows = 0;
  set.for_each_table([&](const auto& table) { rows += table.loaded(); });
  return rows;
}
// REQUIRES: `step` is the latest and not settled
[[nodiscard]] std::size_t touched(const auto& set, std::uint64_t step) {
  std::size_t rows = 0;
  set.for_each_table([&](const auto& table) { rows += table.touched(step); });
  return rows;
}
// What its tables take in memory, about.
[[nodiscard]] std::size_t bytes_of(const auto& set) {
  std::size_t bytes = 0;
  set.for_each_table([&](const auto& table) { bytes += table.bytes(); });
  return bytes;
}
// The same, and what writing its changed rows will take beside it.
[[nodiscard]] std::size_t bytes_to_flush(const auto& set) {
  std::size_t bytes = bytes_of(set);
  set.for_each_table([&](const auto& table) { bytes += table.bytes_to_write(); });
  return bytes;
}
// Drops what the store has too until no more than `bytes_max` are taken, if that is enough: first
// rows that were not needed again, then the others, then the knowledge of what was dropped.
// REQUIRES: settled, clean
void keep_within(auto& set, std::size_t bytes_max) {
  if (bytes_of(set) > bytes_max) drop_clean(set, Keep::reused);
  if (bytes_of(set) > bytes_max) drop_clean(set);
  if (bytes_of(set) > bytes_max) set.for_each_table([](auto& table) { table.give_up_filter(); });
}
// Whether a row that is not loaded may be in a store.
[[nodiscard]] bool may_miss(const auto& set) {
  bool may = false;
  set.for_each_table([&](const auto& table) { may = may || table.may_miss(); });
  return may;
}

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
