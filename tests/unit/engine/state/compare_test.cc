#include "engine/state/compare.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/memory/state_store.h"
#include "engine/model/ids.h"

namespace kopilka::state {
namespace {

struct Row {
  std::uint64_t value{0};
  model::Sealed secret;
  static void fields(auto&& self, auto&& field) {
    field(0, "value", self.value);
    field(1, "secret", self.secret);
  }
};
struct Set {
  Table<model::MemberId, Row> members{'m'};
  Table<model::PartnerId, Row> partners{'n'};
  void for_each_table(auto&& visit) const {
    visit(members);
    visit(partners);
  }
};

model::MemberId id(std::uint64_t value) {
  return model::MemberId{value};
}
base::Bytes key(std::uint64_t value) {
  return encode_key('m', id(value));
}

// Members 1 to 5 and a partner, folded and kept alike.
class Compare : public testing::Test {
 protected:
  Compare() {
    for (std::uint64_t n = 1; n <= 5; ++n)
      folded_.members.create(id(n)) = {10 * n, {"sealed"}};
    folded_.partners.create(model::PartnerId{3}).value = 7;
    std::map<base::Bytes, std::optional<base::Bytes>> rows;
    folded_.for_each_table([&](const auto& table) {
      table.for_each_loaded([&](const auto& at, const auto& row) {
        rows[encode_key(table.tag(), at)] = encode_row(row);
      });
    });
    for (const auto& [at, row] : rows)
      keep(at, row);
  }

  void keep(const base::Bytes& at, std::optional<base::Bytes> row) {
    const std::vector<ports::Change> changes{{at, std::move(row)}};
    ASSERT_TRUE(store_.apply(changes, "position"));
  }
  RowsComparison compare(std::size_t shown_max = 10) {
    return compare_rows(folded_, store_, "test", 1, shown_max).value();
  }

  Set folded_;
  memory::MemoryStateStore store_;
};

TEST_F(Compare, finds_nothing_where_nothing_differs) {
  const auto found = compare();
  EXPECT_EQ(found.differing, 0U);
  EXPECT_TRUE(found.shown.empty());
  EXPECT_EQ(found.rows.text(), found.folded.text());
  EXPECT_EQ(found.rows.text(), digest_of(folded_, nullptr, "test", 1).value().text());
}

TEST_F(Compare, shows_both_rows_of_one_that_was_changed) {
  keep(key(2), encode_row(Row{21, {"sealed"}}));
  const auto found = compare();
  ASSERT_EQ(found.differing, 1U);
  EXPECT_EQ(found.shown.front().key, key(2));
  EXPECT_EQ(found.shown.front().kept, encode_row(Row{21, {"sealed"}}));
  EXPECT_EQ(found.shown.front().folded, encode_row(Row{20, {"sealed"}}));
  EXPECT_NE(found.rows.text(), found.folded.text());
}

TEST_F(Compare, finds_a_row_that_is_lacking_and_one_that_nobody_knows) {
  keep(key(4), std::nullopt);
  keep(key(9), encode_row(Row{90, {}}));
  const auto found = compare();
  ASSERT_EQ(found.differing, 2U);
  EXPECT_EQ(found.shown[0].key, key(4));
  EXPECT_FALSE(found.shown[0].kept);
  EXPECT_TRUE(found.shown[0].folded);
  EXPECT_EQ(found.shown[1].key, key(9));
  EXPECT_TRUE(found.shown[1].kept);
  EXPECT_FALSE(found.shown[1].folded);
}

TEST_F(Compare, finds_a_secret_that_was_changed_though_no_digest_holds_it) {
  keep(key(1), encode_row(Row{10, {"another"}}));
  const auto found = compare();
  EXPECT_EQ(found.differing, 1U);
  EXPECT_EQ(found.rows.text(), found.folded.text());
}

TEST_F(Compare, takes_rows_that_cannot_be_read_and_keys_of_no_table_for_differences) {
  keep(key(3), "?");
  keep("m", "short key");
  keep("zzz", "no such table");
  const auto found = compare();
  EXPECT_EQ(found.differing, 3U);
  EXPECT_EQ(found.shown.back().key, "zzz");
}

TEST_F(Compare, shows_the_first_in_key_order_and_counts_all) {
  for (std::uint64_t n = 1; n <= 5; ++n)
    keep(key(n), n % 2 == 0 ? std::optional(encode_row(Row{0, {}})) : std::nullopt);
  const auto found = compare(2);
  EXPECT_EQ(found.differing, 5U);
  ASSERT_EQ(found.shown.size(), 2U);
  EXPECT_EQ(found.shown[0].key, key(1));
  EXPECT_EQ(found.shown[1].key, key(2));
}

TEST_F(Compare, finds_every_row_lacking_in_an_empty_store) {
  store_.lose_everything();
  for (std::uint64_t n = 6; n <= 3'000; ++n)
    folded_.members.create(id(n)).value = n;
  EXPECT_EQ(compare(1).differing, 3'001U);
}

}  // namespace
}  // namespace kopilka::state
