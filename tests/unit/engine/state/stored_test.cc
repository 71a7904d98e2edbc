#include "engine/state/stored.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/memory/state_store.h"
#include "engine/model/ids.h"
#include "engine/state/reads.h"

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
  void for_each_table(auto&& visit) {
    visit(members);
    visit(partners);
  }
  void for_each_table(auto&& visit) const {
    visit(members);
    visit(partners);
  }
};

model::MemberId id(std::uint64_t value) {
  return model::MemberId{value};
}

// A set over a store, flushed after each change.
struct Stored {
  memory::MemoryStateStore store;
  Misses misses;
  Set set;
  std::uint64_t step{0};

  Stored() { attach_all(set, Backing::store, misses); }
  void put(std::uint64_t key, std::uint64_t value) {
    ++step;
    for (;;) {
      begin_step(set, step);
      set.members.edit(id(key)).value = value;
      if (misses.count == 0) break;
      roll_back(set, step);
      load();
    }
    settle(set, step);
  }
  void load() { ASSERT_TRUE(load_missing(set, misses, store)); }
  void flush() {
    ASSERT_TRUE(store.apply(collect_changes(set), "position"));
    mark_clean(set);
  }
};

TEST(LoadMissing, answers_every_table_at_once) {
  Stored s;
  s.put(1, 10);
  s.flush();
  drop_clean(s.set);
  EXPECT_EQ(s.set.members.find(id(1)), nullptr);
  EXPECT_EQ(s.set.members.find(id(2)), nullptr);
  EXPECT_EQ(s.set.partners.find(model::PartnerId{1}), nullptr);
  EXPECT_EQ(s.misses.count, 3U);
  s.load();
  ASSERT_NE(s.set.members.find(id(1)), nullptr);
  EXPECT_EQ(s.set.members.find(id(1))->value, 10U);
  EXPECT_EQ(s.set.members.find(id(2)), nullptr);
  EXPECT_EQ(s.set.partners.find(model::PartnerId{1}), nullptr);
  EXPECT_EQ(s.misses.count, 0U);
}

TEST(LoadMissing, says_that_a_row_is_unreadable) {
  Stored s;
  const std::vector<ports::Change> changes{{encode_key('m', id(1)), "\xff\xff"}};
  ASSERT_TRUE(s.store.apply(changes, "position"));
  (void)s.set.members.find(id(1));
  const auto loaded = load_missing(s.set, s.misses, s.store);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().kind, base::ErrorKind::corrupt);
}

TEST(CollectChanges, lists_every_table_in_key_order_with_what_is_gone) {
  Stored s;
  for (const std::uint64_t key : {300, 2, 1})
    s.put(key, key);
  s.flush();
  begin_step(s.set, ++s.step);
  s.set.members.erase(id(2));
  s.set.members.edit(id(300)).value = 7;
  s.set.partners.create(model::PartnerId{5}).value = 5;
  const auto changes = collect_changes(s.set);
  ASSERT_EQ(changes.size(), 3U);
  EXPECT_EQ(changes.at(0).key, encode_key('m', id(2)));
  EXPECT_EQ(changes.at(0).value, std::nullopt);
  EXPECT_EQ(changes.at(1).key, encode_key('m', id(300)));
  EXPECT_EQ(changes.at(2).key, encode_key('n', model::PartnerId{5}));
}

// --- digests -----------------------------------------------------------------------------------

std::string digest(Stored& s) {
  return digest_of(s.set, &s.store, "model", 1)->text();
}

TEST(Digest, is_the_same_wherever_the_rows_lie) {
  Stored loaded, stored, both;
  for (auto* s : {&loaded, &stored, &both})
    for (std::uint64_t key = 1; key <= 20; ++key)
      s->put(key, key * key);
  const auto expected = digest(loaded);
  stored.flush();
  drop_clean(stored.set);
  both.flush();
  drop_clean(both.set);
  both.put(3, 9);
  EXPECT_EQ(digest(stored), expected);
  EXPECT_EQ(digest(both), expected);
}

