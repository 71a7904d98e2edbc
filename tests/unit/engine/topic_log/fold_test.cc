#include "engine/topic_log/fold.h"

#include <gtest/gtest.h>

#include "engine/base/hashing.h"
#include "tests/support/topic_records.h"

namespace kopilka::topic_log {
namespace {

using base::ErrorKind;

base::Bytes resealed_header(base::Bytes bytes) {
  base::Bytes header = bytes.substr(0, 140);
  base::put_little(header, base::crc32c(header));
  return header + bytes.substr(144);
}

TEST(Fold, begins_with_the_genesis_and_knows_whose_log_it_is) {
  Fold fold;
  EXPECT_TRUE(fold.is_new());
  EXPECT_TRUE(is<Begun>(fold.next({0, genesis_bytes()})));
  EXPECT_FALSE(fold.is_new());
  EXPECT_EQ(fold.store(), support::store_id(kStore));
  EXPECT_EQ(fold.epoch().value(), 0U);
  EXPECT_EQ(fold.n().value(), 0U);
}

TEST(Fold, stops_at_a_topic_that_begins_with_anything_else) {
  auto batches = batches_of(1, 'a');
  for (const auto& bytes : {base::Bytes("hello"), claim_bytes(1, 'a'), batches.next().bytes}) {
    Fold fold;
    EXPECT_TRUE(is_stop(fold.next({0, bytes}), StopReason::not_a_log));
    EXPECT_TRUE(fold.is_new());
  }
}

TEST(Fold, stops_at_a_topic_whose_beginning_is_gone) {
  Fold fold;
  EXPECT_TRUE(is_stop(fold.next({1, genesis_bytes()}), StopReason::not_a_log));
}

TEST(Fold, a_genesis_anywhere_else_is_void_whosever_it_is) {
  FoldAtWork work;
  EXPECT_TRUE(is_void(work.give(genesis_bytes()), VoidReason::late_genesis));
  EXPECT_TRUE(is_void(work.give(genesis_bytes(8)), VoidReason::late_genesis));
  EXPECT_EQ(work.fold().store(), support::store_id(kStore));
}

TEST(Fold, only_a_claim_of_the_next_epoch_takes_effect) {
  FoldAtWork work;
  EXPECT_TRUE(is_void(work.give(claim_bytes(0, 'a')), VoidReason::lost_race));
  EXPECT_TRUE(is_void(work.give(claim_bytes(2, 'a')), VoidReason::lost_race));
  EXPECT_TRUE(is<InForce>(work.give(claim_bytes(1, 'a'))));
  EXPECT_TRUE(work.fold().is_fresh());
  EXPECT_TRUE(is_void(work.give(claim_bytes(1, 'b')), VoidReason::lost_race));
  EXPECT_EQ(work.fold().owner(), owner_id('a'));
  EXPECT_TRUE(is<InForce>(work.give(claim_bytes(2, 'b'))));
  EXPECT_EQ(work.fold().owner(), owner_id('b'));
  EXPECT_EQ(work.fold().epoch().value(), 2U);
}

TEST(Fold, counts_the_owners_batches_in_their_chain) {
  FoldAtWork work;
  (void)work.give(claim_bytes(1, 'a'));
  auto batches = batches_of(1, 'a');
  const auto first = batches.next_empty();
  EXPECT_TRUE(is<Counted>(work.give(first)));
  EXPECT_FALSE(work.fold().is_fresh());
  EXPECT_EQ(work.fold().last_seq().value(), 0U);
  const auto second = batches.next({.events = 3});
  const auto verdict = work.give(second);
  ASSERT_TRUE(is<Counted>(verdict));
  EXPECT_EQ(std::get<Counted>(verdict).batch.bytes, second.bytes);
  EXPECT_EQ(work.fold().n().value(), 2U);
  EXPECT_EQ(work.fold().last_seq().value(), 3U);
  EXPECT_EQ(work.fold().hash(), second.hash);
}

TEST(Fold, nobody_owns_a_log_before_the_first_claim) {
  FoldAtWork work;
  support::BatchMaker nobody(ports::Ownership{.head = {.store = support::store_id(kStore)}});
  EXPECT_TRUE(is_void(work.give(nobody.next()), VoidReason::other_owner));
}

TEST(Fold, a_batch_of_any_other_owner_or_epoch_is_void) {
  FoldAtWork work;
  (void)work.give(claim_bytes(1, 'a'));
  EXPECT_TRUE(is_void(work.give(batches_of(1, 'b').next()), VoidReason::other_owner));
  EXPECT_TRUE(is_void(work.give(batches_of(2, 'a').next()), VoidReason::other_owner));
  (void)work.give(claim_bytes(2, 'b'));
  EXPECT_TRUE(is_void(work.give(batches_of(1, 'a').next()), VoidReason::other_owner));
  EXPECT_EQ(work.fold().n().value(), 0U);
  EXPECT_TRUE(work.fold().is_fresh());
}

TEST(Fold, a_double_and_a_batch_whose_predecessor_is_missing_are_void) {
  FoldAtWork work;
  (void)work.give(claim_bytes(1, 'a'));
  auto batches = batches_of(1, 'a');
  const auto first = batches.next();
  const auto second = batches.next();
  const auto third = batches.next();
  (void)work.give(first);
  EXPECT_TRUE(is_void(work.give(third), VoidReason::predecessor_lost));
  EXPECT_TRUE(is_void(work.give(first), VoidReason::repeated));
  EXPECT_TRUE(is<Counted>(work.give(second)));
  EXPECT_TRUE(is_void(work.give(second), VoidReason::repeated));
  EXPECT_TRUE(is<Counted>(work.give(third)));
}

TEST(Fold, stops_when_a_new_owner_does_not_continue_the_head) {
  auto old = batches_of(1, 'a');
  const auto first = old.next();
  const auto misfits = {batches_of(2, 'b').next(),                           // knows of nothing
                        batches_of(2, 'b', head_after(old.next())).next()};  // knows too much
  for (const auto& misfit : misfits) {
    FoldAtWork work;
    (void)work.give(claim_bytes(1, 'a'));
    (void)work.give(first);
    (void)work.give(claim_bytes(2, 'b'));
    EXPECT_TRUE(is_stop(work.give(misfit), StopReason::diverged));
    EXPECT_EQ(work.fold().hash(), first.hash) << "a stop changes nothing";
    EXPECT_TRUE(work.fold().is_fresh());
  }
}

TEST(Fold, stops_when_the_owner_builds_on_another_batch_or_another_seq) {
  auto ours = batches_of(1, 'a');
  auto theirs = batches_of(1, 'a');
  theirs.change_content();
  const auto first = ours.next();
  (void)theirs.next();
  auto longer = batches_of(1, 'a');
  (void)longer.next({.events = 2});
  for (auto* other : {&theirs, &longer}) {
    FoldAtWork work;
    (void)work.give(claim_bytes(1, 'a'));
    (void)work.give(first);
    EXPECT_TRUE(is_stop(work.give(other->next()), StopReason::diverged));
  }
}

TEST(Fold, garbage_is_void_and_changes_nothing) {
  FoldAtWork work;
  (void)work.give(claim_bytes(1, 'a'));
  const auto anchor = work.fold().anchor()->offset;
  for (const auto* bytes : {"", "hello", "kplb"})
    EXPECT_TRUE(is_void(work.give(base::Bytes(bytes)), VoidReason::garbage));
  EXPECT_EQ(work.fold().anchor()->offset, anchor);
}

TEST(Fold, stops_at_what_is_ours_but_not_known) {
  auto newer_claim = claim_bytes(1, 'a');
  newer_claim[4] = 9;
  newer_claim.resize(newer_claim.size() - 4);
  base::put_little(newer_claim, base::crc32c(newer_claim));
  auto newer_batch = batches_of(1, 'a').next().bytes;
  newer_batch[4] = 9;
  auto other_stream = batches_of(1, 'a').next().bytes;
  other_stream[8] = 1;
  for (const auto& bytes : {base::Bytes("KPLZ"), newer_claim, resealed_header(newer_batch),
                            resealed_header(other_stream)}) {
    FoldAtWork work;
    (void)work.give(claim_bytes(1, 'a'));
    const auto verdict = work.give(bytes);
    ASSERT_TRUE(is_stop(verdict, StopReason::unknown_format));
    EXPECT_EQ(std::get<Stop>(verdict).error.kind, ErrorKind::not_available);
  }
}

TEST(Fold, stops_at_a_record_of_another_store) {
  FoldAtWork work;
  support::BatchMaker foreign(ports::Ownership{
      .epoch = model::Epoch{1}, .owner = owner_id('a'), .head = {.store = support::store_id(8)}});
  EXPECT_TRUE(is_stop(work.give(claim_bytes(1, 'a', 8)), StopReason::foreign_store));
  EXPECT_TRUE(is_stop(work.give(foreign.next()), StopReason::foreign_store));
}

TEST(Fold, stops_at_a_damaged_record_of_the_owner) {
  auto claim = claim_bytes(1, 'a');
  claim.back() = static_cast<char>(claim.back() ^ 1);
  FoldAtWork work;
  EXPECT_TRUE(is_stop(work.give(claim), StopReason::damaged));
  (void)work.give(claim_bytes(1, 'a'));
  auto batch = batches_of(1, 'a').next().bytes;
  batch.back() = static_cast<char>(batch.back() ^ 1);
  EXPECT_TRUE(is_stop(work.give(batch), StopReason::damaged));
  EXPECT_TRUE(is<Counted>(work.give(batches_of(1, 'a').next()))) << "the stop changed nothing";
}

TEST(Fold, its_anchor_is_the_last_record_that_was_not_void) {
  FoldAtWork work;
  EXPECT_EQ(work.fold().anchor()->digest, base::sha256(genesis_bytes()));
  (void)work.give(claim_bytes(1, 'a'));
  EXPECT_EQ(work.fold().anchor()->offset, 1U);
  EXPECT_EQ(work.fold().anchor()->digest, base::sha256(claim_bytes(1, 'a')));
  (void)work.give(base::Bytes("void"));
  const auto batch = batches_of(1, 'a').next();
  (void)work.give(batch);
  EXPECT_EQ(work.fold().anchor()->offset, 3U);
  EXPECT_EQ(work.fold().anchor()->digest, batch.hash);
}

TEST(Fold, rewound_to_its_anchor_judges_what_follows_alike) {
  FoldAtWork work;
  (void)work.give(claim_bytes(1, 'a'));
  (void)work.give(base::Bytes("void"));
  Fold again = work.fold();
  again.rewind();
  EXPECT_TRUE(is_void(again.next({2, "void"}), VoidReason::garbage));
  EXPECT_TRUE(is<Counted>(again.next({3, batches_of(1, 'a').next().bytes})));
}

}  // namespace
}  // namespace kopilka::topic_log
