#include "engine/app/projections.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/app/builds.h"
#include "engine/app/import.h"
#include "engine/app/reader.h"
#include "engine/app/store.h"
#include "engine/codec/batch.h"
#include "engine/rocks/rocks_state_store.h"
#include "engine/segments/segment_log.h"
#include "engine/shard/checkpoint.h"
#include "engine/state/row_codec.h"
#include "engine/system/system_random.h"
#include "projections/runtime/position.h"
#include "projections/runtime/read_models.h"
#include "tests/support/temporary_directory.h"

namespace kopilka::app {
namespace {

using testing::HasSubstr;

constexpr std::string_view kLines =
    R"({"command":"register_organization","key":"o1","at":"2019-03-01T09:00:00Z",)"
    R"("organization_id":1,"kind":"central","name":"Union"})"
    "\n"
    R"({"command":"register_organization","key":"o2","at":"2019-03-02T09:00:00Z",)"
    R"("organization_id":10,"kind":"primary","parent_id":1,"name":"School"})"
    "\n"
    R"({"command":"admit_member","key":"m","at":"2019-03-03T09:00:00Z","member_id":42,)"
    R"("organization_id":10,"category":"working","admitted_on":"2019-01-01","name":"Anna"})"
    "\n"
    R"({"command":"register_partner","key":"p","at":"2019-03-03T09:00:00Z","partner_id":7,)"
    R"("name":"Shop"})"
    "\n"
    R"({"command":"report_purchase","key":"b","at":"2019-03-03T09:00:00Z","partner_id":7,)"
    R"("action_id":"A-1","status":"new","status_at":"2019-03-03T08:00:00Z",)"
    R"("purchase_at":"2019-03-03T08:00:00Z","lines":[{"line":1,"amount":"1.00"}]})"
    "\n"
    R"({"command":"issue_card","key":"c","at":"2019-03-03T09:00:00Z","member_id":42,)"
    R"("number":"7700000042","form":"plastic"})"
    "\n"
    R"({"command":"open_account","key":"a","at":"2019-03-03T09:00:00Z","member_id":42})"
    "\n"
    R"({"command":"adjust_balance","key":"g","at":"2019-03-03T09:00:00Z","member_id":42,)"
    R"("amount":"20.00","reason":"gift","approvers":["x","y"]})"
    "\n"
    R"({"command":"add_destination","key":"d","at":"2019-03-03T09:00:00Z","member_id":42,)"
    R"("method":"phone","value":"+79160000042"})"
    "\n"
    R"({"command":"request_withdrawal","key":"w","at":"2019-03-03T09:00:00Z","member_id":42,)"
    R"("method":"phone","amount":"10.00"})"
    "\n";
constexpr std::string_view kMore =
    R"({"command":"admit_member","key":"m2","at":"2019-03-04T09:00:00Z","member_id":43,)"
    R"("organization_id":10,"category":"student","admitted_on":"2019-01-01","name":"Boris"})"
    "\n";

class Projections : public testing::Test {
 protected:
  Projections() {
    system::SystemRandom random;
    EXPECT_TRUE(init(place_, {}, random));
    import(kLines);
  }

  enum class End : unsigned char { closed, killed };
  void import(std::string_view text, End end = End::closed) const {
    auto writer = Writer::open(place_, {});
    ASSERT_TRUE(writer) << writer.error().message;
    std::istringstream in{std::string(text)};
    Import importing((*writer)->engine(), {});
    ASSERT_TRUE(importing.run(in));
    if (end == End::closed) {
      ASSERT_TRUE((*writer)->close());
    }
  }

  [[nodiscard]] RowsPlace rows_of(const std::string& name) const {
    for (const auto& kind : projections::runtime::model_kinds())
      if (kind.name == name) return place_of_model(layout_, kind.store_name);
    return place_of_state(layout_);
  }
  [[nodiscard]] std::filesystem::path in_use(const std::string& name) const {
    return directory_in_use(rows_of(name)).value();
  }
  // Writes one row behind everybody's back.
  void tamper(const std::string& name, const base::Bytes& key,
              std::optional<base::Bytes> row) const {
    const auto rows = rocks::RocksStateStore::open({.directory = in_use(name)});
    ASSERT_TRUE(rows);
    const auto position = (*rows)->position().value();
    const std::vector<ports::Change> changes{{key, std::move(row)}};
    ASSERT_TRUE((*rows)->apply(changes, position));
  }

