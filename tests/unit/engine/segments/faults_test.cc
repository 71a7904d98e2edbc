#include <algorithm>

#include "engine/segments/format.h"
#include "tests/unit/engine/segments/disk.h"

namespace kopilka::segments {
namespace {

TEST(Faults, a_refused_write_is_unknown_and_nothing_goes_on) {
  Disk disk;
  auto log = disk.made();
  BatchMaker maker(acquired(*log));
  ASSERT_EQ(append(*log, maker.next()).status, AppendStatus::acknowledged);
  disk.files.plan(0, FileFault::refuse);
  ASSERT_TRUE(log->submit(maker.next()));
  ASSERT_TRUE(log->submit(maker.next())) << "the first outcome was not told yet";
  std::vector<ports::AppendOutcome> told;
  while (told.size() < 2)
    for (auto& outcome : log->poll(std::chrono::minutes(1)))
      told.push_back(std::move(outcome));
  EXPECT_EQ(told[0].status, AppendStatus::unknown);
  EXPECT_NE(told[0].detail, "");
  EXPECT_EQ(told[1].status, AppendStatus::failed);
  const auto more = log->submit(maker.next());
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().kind, base::ErrorKind::not_available);
  EXPECT_EQ(log->head()->n.value(), 1U);
  EXPECT_EQ(read_all(*log)->size(), 1U);
}

TEST(Faults, a_full_disk_fails_surely_and_goes_on_when_there_is_room) {
  Disk disk;
  auto log = disk.made();
  BatchMaker maker(acquired(*log));
  disk.files.limit_space(kSmallSegment + 2 * kPageBytes);
  std::vector<SealedBatch> counted;
  ports::AppendOutcome outcome;
  SealedBatch batch;
  for (;;) {
    batch = maker.next({.events = 1, .text_bytes = 3'000});
    outcome = append(*log, batch);
    if (outcome.status != AppendStatus::acknowledged) break;
    counted.push_back(batch);
    ASSERT_LT(counted.size(), 10U);
  }
  EXPECT_EQ(outcome.status, AppendStatus::failed);
  EXPECT_NE(outcome.detail.find("no space"), std::string::npos) << outcome.detail;
  EXPECT_EQ(counted.size(), 3U);
  EXPECT_TRUE(same(*read_all(*log), counted));
  for (const auto& path : disk.paths())
    EXPECT_NE(path.filename(), kSpareName);
  disk.files.limit_space(std::uint64_t{1} << 30);
  maker.follow(acquired(*log));
  counted.push_back(maker.next());
  EXPECT_EQ(append(*log, counted.back()).status, AppendStatus::acknowledged);
  EXPECT_TRUE(same(*read_all(*log), counted));
}

TEST(Faults, no_room_to_compress_keeps_the_raw_segment_and_says_so) {
  Disk disk;
  auto log = disk.made();
  disk.files.limit_space(2 * kSmallSegment + 200);
  const auto written = fill(*log, 5, {.events = 1, .text_bytes = 3'000});
  EXPECT_NE(log->upkeep_trouble().find("no space"), std::string::npos) << log->upkeep_trouble();
  EXPECT_TRUE(same(*read_all(*log), written));
  disk.files.limit_space(std::uint64_t{1} << 30);
  acquired(*log);
  EXPECT_EQ(log->upkeep_trouble(), "");
  EXPECT_EQ(disk.paths().front().extension(), ".zst");
  EXPECT_TRUE(same(*read_all(*log), written));
}

TEST(Faults, a_damaged_full_segment_is_not_compressed_and_not_removed) {
  Disk disk;
  auto log = disk.made();
  disk.files.limit_space(2 * kSmallSegment + 200);
  (void)fill(*log, 5, {.events = 1, .text_bytes = 3'000});
  disk.files.limit_space(std::uint64_t{1} << 30);
  const auto first = disk.paths().front();
  ASSERT_EQ(first.extension(), ".segment");
  disk.files.flip(first, kPageBytes + 700, 1);
  const auto damaged = disk.files.content(first);
  acquired(*log);
  EXPECT_NE(log->upkeep_trouble().find(first.filename().string() + ": offset 4096, seq 1"),
            std::string::npos)
      << log->upkeep_trouble();
  EXPECT_EQ(disk.paths().front(), first);
  EXPECT_EQ(disk.files.content(first), damaged);
  const auto found = read_all(*log);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, base::ErrorKind::corrupt);
}

TEST(Faults, a_failed_sync_is_not_tried_again) {
  Disk disk;
  disk.files.allow_write_through(Access::write);
  auto log = disk.made();
  BatchMaker maker(acquired(*log));
  EXPECT_EQ(log->write_mode(), WriteMode::buffered);
  disk.files.plan(1, FileFault::refuse);  // the write is taken, its sync is not
  const auto batch = maker.next();
  EXPECT_EQ(append(*log, batch).status, AppendStatus::unknown);
  // The page cache still shows the batch; the disk does not have it.
  EXPECT_FALSE(is_zero(base::ByteView{disk.files.content(disk.active())}.substr(kPageBytes)));
  EXPECT_EQ(acquired(*log).head.n.value(), 0U);
}

TEST(Faults, one_writer_at_a_time) {
  Disk disk;
  auto first = disk.made();
  acquired(*first);
  auto second = disk.opened();
  const auto refused = second->acquire();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, base::ErrorKind::not_available);
  EXPECT_NE(refused.error().message.find("another process"), std::string::npos);
  ASSERT_TRUE(first->close());
  EXPECT_TRUE(second->acquire());
}

TEST(Faults, opening_changes_nothing_on_the_disk) {
  Disk disk;
  {
    auto log = disk.made();
    (void)fill(*log, 4, {.events = 1, .text_bytes = 3'000});
  }
  const auto steps = disk.files.steps();
  auto log = disk.opened();
  EXPECT_EQ(read_all(*log)->size(), 4U);
  log.reset();
  EXPECT_EQ(disk.files.steps(), steps);
}

TEST(Faults, a_directory_without_a_log_is_not_opened_and_a_log_is_not_made_twice) {
  Disk disk;
  const auto nothing = disk.open();
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().kind, base::ErrorKind::not_available);
  ASSERT_TRUE(disk.create());
  const auto again = disk.create();
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, base::ErrorKind::usage);
}

TEST(Faults, a_batch_above_the_limit_is_refused) {
  Disk disk;
  auto log = disk.made();
  BatchMaker maker(acquired(*log));
  auto batch = maker.next();
  batch.bytes.resize(kBatchBytesMax + 1);
  const auto refused = log->submit(batch);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, base::ErrorKind::limit);
}

TEST(Faults, a_clean_end_is_marked_and_the_mark_is_gone_while_the_log_is_owned) {
  Disk disk;
  const auto mark = std::filesystem::path(kDirectory) / kCloseMarkName;
  const auto is_marked = [&] {
    const auto paths = disk.paths();
    return std::ranges::find(paths, mark) != paths.end();
  };
  auto log = disk.made();
  EXPECT_FALSE(is_marked());
  (void)fill(*log, 1, {});
  EXPECT_FALSE(is_marked());
  ASSERT_TRUE(log->close());
  EXPECT_TRUE(is_marked());
  acquired(*log);
  EXPECT_FALSE(is_marked());
  // An end that is not clean leaves none.
  BatchMaker maker(acquired(*log));
  disk.files.plan(0, FileFault::refuse);
  EXPECT_EQ(append(*log, maker.next()).status, AppendStatus::unknown);
  ASSERT_TRUE(log->close());
  EXPECT_FALSE(is_marked());
}

}  // namespace
}  // namespace kopilka::segments
