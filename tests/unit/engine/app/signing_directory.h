#pragma once

#include <cstdint>
#include <filesystem>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/app/heads.h"
#include "engine/app/layout.h"
#include "engine/memory/clock.h"
#include "engine/ports/event_log.h"
#include "engine/proof/head.h"
#include "engine/proof/leaves.h"
#include "engine/vault/key_file.h"
#include "engine/vault/signing_key.h"
#include "tests/support/temporary_directory.h"

namespace kopilka::app {

// A store's directory with a signing key and a file of heads, and nothing else.
class SigningDirectory {
 public:
  SigningDirectory(const model::StoreId& store, std::uint64_t every) {
    std::filesystem::create_directories(layout_.keys());
    memory::SeededRandom random(1);
    const auto kek = layout_.keys() / "kek";
    const auto file = layout_.keys() / "signing";
    EXPECT_TRUE(vault::write_key_file(kek, vault::Key()));
    EXPECT_TRUE(vault::SigningKey::create(file, kek, random));
    const auto key = vault::SigningKey::open(file, kek);
    EXPECT_TRUE(key);
    key_ = key->public_key();
    EXPECT_TRUE(begin_heads(layout_, {.file = {}, .every = every}, *key, store));
  }

  [[nodiscard]] const Layout& layout() const { return layout_; }
  [[nodiscard]] std::vector<proof::HeadLine> heads() const {
    std::vector<proof::HeadLine> found;
    EXPECT_TRUE(for_each_head(layout_.heads(), [&](KeptHead kept) {
      EXPECT_TRUE(kept.head) << "line " << kept.line;
      if (kept.head) found.push_back(std::move(*kept.head));
    }));
    return found;
  }

  // Every head is signed, and says what these batches, the counted ones, give when they are folded
  // anew.
  void expect_true_heads(const std::vector<ports::SealedBatch>& counted) const {
    for (const auto& line : heads()) {
      const auto& head = line.signed_head.head;
      EXPECT_TRUE(proof::is_signed_by(line.signed_head, key_));
      ASSERT_LE(head.batch.value(), counted.size()) << "ahead of what counts";
      proof::TreeHasher hasher;
      proof::Tree tree;
      base::Hash256 chain{};
      for (std::size_t i = 0; i < head.batch.value(); ++i) {
        const auto batch = proof::leaves_of(counted[i]);
        ASSERT_TRUE(batch);
        for (const auto& leaf : batch->leaves)
          tree.add(leaf, hasher);
        chain = batch->hash;
      }
      EXPECT_EQ(tree.size(), head.last_seq.value());
      EXPECT_EQ(tree.root(hasher), head.root);
      EXPECT_EQ(chain, head.chain);
    }
  }

 private:
  support::TemporaryDirectory scratch_;
  Layout layout_{scratch_.path()};
  vault::PublicKey key_{};
};

}  // namespace kopilka::app