  // The key of one of its rows: of the shard's, the member's.
  [[nodiscard]] base::Bytes row_in(const std::string& name) const {
    if (name == "state") return state::encode_key('M', model::MemberId{42});
    const auto rows = rocks::RocksStateStore::open({.directory = in_use(name)}).value();
    return rows->scan({}, {}).value()->next().value().value().key;
  }

  [[nodiscard]] ProjectionList list(Look look = Look::thorough) const {
    return list_projections(place_, look).value();
  }
  [[nodiscard]] ProjectionStatus status(const std::string& name) const {
    for (auto& one : list().projections)
      if (one.name == name) return one;
    return {};
  }
  [[nodiscard]] ProjectionCheck check(const std::string& name) const {
    auto checked = check_projection(place_, name, 10, {});
    EXPECT_TRUE(checked && *checked) << (checked ? "" : checked.error().message);
    return checked && *checked ? **checked : ProjectionCheck{};
  }
  ProjectionRebuild rebuild(const std::string& name) const {
    auto rebuilt = rebuild_projection(place_, name, {});
    EXPECT_TRUE(rebuilt && *rebuilt) << (rebuilt ? "" : rebuilt.error().message);
    return rebuilt && *rebuilt ? **rebuilt : ProjectionRebuild{};
  }
  [[nodiscard]] std::size_t members() const {
    const auto reader = Reader::open(place_, {}).value();
    const auto rosters = reader->rosters().value();
    const auto day = model::moscow_date(reader->recorded_at());
    return rosters.reader.roster(model::OrganizationId{10}, day).value().value().members.size();
  }

