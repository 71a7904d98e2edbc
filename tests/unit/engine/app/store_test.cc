#include "engine/app/store.h"

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "engine/app/import.h"
#include "engine/app/reader.h"
#include "engine/rocks/rocks_state_store.h"
#include "engine/shard/follower.h"
#include "engine/state/stored.h"
#include "engine/system/system_random.h"
#include "tests/support/temporary_directory.h"

// Stores in directories: making, opening for deciding and for reading, what is made again.
namespace kopilka::app {
namespace {

constexpr std::string_view kLines =
    R"({"command":"register_organization","key":"o1","at":"2019-03-01T09:00:00Z",)"
    R"("organization_id":1,"kind":"central","name":"Union"})"
    "\n"
    R"({"command":"register_organization","key":"o2","at":"2019-03-02T09:00:00Z",)"
    R"("organization_id":10,"kind":"primary","parent_id":1,"name":"School"})"
    "\n"
    R"({"command":"admit_member","key":"m","at":"2019-03-03T09:00:00Z","member_id":42,)"
    R"("organization_id":10,"category":"working","admitted_on":"2019-01-01","name":"Anna"})"
    "\n";

class Stores : public testing::Test {
 protected:
  base::Result<void> make(const InitOptions& options = {}) {
    system::SystemRandom random;
    return init(place_, options, random);
  }

  // Imports the lines, and leaves as if killed unless the store is to be closed.
  enum class End : unsigned char { closed, killed };
  void import(std::string_view text, End end = End::closed) const {
    auto writer = Writer::open(place_, {});
    ASSERT_TRUE(writer) << writer.error().message;
    std::istringstream in{std::string(text)};
    Import importing((*writer)->engine(), {});
    const auto summary = importing.run(in);
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_TRUE(summary->all_well());
    if (end == End::closed) {
      EXPECT_TRUE((*writer)->close());
    }
  }

  void write(const std::filesystem::path& path, std::string_view text) const {
    std::ofstream(path, std::ios::binary) << text;
  }
  [[nodiscard]] bool exists(const std::filesystem::path& path) const {
    return std::filesystem::exists(path);
  }

  // Of the state; empty when it cannot be read.
  [[nodiscard]] std::string digest(const shard::Until& until = {}) const {
    const auto reader = Reader::open(place_, until);
    if (!reader) return {};
    const auto digest = state::digest_of((*reader)->state(), (*reader)->store(), "test", 1);
    return digest ? digest->text() : std::string();
  }

