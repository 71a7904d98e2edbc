#pragma once

#include <algorithm>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/base/hashing.h"
#include "engine/model/batch.h"
#include "engine/ports/state_store.h"
#include "engine/state/stored.h"
#include "projections/runtime/read_model_host.h"
#include "tests/contract/read_model_history.h"

// What every read model promises over every store (I-21): rows, digest and answers are a function
// of the events alone, however these come in batches, whenever rows are written, and wherever the
// process dies. A suite is made for a Case that has
//   Model                                            the read model
//   ports::StateStore& store()                       what it writes to
//   runtime::StoreFactory factory()                  opens that; what was applied before stands
//   static std::string answers(const Reader&)        everything that it can be asked, as text
//   kAnswer                                          what must be among it, or nothing was compared
namespace kopilka::contract {

namespace runtime = projections::runtime;

struct HashedBatch {
  model::Batch batch;
  base::Hash256 hash{};
};

// The entries cut into batches of 0 to `entries_max`.
inline std::vector<HashedBatch> in_batches(const std::vector<model::Entry>& entries,
                                           std::uint64_t entries_max, Dice& dice) {
  std::vector<HashedBatch> batches;
  model::BatchHeader header;
  header.first_seq = model::Seq{1};
  for (auto next = entries.begin(); next != entries.end();) {
    const auto left = static_cast<std::uint64_t>(entries.end() - next);
    const auto end = next + static_cast<std::ptrdiff_t>(std::min(left, dice.roll(entries_max + 1)));
    header.n = model::next(header.n);
    header.count = 0;
    for (auto entry = next; entry != end; ++entry)
      header.count += static_cast<std::uint32_t>(entry->events.size());
    auto& made = batches.emplace_back(HashedBatch{{header, {}, {next, end}}, {}});
    made.hash = base::sha256(base::view_of(header.previous));
    header.previous = made.hash;
    header.first_seq = model::next(model::last_seq(header));
    next = end;
  }
  return batches;
}

template <class Case>
class ReadModelContract : public testing::Test {
 protected:
  using Model = typename Case::Model;
  using Host = runtime::ReadModelHost<Model>;

  std::unique_ptr<Host> open(runtime::HostLimits limits = {}) {
    auto host = Host::open(case_.factory(), limits);
    if (!host) throw std::runtime_error(host.error().message);
    return std::move(*host);
  }
  // Those that are next.
  static void feed(Host& host, std::span<const HashedBatch> batches) {
    for (const auto& [batch, hash] : batches)
      if (host.apply(batch, hash) == runtime::Turn::stopped)
        throw std::runtime_error(host.ready().error().message);
  }
  static void flush(Host& host) { ASSERT_TRUE(host.flush()); }
  static std::string answers(const Host& host) { return Case::answers(host.read().value().reader); }

  // The rows as bytes, in key order.
  std::vector<std::pair<std::string, std::string>> dump() {
    std::vector<std::pair<std::string, std::string>> rows;
    const auto cursor = case_.store().scan({}, {}).value();
    while (auto row = cursor->next().value())
      rows.emplace_back(std::move(row->key), std::move(row->value));
    return rows;
  }
  std::string digest_of_rows() {
    Model fresh;
    state::Misses misses;
    state::attach_all(fresh, state::Backing::store, misses);
    return state::digest_of(fresh, &case_.store(), Model::kName, Model::kVersion).value().text();
  }

  // The whole of a history in one go.
  struct Expected {
    std::string digest;
    std::string answers;
    std::vector<ports::Change> rows;
  };
  static Expected expected(const std::vector<model::Entry>& entries) {
    Model whole;
    model::Seq seq;
    for (const auto& entry : entries) {
      for (const auto& dated : entry.events) {
        seq = model::next(seq);
        if (!whole.fold(dated, seq, entry.recorded_at)) throw std::runtime_error("not folded");
      }
    }
    auto answers = Case::answers({whole, nullptr});
    EXPECT_NE(answers.find(Case::kAnswer), std::string::npos);
    return {state::digest_of(whole, nullptr, Model::kName, Model::kVersion).value().text(),
            std::move(answers), rows_of(whole)};
  }
  void expect_rows(const std::vector<ports::Change>& rows) {
    const auto stored = dump();
    ASSERT_EQ(stored.size(), rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      EXPECT_EQ(stored[i].first, rows[i].key);
      EXPECT_EQ(stored[i].second, rows[i].value);
    }
  }

  Case case_;