  support::TemporaryDirectory scratch_;
  Place place_ = embedded_store(scratch_.path() / "store");
  Layout layout_ = place_.layout;
};

const std::vector<std::string> kAll{"state",      "statements", "rosters",
                                    "statistics", "purchases",  "withdrawals"};

TEST_F(Projections, are_named) {
  EXPECT_EQ(projection_names(), kAll);
  for (const auto& name : {"nothing", "", "statements-1"}) {
    EXPECT_EQ(check_projection(place_, name, 1, {}).error().kind, base::ErrorKind::usage);
    EXPECT_EQ(rebuild_projection(place_, name, {}).error().kind, base::ErrorKind::usage);
  }
}

TEST_F(Projections, stand_at_the_logs_end_after_a_clean_one) {
  const auto found = list();
  ASSERT_EQ(found.projections.size(), kAll.size());
  for (std::size_t i = 0; i < kAll.size(); ++i) {
    const auto& one = found.projections[i];
    EXPECT_EQ(one.name, kAll[i]);
    EXPECT_EQ(one.position, found.position);
    EXPECT_EQ(one.lag, 0U);
    EXPECT_EQ(one.stopped, "");
    EXPECT_EQ(one.digest, check(one.name).folded);
  }
  EXPECT_EQ(list(Look::quick).projections[0].digest, "");
  EXPECT_EQ(list(Look::quick).projections[1].digest, found.projections[1].digest);
}

TEST_F(Projections, lag_behind_a_log_whose_writer_was_killed) {
  const auto before = list().position;
  import(kMore, End::killed);
  const auto found = list();
  EXPECT_GT(found.position, before);
  for (const auto& one : found.projections) {
    EXPECT_EQ(one.position, before) << one.name;
    EXPECT_EQ(one.lag, found.position.value() - before.value());
    EXPECT_TRUE(check(one.name).is_equal()) << one.name;
  }
}

TEST_F(Projections, stand_at_nothing_where_no_rows_are_kept) {
  std::filesystem::remove_all(layout_.state());
  std::filesystem::remove_all(layout_.projections());
  const auto found = list();
  for (const auto& one : found.projections) {
    EXPECT_EQ(one.position, model::Seq{});
    EXPECT_EQ(one.lag, found.position.value());
    EXPECT_TRUE(check(one.name).is_equal());
  }
  EXPECT_FALSE(std::filesystem::exists(layout_.projections())) << "looking makes nothing";
}

TEST_F(Projections, are_looked_at_while_another_process_decides) {
  const auto writer = Writer::open(place_, {});
  ASSERT_TRUE(writer);
  for (const auto& one : list().projections) {
    EXPECT_EQ(one.lag, 0U);
    EXPECT_TRUE(check(one.name).is_equal());
    const auto refused = rebuild_projection(place_, one.name, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, base::ErrorKind::not_available);
    EXPECT_THAT(refused.error().message, HasSubstr("another process is at work on"));
  }
}

TEST_F(Projections, show_the_row_that_was_changed_behind_our_back) {
  for (const auto& name : kAll) {
    SCOPED_TRACE(name);
    const auto before = check(name);
    EXPECT_TRUE(before.is_equal());
    const auto key = row_in(name);
    tamper(name, key, std::nullopt);
    const auto found = check(name);
    EXPECT_FALSE(found.is_equal());
    EXPECT_EQ(found.position, before.position);
    EXPECT_EQ(found.folded, before.folded);
    EXPECT_NE(found.rows, before.rows);
    ASSERT_EQ(found.differing, 1U);
    EXPECT_EQ(found.shown.front().key, key);
    EXPECT_FALSE(found.shown.front().kept);
    EXPECT_TRUE(found.shown.front().folded);
    EXPECT_EQ(rebuild(name).digest, before.folded);
    EXPECT_TRUE(check(name).is_equal());
  }
}

TEST_F(Projections, show_a_row_that_nothing_can_read) {
  for (const auto& name : kAll) {
    tamper(name, row_in(name), "?");
    const auto found = check(name);
    ASSERT_EQ(found.differing, 1U) << name;
    EXPECT_EQ(found.shown.front().kept, "?");
  }
}

TEST_F(Projections, are_the_same_when_they_are_built_anew_and_the_old_ones_are_gone) {
  for (const auto& name : kAll) {
    SCOPED_TRACE(name);
    const auto before = status(name);
    auto last = in_use(name);
    for (int i = 0; i < 2; ++i) {
      const auto rebuilt = rebuild(name);
      EXPECT_EQ(rebuilt.digest, before.digest);
      EXPECT_EQ(rebuilt.position, before.position);
      EXPECT_EQ(rebuilt.version, before.version);
      EXPECT_EQ(layout_.root / rebuilt.directory, in_use(name));
      EXPECT_NE(in_use(name), last);
      EXPECT_FALSE(std::filesystem::exists(last));
      last = in_use(name);
      EXPECT_EQ(status(name).digest, before.digest);
    }
  }
  EXPECT_EQ(members(), 1U);
  import(kMore);
  EXPECT_EQ(members(), 2U);
  for (const auto& name : kAll)
    EXPECT_TRUE(check(name).is_equal()) << name;
}

TEST_F(Projections, are_all_built_anew_from_one_pass_over_the_log) {
  const auto before = list();
  std::vector<std::uint64_t> seen;
  const auto rebuilt = rebuild_projections(
      place_, kAll, {.folding = {.on_progress = [&](const FoldProgress& so_far) {
                       seen.push_back(so_far.events);
                     }}});
  ASSERT_TRUE(rebuilt && *rebuilt);
  ASSERT_EQ((*rebuilt)->size(), kAll.size());
  for (std::size_t i = 0; i < kAll.size(); ++i) {
    const auto& one = (*rebuilt)->at(i);
    EXPECT_TRUE(one.done);
    EXPECT_EQ(one.name, kAll[i]);
    EXPECT_EQ(one.digest, before.projections[i].digest);
    EXPECT_EQ(one.position, before.position);
    EXPECT_EQ(layout_.root / one.directory, in_use(one.name));
    EXPECT_TRUE(check(one.name).is_equal());
  }
  EXPECT_TRUE(std::ranges::is_sorted(seen));
  EXPECT_EQ(std::ranges::adjacent_find(seen), seen.end()) << "no batch was read twice";
  EXPECT_EQ(seen.back(), before.position.value());
}

TEST_F(Projections, are_made_anew_where_the_directory_in_use_was_deleted) {
  for (const auto& name : kAll) {
    rebuild(name);
    std::filesystem::remove_all(in_use(name));
  }
  EXPECT_EQ(members(), 1U);
  import(kMore);
  EXPECT_EQ(members(), 2U);
  EXPECT_FALSE(std::filesystem::exists(layout_.state())) << "the manifest names another";
}

TEST_F(Projections, are_mended_whatever_is_damaged) {
  for (const auto& name : kAll) {
    SCOPED_TRACE(name);
    const auto before = status(name);
    rebuild(name);
    for (const auto& entry : std::filesystem::directory_iterator(in_use(name)))
      if (entry.is_regular_file()) std::filesystem::resize_file(entry.path(), 1);
    EXPECT_NE(status(name).stopped, "");
    EXPECT_EQ(rebuild(name).digest, before.digest);
    const auto rows = rows_of(name);
    std::filesystem::resize_file(rows.folder / (rows.name + ".in-use"), 3);
    EXPECT_EQ(check_projection(place_, name, 1, {}).error().kind, base::ErrorKind::corrupt);
    EXPECT_EQ(rebuild(name).digest, before.digest);
    EXPECT_TRUE(check(name).is_equal());
  }
  EXPECT_EQ(members(), 1U);
}

TEST_F(Projections, stay_as_they_are_when_a_rebuild_is_interrupted) {
  const std::atomic<bool> interrupt{true};
  for (const auto& name : kAll) {
    const auto before = in_use(name);
    const auto rebuilt = rebuild_projection(place_, name, {.folding = {.interrupt = &interrupt}});
    ASSERT_TRUE(rebuilt);
    EXPECT_FALSE(rebuilt->has_value());
    EXPECT_EQ(in_use(name), before);
    EXPECT_FALSE(std::filesystem::exists(next_build(rows_of(name)).value()));
    const auto checked = check_projection(place_, name, 1, {.interrupt = &interrupt});
    ASSERT_TRUE(checked);
    EXPECT_FALSE(checked->has_value());
  }
}

TEST_F(Projections, lose_what_a_killed_rebuild_left_when_somebody_decides) {
  const auto left = next_build(rows_of("rosters")).value();
  ASSERT_TRUE(rocks::RocksStateStore::open({.directory = left}));
  import(kMore);
  EXPECT_FALSE(std::filesystem::exists(left));
}

TEST_F(Projections, are_not_built_from_a_log_that_ends_before_them) {
  // As they would be if the log had lost its end.
  for (const auto& name : kAll) {
    SCOPED_TRACE(name);
    const auto rows = rocks::RocksStateStore::open({.directory = in_use(name)}).value();
    auto position = rows->position().value();
    if (name == "state") {
      auto head = shard::decode_checkpoint(position).value().value();
      head.n = model::BatchNumber{head.n.value() + 1};
      position = shard::encode_checkpoint(head);
    } else {
      auto stored = projections::runtime::decode_position(position).value();
      stored.at.n = model::BatchNumber{stored.at.n.value() + 1};
      position = projections::runtime::encode(stored);
    }
    ASSERT_TRUE(rows->apply({}, position));
  }
  for (const auto& name : kAll) {
    const auto before = in_use(name);
    const auto refused = rebuild_projection(place_, name, {});
    ASSERT_FALSE(refused) << name;
    EXPECT_EQ(refused.error().kind, base::ErrorKind::corrupt);
    EXPECT_THAT(refused.error().message, HasSubstr("lost its end"));
    EXPECT_EQ(in_use(name), before);
    EXPECT_EQ(check_projection(place_, name, 1, {}).error().kind, base::ErrorKind::corrupt);
  }
}

TEST_F(Projections, are_of_a_log_that_begins_with_a_batch_without_events) {
  place_ = embedded_store(scratch_.path() / "other");
  layout_ = place_.layout;
  system::SystemRandom random;
  ASSERT_TRUE(init(place_, {}, random));
  {
    const auto log =
        segments::SegmentLog::open(segments::machine_files(), layout_.log(), random, {}).value();
    const auto ownership = log->acquire().value();
    const model::Batch empty{.header = {.store = ownership.head.store,
                                        .epoch = ownership.epoch,
                                        .owner = ownership.owner,
                                        .n = model::BatchNumber{1},
                                        .first_seq = model::Seq{1}}};
    ASSERT_TRUE(log->submit(codec::seal(empty)));
    const auto outcomes = log->poll(std::chrono::milliseconds{10'000});
    ASSERT_EQ(outcomes.size(), 1U);
    ASSERT_EQ(outcomes.front().status, ports::AppendStatus::acknowledged);
    ASSERT_TRUE(log->close());
  }
  import(kLines);
  for (const auto& name : kAll) {
    const auto before = check(name);
    EXPECT_TRUE(before.is_equal()) << name;
    EXPECT_GT(before.position, model::Seq{});
    EXPECT_EQ(rebuild(name).digest, before.folded);
    EXPECT_TRUE(check(name).is_equal()) << name;
  }
}

TEST_F(Projections, tell_how_far_a_fold_is) {
  FoldProgress last;
  const FoldOptions options{.on_progress = [&](const FoldProgress& so_far) { last = so_far; }};
  ASSERT_TRUE(rebuild_projection(place_, "statements", {.folding = options}));
  EXPECT_EQ(last.events_all, list().position.value());
  EXPECT_EQ(last.events, last.events_all);
}

}  // namespace
}  // namespace kopilka::app