  support::TemporaryDirectory scratch_;
  Place place_ = embedded_store(scratch_.path() / "store");
  Layout layout_ = place_.layout;
};

TEST_F(Stores, makes_a_store_that_opens_empty) {
  ASSERT_TRUE(make());
  const auto reader = Reader::open(place_, {});
  ASSERT_TRUE(reader) << reader.error().message;
  EXPECT_EQ((*reader)->position(), model::Seq{});
}

TEST_F(Stores, makes_no_second_store_and_leaves_the_first_alone) {
  ASSERT_TRUE(make());
  import(kLines);
  const auto before = digest();
  const auto again = make();
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, base::ErrorKind::usage);
  EXPECT_EQ(digest(), before);
}

TEST_F(Stores, refuses_a_directory_that_holds_only_a_part_of_a_store) {
  ASSERT_TRUE(make());
  std::filesystem::remove_all(layout_.log());
  EXPECT_FALSE(make());
  EXPECT_TRUE(exists(layout_.keys())) << "keys are never thrown away";
}

TEST_F(Stores, repeats_an_init_that_was_cut_short_at_any_step) {
  ASSERT_TRUE(make());
  for (const auto& lost : {layout_.log(), layout_.keys()}) {
    std::filesystem::remove_all(lost);
    write(layout_.unfinished(), "");
    const auto reader = Reader::open(place_, {});
    ASSERT_FALSE(reader);
    EXPECT_EQ(reader.error().kind, base::ErrorKind::not_available);
    EXPECT_FALSE(Writer::open(place_, {}));
    EXPECT_TRUE(make());
    EXPECT_FALSE(exists(layout_.unfinished()));
    EXPECT_TRUE(Reader::open(place_, {}));
  }
}

TEST_F(Stores, keeps_the_wrapping_key_where_it_was_told_to) {
  const auto kek = scratch_.path() / "elsewhere" / "kek";
  ASSERT_TRUE(make({.key_encryption_key = kek}));
  EXPECT_TRUE(exists(kek));
  EXPECT_FALSE(exists(layout_.keys() / "kek"));
  import(kLines);
  std::filesystem::remove(kek);
  EXPECT_FALSE(Writer::open(place_, {}));
}

TEST_F(Stores, gives_the_same_digest_for_the_same_key_and_lines_however_the_key_is_written) {
  const auto hex = scratch_.path() / "hex";
  const auto raw = scratch_.path() / "raw";
  write(hex, "4141414141414141414141414141414141414141414141414141414141414141\n");
  write(raw, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
  ASSERT_TRUE(make({.store_key = hex}));
  import(kLines);
  const auto first = digest();
  place_ = embedded_store(scratch_.path() / "other");
  layout_ = place_.layout;
  ASSERT_TRUE(make({.store_key = raw}));
  import(kLines);
  EXPECT_EQ(digest(), first);
  EXPECT_NE(first, "");
}

TEST_F(Stores, refuses_a_store_key_that_is_none_and_makes_nothing) {
  const auto key = scratch_.path() / "key";
  write(key, "secret");
  const auto made = make({.store_key = key});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, base::ErrorKind::usage);
  EXPECT_FALSE(exists(layout_.root));
}

TEST_F(Stores, lets_one_process_decide_at_a_time) {
  ASSERT_TRUE(make());
  const auto first = Writer::open(place_, {});
  ASSERT_TRUE(first);
  const auto second = Writer::open(place_, {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, base::ErrorKind::not_available);
  EXPECT_TRUE(Reader::open(place_, {})) << "readers need no turn";
}

TEST_F(Stores, reads_past_the_rows_what_a_killed_process_left_in_the_log) {
  ASSERT_TRUE(make());
  import(kLines, End::killed);
  const auto told_by_log = digest();
  std::filesystem::remove_all(layout_.state());
  EXPECT_EQ(digest(), told_by_log);
  EXPECT_TRUE(exists(layout_.state() / "CURRENT")) << "a read makes lost rows again";
  EXPECT_EQ(digest(), told_by_log);
}

TEST_F(Stores, makes_rows_of_another_version_again) {
  ASSERT_TRUE(make());
  import(kLines);
  const auto before = digest();
  {
    auto rows = rocks::RocksStateStore::open({.directory = layout_.state()});
    ASSERT_TRUE(rows);
    auto position = (*rows)->position();
    ASSERT_TRUE(position);
    // The version is the first field of the checkpoint.
    const auto head = shard::Follower::open(rows->get());
    ASSERT_TRUE(head);
    auto changed = *position;
    for (auto& byte : changed)
      if (byte == 1) {
        byte = 99;
        break;
      }
    ASSERT_TRUE((*rows)->apply({}, changed));
  }
  EXPECT_EQ(digest(), before);
  import("");
  EXPECT_EQ(digest(), before);
}

TEST_F(Stores, shows_the_past_by_position_and_by_time_and_keeps_it) {
  ASSERT_TRUE(make());
  import(kLines);
  const auto now = Reader::open(place_, {});
  ASSERT_TRUE(now);
  const auto last = (*now)->position();
  EXPECT_EQ(digest({.seq = last}), digest());
  EXPECT_NE(digest({.seq = model::Seq{last.value() - 1}}), digest());
  const auto noon = model::parse_instant("2019-03-02T12:00:00Z");
  const auto reader = Reader::open(place_, {.at = noon});
  ASSERT_TRUE(reader);
  EXPECT_EQ((*reader)->recorded_at(), model::parse_instant("2019-03-02T09:00:00Z"));
  const auto member = (*reader)->row((*reader)->state().registry.members, model::MemberId{42});
  ASSERT_TRUE(member);
  EXPECT_FALSE(*member);
  const auto roster = (*reader)->rosters();
  ASSERT_TRUE(roster);
  EXPECT_EQ(roster->at.seq, (*reader)->position());
}

TEST_F(Stores, refuses_a_position_that_the_log_has_not_reached) {
  ASSERT_TRUE(make());
  import(kLines);
  const auto reader = Reader::open(place_, {.seq = model::Seq{1'000}});
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().kind, base::ErrorKind::usage);
}

}  // namespace
}  // namespace kopilka::app
