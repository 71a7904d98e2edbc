#include "engine/app/prove.h"

#include <fstream>
#include <sstream>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/app/copy.h"
#include "engine/app/heads.h"
#include "engine/app/import.h"
#include "engine/app/store.h"
#include "engine/app/verify.h"
#include "engine/proof/receipt.h"
#include "engine/system/system_random.h"
#include "tests/support/temporary_directory.h"
#include "tests/unit/engine/app/organization_lines.h"

// Stores in directories: receipts, where heads are kept, and how signing begins.
namespace kopilka::app {
namespace {

using base::ErrorKind;
using testing::HasSubstr;

class Proving : public testing::Test {
 protected:
  base::Result<void> make(const InitOptions& options) { return init(place_, options, random_); }
  enum class End : unsigned char { closed, killed };
  void import(const Place& place, int last, End end = End::closed) {
    auto writer = Writer::open(place, {.entries_per_batch_max = 2});
    ASSERT_TRUE(writer) << writer.error().message;
    std::istringstream in(organizations(1, last));
    Import importing((*writer)->engine(), {});
    ASSERT_TRUE(importing.run(in));
    if (end == End::closed) {
      ASSERT_TRUE((*writer)->close());
    }
  }

  // Whether the receipt of that position, as a file would bring it, convinces who has the key.
  [[nodiscard]] bool proves(const Place& place, std::uint64_t seq, ProveOptions options = {}) {
    const auto receipt = prove(place, model::Seq{seq}, options);
    message_ = receipt ? "" : receipt.error().message;
    kind_ = receipt ? ErrorKind{} : receipt.error().kind;
    if (!receipt) return false;
    const auto read = proof::parse_receipt(proof::text_of(*receipt));
    const auto key = public_key_of(place.layout);
    return read && key && *key && proof::check(*read, **key) && read->seq.value() == seq;
  }
  [[nodiscard]] HeadsReport heads_of(const Place& place, const HeadsChoice& choice = {}) {
    const auto report = verify(place, {}, choice);
    EXPECT_TRUE(report) << report.error().message;
    EXPECT_FALSE(report->corrupt);
    EXPECT_EQ(report->is_ok(), !report->heads.error);
    return report->heads;
  }

  system::SystemRandom random_;
  support::TemporaryDirectory scratch_;
  Place place_ = embedded_store(scratch_.path() / "store");
  std::string message_;
  ErrorKind kind_{};
};

TEST_F(Proving, gives_a_receipt_for_every_position_that_a_head_covers) {
  ASSERT_TRUE(make({.heads = {.file = {}, .every = 5}}));
  import(place_, 3);
  import(place_, 20);
  for (std::uint64_t seq = 1; seq <= 21; ++seq)
    EXPECT_TRUE(proves(place_, seq)) << seq << ": " << message_;
  const auto heads = heads_of(place_);
  EXPECT_TRUE(heads.is_kept);
  EXPECT_EQ(heads.signed_through.value(), 21U);
  EXPECT_GE(heads.checked, 4U);
}

TEST_F(Proving, takes_the_first_head_that_covers_the_position) {
  ASSERT_TRUE(make({.heads = {.file = {}, .every = 4}}));
  import(place_, 20);
  const auto receipt = prove(place_, model::Seq{5}, {});
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->signed_head.head.last_seq.value(), 8U);
}

TEST_F(Proving, says_when_no_head_covers_the_position_yet_and_what_to_do) {
  ASSERT_TRUE(make({}));
  import(place_, 6, End::killed);
  EXPECT_FALSE(proves(place_, 6));
  EXPECT_EQ(kind_, ErrorKind::not_available);
  EXPECT_THAT(message_, HasSubstr("kopilka log sign"));
  import(place_, 0);
  EXPECT_TRUE(proves(place_, 6)) << message_;
  for (const std::uint64_t none : {0U, 8U}) {
    EXPECT_FALSE(proves(place_, none));
    EXPECT_EQ(kind_, ErrorKind::usage);
    EXPECT_THAT(message_, HasSubstr("positions 1 to 7"));
  }
}

TEST_F(Proving, works_with_heads_that_lie_elsewhere_and_a_directory_that_moved) {
  const auto elsewhere = scratch_.path() / "witness" / "heads";
  ASSERT_TRUE(make({.heads = {.file = elsewhere, .every = {}}}));
  import(place_, 6);
  EXPECT_TRUE(std::filesystem::exists(elsewhere));
  EXPECT_FALSE(std::filesystem::exists(place_.layout.heads()));
  const auto moved = embedded_store(scratch_.path() / "moved");
  std::filesystem::rename(place_.layout.root, moved.layout.root);
  EXPECT_TRUE(proves(moved, 6)) << message_;
  const auto copy = scratch_.path() / "copy";
  std::filesystem::rename(elsewhere, copy);
  EXPECT_FALSE(proves(moved, 6));
  EXPECT_TRUE(proves(moved, 6, {.heads = copy})) << message_;
  EXPECT_TRUE(heads_of(moved).error) << "what was signed is not there any more";
  EXPECT_FALSE(heads_of(moved, {.file = copy, .key = {}}).error);
}

TEST_F(Proving, never_writes_heads_over_those_of_another_store) {
  const auto shared = scratch_.path() / "heads";
  ASSERT_TRUE(make({.heads = {.file = shared, .every = {}}}));
  import(place_, 3);
  place_ = embedded_store(scratch_.path() / "other");
  const auto made = make({.heads = {.file = shared, .every = {}}});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::usage);
  EXPECT_FALSE(std::filesystem::exists(place_.layout.root)) << "nothing was made";
}