TEST(Digest, sees_loaded_changes_above_the_stored_rows) {
  Stored s;
  s.put(1, 10);
  s.flush();
  const auto before = digest(s);
  s.put(1, 11);
  EXPECT_NE(digest(s), before);
  begin_step(s.set, ++s.step);
  s.set.members.erase(id(1));
  EXPECT_EQ(digest(s), Digest("model", 1).text());
}

TEST(Digest, does_not_see_secrets_nor_the_order_of_changes) {
  Stored one, other;
  one.put(1, 10);
  one.put(2, 20);
  other.put(2, 20);
  other.put(1, 10);
  begin_step(other.set, ++other.step);
  other.set.members.edit(id(1)).secret.bytes = "sealed anew";
  EXPECT_EQ(digest(one), digest(other));
}

TEST(Digest, differs_by_model_and_version) {
  Digest digest("one", 1), renamed("two", 1), newer("one", 2);
  for (auto* d : {&digest, &renamed, &newer})
    d->add("key", "value");
  EXPECT_NE(digest.text(), renamed.text());
  EXPECT_NE(digest.text(), newer.text());
  EXPECT_EQ(digest.text().size(), 32U);
}

TEST(Digest, forgets_what_is_removed) {
  Digest digest("model", 1);
  const auto empty = digest.text();
  digest.add("a", "1");
  const auto one = digest.text();
  digest.add("b", "2");
  digest.remove("b", "2");
  EXPECT_EQ(digest.text(), one);
  digest.remove("a", "1");
  EXPECT_EQ(digest.text(), empty);
}

TEST(Digest, tells_a_key_from_its_value) {
  Digest one("model", 1), other("model", 1);
  one.add("ab", "c");
  other.add("a", "bc");
  EXPECT_NE(one.text(), other.text());
}

// --- reads -------------------------------------------------------------------------------------

TEST(ReadRow, looks_first_at_what_is_loaded) {
  Stored s;
  s.put(1, 10);
  s.put(2, 20);
  s.flush();
  drop_clean(s.set);
  s.put(1, 11);
  begin_step(s.set, ++s.step);
  s.set.members.load(id(3), std::nullopt);
  const auto read = [&](std::uint64_t key) {
    const auto row = read_row(s.set.members, &s.store, id(key)).value();
    return row ? row->value : 0;
  };
  EXPECT_EQ(read(1), 11U);
  EXPECT_EQ(read(2), 20U);
  EXPECT_EQ(read(3), 0U);
  EXPECT_EQ(read(4), 0U);
  EXPECT_EQ(s.misses.count, 0U);
  EXPECT_FALSE(read_row(s.set.members, nullptr, id(2)).value());
}

TEST(ScanRows, merges_loaded_and_stored_rows_in_key_order) {
  Stored s;
  for (std::uint64_t key = 1; key <= 6; ++key)
    s.put(key, key);
  s.flush();
  drop_clean(s.set);
  s.put(2, 22);
  s.put(7, 77);
  const auto scan = [&](std::uint64_t from, std::size_t most) {
    std::vector<std::uint64_t> values;
    const auto done = scan_rows(
        s.set.members, &s.store, KeyRange{"m", encode_key('m', id(from))},
        [](model::MemberId) { return true; },
        [&](model::MemberId, const Row& row) {
          values.push_back(row.value);
          return values.size() == most ? Scan::stop : Scan::go_on;
        });
    EXPECT_TRUE(done);
    return values;
  };
  EXPECT_EQ(scan(0, 100), (std::vector<std::uint64_t>{1, 22, 3, 4, 5, 6, 77}));
  EXPECT_EQ(scan(2, 3), (std::vector<std::uint64_t>{22, 3, 4}));
  EXPECT_EQ(scan(7, 100), (std::vector<std::uint64_t>{77}));
}

}  // namespace
}  // namespace kopilka::state
