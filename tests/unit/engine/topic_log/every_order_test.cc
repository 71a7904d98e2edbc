// Every sequence of a few records: the fold against a naive reading of the rule, and readers that
// begin anywhere against the one that began at the beginning.

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/topic_records.h"

namespace kopilka::topic_log {
namespace {

constexpr std::size_t kLength = 6;

// A record by what the rule looks at. Histories are told apart by a letter each batch.
struct Letter {
  std::string name;
  base::Bytes bytes;
  char kind{'x'};  // c: claim, b: batch, x: garbage
  std::uint32_t epoch{0};
  char owner{0};
  std::uint64_t n{0};
  std::string history;  // of a batch, itself included
};

struct Alphabet {
  std::vector<Letter> letters;

  Alphabet() {
    claim(1, 'a');
    claim(1, 'b');
    claim(2, 'b');
    claim(3, 'a');
    auto a = batches_of(1, 'a');
    const auto a1 = batch("a1", a.next(), 1, 'a', 1, "p");
    batch("a2", a.next(), 1, 'a', 2, "pq");
    batch("a3", a.next(), 1, 'a', 3, "pqr");
    batch("b1", batches_of(2, 'b').next(), 2, 'b', 1, "s");
    auto b = batches_of(2, 'b', head_after(a1));
    batch("b2", b.next_empty(), 2, 'b', 2, "pt");
    batch("b3", b.next(), 2, 'b', 3, "ptu");
    letters.push_back({"x", "garbage", 'x'});
  }

 private:
  void claim(std::uint32_t epoch, char owner) {
    letters.push_back(
        {"C" + std::to_string(epoch) + owner, claim_bytes(epoch, owner), 'c', epoch, owner});
  }
  ports::SealedBatch batch(std::string name, ports::SealedBatch made, std::uint32_t epoch,
                           char owner, std::uint64_t n, std::string history) {
    letters.push_back({std::move(name), made.bytes, 'b', epoch, owner, n, std::move(history)});
    return made;
  }
};

// The rule, said once more and as plainly as can be.
struct Naive {
  std::uint32_t epoch{0};
  char owner{0};
  bool fresh{false};
  std::string history;

  char judge(const Letter& letter) {  // v: void, s: stop, c: counted, i: in force
    if (letter.kind == 'c') {
      if (letter.epoch != epoch + 1) return 'v';
      epoch = letter.epoch;
      owner = letter.owner;
      fresh = true;
      return 'i';
    }
    if (letter.kind != 'b' || letter.epoch != epoch || letter.owner != owner) return 'v';
    const auto due = history.size() + 1;
    const bool fits = letter.n == due && letter.history.substr(0, due - 1) == history;
    if (fits) {
      history = letter.history;
      fresh = false;
      return 'c';
    }
    return fresh || letter.n == due ? 's' : 'v';
  }
};

char kind_of_verdict(const Verdict& verdict) {
  return std::array{'g', 'c', 'i', 'v', 's'}.at(verdict.index());
}

// All readers of one sequence, each from its own beginning, and the sequence so far.
struct Readers {
  Fold whole;
  Naive naive;
  Fold without_void;          // was never given a void record
  std::vector<Fold> resumed;  // one from each counted batch
  std::string told;
};

class EveryOrder : public ::testing::Test {
 protected:
  void visit(const Readers& before, ports::TopicOffset offset) {
    if (offset > kLength || HasFailure()) return;
    for (const auto& letter : alphabet_.letters) {
      auto now = before;
      now.told += " " + letter.name;
      if (step(now, letter, offset)) visit(now, offset + 1);
    }
  }

  std::size_t sequences_{0};
  std::size_t stops_{0};
  std::size_t counted_{0};

 private:
  // False: nothing behind a stop is read.
  bool step(Readers& readers, const Letter& letter, ports::TopicOffset offset) {
    ++sequences_;
    const ports::TopicRecord record{offset, letter.bytes};
    const auto verdict = readers.whole.next(record);
    const char kind = kind_of_verdict(verdict);
    EXPECT_EQ(kind, readers.naive.judge(letter)) << readers.told;
    for (auto& reader : readers.resumed) {
      EXPECT_EQ(kind_of_verdict(reader.next(record)), kind) << readers.told;
      expect_same(reader, readers);
    }
    if (kind == 's') {
      ++stops_;
      return false;
    }
    if (kind != 'v') {
      EXPECT_EQ(kind_of_verdict(readers.without_void.next(record)), kind) << readers.told;
    }
    expect_same(readers.without_void, readers);
    if (kind == 'c') {
      ++counted_;
      readers.resumed.emplace_back(offset, std::get<Counted>(verdict).batch);
      expect_same(readers.resumed.back(), readers);
    }
    EXPECT_EQ(readers.whole.n().value(), readers.naive.history.size()) << readers.told;
    return true;
  }

  static void expect_same(const Fold& fold, const Readers& readers) {
    const auto& whole = readers.whole;
    const bool same = fold.store() == whole.store() && fold.epoch() == whole.epoch() &&
                      fold.owner() == whole.owner() && fold.is_fresh() == whole.is_fresh() &&
                      fold.n() == whole.n() && fold.last_seq() == whole.last_seq() &&
                      fold.hash() == whole.hash() &&
                      fold.anchor()->offset == whole.anchor()->offset &&
                      fold.anchor()->digest == whole.anchor()->digest;
    EXPECT_TRUE(same) << readers.told;
  }

  Alphabet alphabet_;
};

TEST_F(EveryOrder, is_judged_as_the_rule_says_and_alike_by_every_reader) {
  Readers readers;
  (void)readers.whole.next({0, genesis_bytes()});
  readers.without_void = readers.whole;
  visit(readers, 1);
  EXPECT_GT(sequences_, 100'000U);
  EXPECT_GT(stops_, 1'000U);
  EXPECT_GT(counted_, 1'000U);
}

}  // namespace
}  // namespace kopilka::topic_log