TEST_F(Proving, never_writes_heads_over_a_file_that_is_none_of_ours) {
  const auto letter = scratch_.path() / "letter";
  std::ofstream(letter) << "Dear Anna";
  const auto made = make({.heads = {.file = letter, .every = {}}});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::usage);
  EXPECT_EQ(std::filesystem::file_size(letter), 9U);
}

TEST_F(Proving, makes_again_what_an_init_that_was_cut_short_left_elsewhere) {
  const auto elsewhere = scratch_.path() / "elsewhere";
  ASSERT_TRUE(make({.heads = {.file = elsewhere, .every = {}}}));
  std::filesystem::remove_all(place_.layout.log());
  std::ofstream(place_.layout.unfinished()) << "";
  ASSERT_TRUE(make({.heads = {.file = elsewhere, .every = {}}}));
  import(place_, 4);
  EXPECT_TRUE(proves(place_, 4)) << message_;
}

TEST_F(Proving, begins_in_a_store_that_was_made_without) {
  ASSERT_TRUE(make({}));
  std::filesystem::remove(place_.layout.keys() / "signing");
  std::filesystem::remove(place_.layout.heads());
  std::filesystem::remove(place_.layout.heads_settings());
  import(place_, 6);
  EXPECT_FALSE(heads_of(place_).is_kept);
  EXPECT_FALSE(heads_of(place_).error);
  EXPECT_FALSE(proves(place_, 3));
  EXPECT_EQ(kind_, ErrorKind::not_available);
  ASSERT_TRUE(begin_signing(place_, {}, Beginning::first, random_));
  import(place_, 0);
  EXPECT_TRUE(proves(place_, 3)) << message_;
  EXPECT_FALSE(begin_signing(place_, {}, Beginning::first, random_)) << "it has begun";
}

TEST_F(Proving, begins_anew_only_when_it_is_told_that_the_file_is_lost) {
  ASSERT_TRUE(make({}));
  import(place_, 6);
  std::filesystem::remove(place_.layout.heads());
  EXPECT_FALSE(Writer::open(place_, {}));
  const auto begun = begin_signing(place_, {}, Beginning::first, random_);
  ASSERT_FALSE(begun);
  EXPECT_EQ(begun.error().kind, ErrorKind::not_available);
  const auto elsewhere = scratch_.path() / "new heads";
  ASSERT_TRUE(begin_signing(place_, {.file = elsewhere, .every = {}}, Beginning::anew, random_));
  import(place_, 8);
  EXPECT_TRUE(proves(place_, 1)) << message_;
}

TEST_F(Proving, goes_on_in_a_copy_of_the_store) {
  ASSERT_TRUE(make({.heads = {.file = scratch_.path() / "elsewhere", .every = 4}}));
  import(place_, 6);
  const auto to = embedded_store(scratch_.path() / "copy");
  ASSERT_TRUE(copy_store(place_, to, random_, {}));
  EXPECT_TRUE(proves(to, 6)) << message_;
  import(to, 12);
  EXPECT_TRUE(proves(to, 12)) << message_;
  EXPECT_FALSE(heads_of(to).error);
  EXPECT_TRUE(proves(place_, 6)) << message_;
}

TEST_F(Proving, finds_heads_that_the_key_given_did_not_sign) {
  ASSERT_TRUE(make({}));
  import(place_, 6);
  EXPECT_FALSE(heads_of(place_).error);
  const auto own = public_key_of(place_.layout);
  ASSERT_TRUE(own && *own);
  EXPECT_FALSE(heads_of(place_, {.file = {}, .key = **own}).error);
  EXPECT_TRUE(heads_of(place_, {.file = {}, .key = vault::PublicKey{}}).error);
}

TEST_F(Proving, finds_lines_that_are_no_heads) {
  ASSERT_TRUE(make({}));
  import(place_, 6);
  std::ofstream(place_.layout.heads(), std::ios::app) << "kopilka-head 1 unfinished";
  EXPECT_FALSE(heads_of(place_).error) << "it may be under way";
  std::ofstream(place_.layout.heads(), std::ios::app) << "\n";
  const auto heads = heads_of(place_);
  ASSERT_TRUE(heads.error);
  EXPECT_THAT(heads.error->message, HasSubstr("line 3"));
}

}  // namespace
}  // namespace kopilka::app