 private:
  static std::vector<ports::Change> rows_of(const Model& model) {
    auto rows = state::collect_changes(model);
    std::erase_if(rows, [](const ports::Change& change) { return !change.value; });
    return rows;
  }
};

TYPED_TEST_SUITE_P(ReadModelContract);

TYPED_TEST_P(ReadModelContract, gives_the_same_rows_and_answers_for_any_batches_and_flushes) {
  Dice dice(7);
  const auto entries = RandomHistory(7).entries(400);
  const auto expected = this->expected(entries);
  const auto host =
      this->open({.dirty_rows_max = 1 + dice.roll(100), .loaded_rows_max = dice.roll(300)});
  this->feed(*host, in_batches(entries, 12, dice));
  EXPECT_EQ(host->digest(), expected.digest);
  EXPECT_EQ(this->answers(*host), expected.answers);
  this->flush(*host);
  this->expect_rows(expected.rows);
}

TYPED_TEST_P(ReadModelContract, gives_the_same_rows_however_much_memory_it_has) {
  const auto entries = RandomHistory(17).entries(400);
  const auto expected = this->expected(entries);
  for (const std::size_t bytes : {1, 20'000, 100'000, 1'000'000'000}) {
    SCOPED_TRACE(bytes);
    TypeParam one_of_its_own;
    std::swap(this->case_, one_of_its_own);
    Dice dice(17);
    const auto host = this->open({.dirty_rows_max = entries.size() * 1'000,
                                  .loaded_rows_max = entries.size() * 1'000,
                                  .table_bytes_max = bytes});
    this->feed(*host, in_batches(entries, 12, dice));
    if (bytes == 1) {
      EXPECT_EQ(host->stored_position(), host->position()) << "flushed each time";
    }
    EXPECT_EQ(host->digest(), expected.digest);
    EXPECT_EQ(this->answers(*host), expected.answers);
    this->flush(*host);
    EXPECT_EQ(host->digest(), expected.digest);
    this->expect_rows(expected.rows);
  }
}

TYPED_TEST_P(ReadModelContract, gives_the_same_rows_wherever_it_dies) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    TypeParam one_of_its_own;
    std::swap(this->case_, one_of_its_own);
    Dice dice(seed);
    const auto entries = RandomHistory(seed).entries(250);
    const auto expected = this->expected(entries);
    const auto batches = in_batches(entries, 10, dice);
    while (true) {
      const auto host =
          this->open({.dirty_rows_max = 1 + dice.roll(60), .loaded_rows_max = dice.roll(100)});
      const auto done = host->position().n.value();
      ASSERT_LE(done, batches.size());
      const auto some = std::min<std::uint64_t>(dice.roll(20), batches.size() - done);
      this->feed(*host, std::span(batches).first(done + some));
      if (dice.roll(2) == 0) this->flush(*host);
      if (host->stored_position().n.value() == batches.size()) break;
    }
    EXPECT_EQ(this->digest_of_rows(), expected.digest) << "seed " << seed;
    EXPECT_EQ(this->open()->digest(), expected.digest);
    EXPECT_EQ(this->answers(*this->open()), expected.answers);
    this->expect_rows(expected.rows);
  }
}

TYPED_TEST_P(ReadModelContract, keeps_the_digest_that_its_rows_have_at_every_flush) {
  Dice dice(11);
  const auto entries = RandomHistory(11).entries(120);
  const auto host = this->open();
  for (const auto& [batch, hash] : in_batches(entries, 6, dice)) {
    ASSERT_EQ(host->apply(batch, hash), runtime::Turn::next);
    this->flush(*host);
    ASSERT_EQ(host->digest(), this->digest_of_rows());
  }
}

TYPED_TEST_P(ReadModelContract, answers_alike_from_memory_and_from_the_store) {
  Dice dice(13);
  const auto entries = RandomHistory(13).entries(300);
  const auto batches = in_batches(entries, 10, dice);
  const auto host = this->open({.dirty_rows_max = 1'000'000, .loaded_rows_max = 0});
  this->feed(*host, std::span(batches).first(batches.size() / 2));
  this->flush(*host);
  this->feed(*host, batches);  // half of it is stored and half is not
  const auto mixed = this->answers(*host);
  this->flush(*host);
  EXPECT_EQ(this->answers(*host), mixed);
  EXPECT_EQ(mixed, this->expected(entries).answers);
}

REGISTER_TYPED_TEST_SUITE_P(ReadModelContract,
                            gives_the_same_rows_and_answers_for_any_batches_and_flushes,
                            gives_the_same_rows_however_much_memory_it_has,
                            gives_the_same_rows_wherever_it_dies,
                            keeps_the_digest_that_its_rows_have_at_every_flush,
                            answers_alike_from_memory_and_from_the_store);

}  // namespace kopilka::contract
