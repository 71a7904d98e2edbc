#include "engine/app/builds.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/rocks/rocks_state_store.h"
#include "tests/support/temporary_directory.h"

namespace kopilka::app {
namespace {

using testing::HasSubstr;

// What the manifest makes of directories.
class Builds : public testing::Test {
 protected:
  Builds() { std::filesystem::create_directories(layout_.projections()); }

  [[nodiscard]] std::string in_use() const { return directory_in_use(place_).value().filename(); }
  [[nodiscard]] std::string next() const { return next_build(place_).value().filename(); }
  [[nodiscard]] bool exists(const std::string& name) const {
    return std::filesystem::exists(layout_.projections() / name);
  }
  // Makes rows there, as a build does.
  void build(const std::filesystem::path& directory) const {
    ASSERT_TRUE(rocks::RocksStateStore::open({.directory = directory}));
  }
  [[nodiscard]] std::string manifest() const {
    std::ifstream in(manifest_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void write_manifest(const std::string& text) const {
    std::ofstream(manifest_, std::ios::binary) << text;
  }

  support::TemporaryDirectory scratch_;
  Layout layout_{scratch_.path()};
  RowsPlace place_ = place_of_model(layout_, "statements-1");
  std::filesystem::path manifest_ = layout_.projections() / "statements-1.in-use";
};

TEST_F(Builds, use_the_first_directory_until_a_manifest_names_another) {
  EXPECT_EQ(in_use(), "statements-1");
  EXPECT_EQ(next(), "statements-1.build-1");
  ASSERT_TRUE(put_in_use(place_, next_build(place_).value()));
  EXPECT_EQ(in_use(), "statements-1.build-1");
  EXPECT_EQ(next(), "statements-1.build-2");
}

TEST_F(Builds, write_the_manifest_that_is_documented) {
  ASSERT_TRUE(put_in_use(place_, next_build(place_).value()));
  EXPECT_EQ(manifest(), "statements-1.build-1 4e5c0791\n");
}

TEST_F(Builds, have_a_place_for_the_rows_of_the_shard) {
  const auto state = place_of_state(layout_);
  EXPECT_EQ(directory_in_use(state).value(), layout_.root / "state");
  ASSERT_TRUE(put_in_use(state, next_build(state).value()));
  EXPECT_EQ(directory_in_use(state).value().parent_path(), layout_.projections());
  EXPECT_EQ(in_use(), "statements-1") << "each has its own";
}

TEST_F(Builds, never_name_two_of_them_alike) {
  ASSERT_TRUE(put_in_use(place_, place_.folder / "statements-1.build-7"));
  EXPECT_EQ(next(), "statements-1.build-8");
  build(place_.folder / "statements-1.build-9");
  build(place_.folder / "statements-10.build-20");
  EXPECT_EQ(next(), "statements-1.build-10");
}

TEST_F(Builds, remove_what_is_not_in_use_and_nothing_else) {
  for (const auto* name : {"statements-1", "statements-1.build-1", "statements-1.build-2",
                           "statements-1.build-03", "statements-2", "rosters-1.build-1"})
    build(place_.folder / name);
  remove_unused(place_);
  EXPECT_TRUE(exists("statements-1")) << "no manifest: it is in use";
  EXPECT_FALSE(exists("statements-1.build-1"));
  build(place_.folder / "statements-1.build-1");
  build(place_.folder / "statements-1.build-2");
  ASSERT_TRUE(put_in_use(place_, place_.folder / "statements-1.build-2"));
  std::ofstream(place_.folder / "statements-1.in-use.tmp") << "cut short";
  remove_unused(place_);
  EXPECT_FALSE(exists("statements-1"));
  EXPECT_FALSE(exists("statements-1.build-1"));
  EXPECT_FALSE(exists("statements-1.in-use.tmp"));
  for (const auto* name :
       {"statements-1.build-2", "statements-1.build-03", "statements-2", "rosters-1.build-1"})
    EXPECT_TRUE(exists(name)) << name;
}

TEST_F(Builds, leave_what_somebody_writes_to) {
  const auto open = rocks::RocksStateStore::open({.directory = place_.first});
  ASSERT_TRUE(open);
  ASSERT_TRUE(put_in_use(place_, next_build(place_).value()));
  remove_unused(place_);
  EXPECT_TRUE(exists("statements-1"));
}

TEST_F(Builds, take_a_damaged_manifest_for_corrupt_and_remove_nothing) {
  const auto build_1 = next_build(place_).value();
  build(place_.first);
  build(build_1);
  ASSERT_TRUE(put_in_use(place_, build_1));
  const auto whole = manifest();
  for (std::size_t i = 0; i <= whole.size(); ++i) {
    auto text = i < whole.size() ? whole : whole + " ";
    if (i < whole.size()) text[i] = static_cast<char>(text[i] ^ 1);
    write_manifest(text);
    const auto found = directory_in_use(place_);
    ASSERT_FALSE(found) << text;
    EXPECT_EQ(found.error().kind, base::ErrorKind::corrupt);
    EXPECT_THAT(found.error().message, HasSubstr(manifest_.string()));
    remove_unused(place_);
    EXPECT_TRUE(exists("statements-1") && exists("statements-1.build-1"));
    EXPECT_EQ(next(), "statements-1.build-2");
  }
  for (const auto cut : {std::size_t{0}, whole.size() - 1}) {
    write_manifest(whole.substr(0, cut));
    EXPECT_FALSE(directory_in_use(place_));
  }
}

TEST_F(Builds, look_again_when_the_directory_went_out_of_use) {
  int looks = 0;
  const auto opened = open_in_use(place_, [&](const auto& directory) -> base::Result<std::string> {
    if (++looks == 1) {
      EXPECT_TRUE(put_in_use(place_, next_build(place_).value()));
      return base::fail(base::ErrorKind::io, "it went away");
    }
    return directory.filename().string();
  });
  EXPECT_EQ(opened.value(), "statements-1.build-1");
  EXPECT_EQ(looks, 2);
}

TEST_F(Builds, give_up_when_the_directory_in_use_cannot_be_opened) {
  const auto opened = open_in_use(place_, [](const auto&) -> base::Result<int> {
    return base::fail(base::ErrorKind::io, "broken");
  });
  EXPECT_EQ(opened.error().message, "broken");
}

TEST_F(Builds, are_written_by_one_at_a_time) {
  {
    const auto held = hold_rows(layout_);
    ASSERT_TRUE(held);
    const auto second = hold_rows(layout_);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, base::ErrorKind::not_available);
    EXPECT_THAT(second.error().message, HasSubstr("another process is at work on"));
  }
  EXPECT_TRUE(hold_rows(layout_));
}

}  // namespace
}  // namespace kopilka::app
