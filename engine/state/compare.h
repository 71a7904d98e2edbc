#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/ports/state_store.h"
#include "engine/state/key_reader.h"
#include "engine/state/row_codec.h"
#include "engine/state/stored.h"

// Rows that a store keeps against the same rows folded anew.
namespace kopilka::state {

// A row that the store keeps otherwise than the fold has it; bytes as a store holds them.
struct RowDifference {
  base::Bytes key;
  std::optional<base::Bytes> kept;    // nothing: the store lacks it
  std::optional<base::Bytes> folded;  // nothing: the log knows no such row
};

struct RowsComparison {
  Digest rows;  // of the store's; one that cannot be read adds nothing
  Digest folded;
  std::uint64_t differing{0};
  std::vector<RowDifference> shown;  // the first of them, in key order
};

// The first differences in key order, however they come.
class DifferenceList {
 public:
  explicit DifferenceList(std::size_t shown_max) : shown_max_(shown_max) {}

  void add(RowDifference difference) {
    ++count_;
    auto key = difference.key;
    first_.emplace(std::move(key), std::move(difference));
    if (first_.size() > shown_max_) first_.erase(std::prev(first_.end()));
  }
  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] std::vector<RowDifference> take() {
    std::vector<RowDifference> taken;
    taken.reserve(first_.size());
    for (auto& [key, difference] : first_)
      taken.push_back(std::move(difference));
    first_.clear();
    return taken;
  }

 private:
  std::size_t shown_max_;
  std::uint64_t count_{0};
  std::map<base::Bytes, RowDifference> first_;
};

// What `folded` holds under a stored key. Adds the stored row to `rows`, if it is one.
[[nodiscard]] std::optional<base::Bytes> folded_row(const auto& folded, const ports::Row& stored,
                                                    Digest& rows) {
  std::optional<base::Bytes> found;
  folded.for_each_table([&](const auto& table) {
    using Table = std::remove_cvref_t<decltype(table)>;
    const auto key = decode_key<typename Table::Key>(table.tag(), stored.key);
    if (!key) return;
    if (const auto* row = table.find(*key); row != nullptr) found = encode_row(*row);
    const auto kept = decode_row<typename Table::Row>(stored.value);
    if (kept) rows.add(stored.key, encode_row(*kept, Secrets::left_out));
  });
  return found;
}

// Adds the rows of `folded` that the store lacks.
[[nodiscard]] base::Result<void> find_lacking(const auto& folded, ports::StateStore& store,
                                              DifferenceList& differences) {
  constexpr std::size_t kKeysPerRead = 1'024;
  std::vector<base::Bytes> keys;
  std::vector<base::Bytes> rows;
  const auto look = [&]() -> base::Result<void> {
    KOPILKA_TRY_ASSIGN(const auto kept, store.multi_get(keys));
    for (std::size_t i = 0; i < keys.size(); ++i)
      if (!kept[i]) differences.add({std::move(keys[i]), std::nullopt, std::move(rows[i])});
    keys.clear();
    rows.clear();
    return {};
  };
  base::Result<void> done;
  folded.for_each_table([&](const auto& table) {
    table.for_each_loaded([&](const auto& key, const auto& row) {
      if (!done) return;
      keys.push_back(encode_key(table.tag(), key));
      rows.push_back(encode_row(row));
      if (keys.size() == kKeysPerRead) done = look();
    });
  });
  KOPILKA_TRY(done);
  return look();
}

// Compares every byte of every row, secrets too, though digests leave those out.
// REQUIRES: all of `folded` is in memory, and it holds the secrets that the store's rows hold
[[nodiscard]] base::Result<RowsComparison> compare_rows(const auto& folded,
                                                        ports::StateStore& store,
                                                        std::string_view model,
                                                        std::uint32_t version,
                                                        std::size_t shown_max) {
  DifferenceList differences(shown_max);
  Digest rows(model, version);
  std::uint64_t met = 0;
  KOPILKA_TRY_ASSIGN(const auto cursor, store.scan({}, {}));
  for (;;) {
    KOPILKA_TRY_ASSIGN(auto stored, cursor->next());
    if (!stored) break;
    auto expected = folded_row(folded, *stored, rows);
    met += expected ? 1U : 0U;
    if (expected != stored->value)
      differences.add({std::move(stored->key), std::move(stored->value), std::move(expected)});
  }
  std::uint64_t all = 0;
  folded.for_each_table(
      [&](const auto& table) { table.for_each_loaded([&](const auto&, const auto&) { ++all; }); });
  if (met != all) KOPILKA_TRY(find_lacking(folded, store, differences));
  KOPILKA_TRY_ASSIGN(auto digest, digest_of(folded, nullptr, model, version));
  return RowsComparison{rows, std::move(digest), differences.count(), differences.take()};
}

}  // namespace kopilka::state
