#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/memory/clock.h"
#include "engine/proof/head.h"
#include "engine/proof/leaves.h"
#include "engine/proof/receipt.h"
#include "engine/vault/key_file.h"
#include "engine/vault/signing_key.h"
#include "tests/support/batches.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/times.h"

namespace kopilka::proof {

// A tree over events of some bytes, whose head a key signed.
class SignedTree {
 public:
  explicit SignedTree(std::uint64_t size, std::uint64_t seed = 1) : key_(make_key(seed)) {
    for (std::uint64_t seq = 1; seq <= size; ++seq)
      tree_.add(leaf(seq), hasher_);
    head_ = {.store = support::store_id(7),
             .last_seq = model::Seq{size},
             .root = tree_.root(hasher_),
             .batch = model::BatchNumber{size == 0 ? 0U : 3U},
             .recorded_at = support::noon("2019-03-01") + model::Span::micros(250'000),
             .key = id_of(key_.public_key())};
    head_.chain.fill(0xcc);
  }

  [[nodiscard]] const vault::PublicKey& public_key() const { return key_.public_key(); }
  [[nodiscard]] HeadLine head_line() const { return {sign(head_, key_), tree_}; }
  [[nodiscard]] Receipt receipt(std::uint64_t seq) {
    TreeEnd end{Tree()};
    for (std::uint64_t i = 1; i <= tree_.size(); ++i)
      end.add(leaf(i));
    return {.seq = model::Seq{seq},
            .recorded_at = recorded_at(seq),
            .event = event(seq),
            .path = end.path(seq - 1, hasher_),
            .signed_head = sign(head_, key_)};
  }

  [[nodiscard]] static base::Bytes event(std::uint64_t seq) {
    return base::Bytes("\x00\xff event ", 9) + std::to_string(seq);
  }
  [[nodiscard]] static model::Instant recorded_at(std::uint64_t seq) {
    return support::noon("2019-03-01") +
           model::Span::micros(1'000 * static_cast<std::int64_t>(seq));
  }

 private:
  static vault::SigningKey make_key(std::uint64_t seed) {
    const support::TemporaryDirectory scratch;
    memory::SeededRandom random(seed);
    const auto kek = scratch.path() / "kek";
    EXPECT_TRUE(vault::write_key_file(kek, vault::Key()));
    EXPECT_TRUE(vault::SigningKey::create(scratch.path() / "signing", kek, random));
    return vault::SigningKey::open(scratch.path() / "signing", kek).value();
  }

  base::Hash256 leaf(std::uint64_t seq) {
    return leaf_of({support::store_id(7), model::Seq{seq}, recorded_at(seq)}, event(seq), hasher_);
  }

  vault::SigningKey key_;
  TreeHasher hasher_;
  Tree tree_;
  Head head_;
};

}  // namespace kopilka::proof
