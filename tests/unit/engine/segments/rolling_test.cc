#include "engine/segments/format.h"
#include "engine/segments/listing.h"
#include "tests/unit/engine/segments/disk.h"

namespace kopilka::segments {
namespace {

constexpr BatchShape kOnePage{.events = 3, .text_bytes = 1'000};

TEST(Rolling, full_segments_are_compressed_and_read_like_raw_ones) {
  Disk disk;
  auto log = disk.made();
  const auto written = fill(*log, 20, kOnePage);
  const auto segments = list_segments(disk.files, kDirectory);
  ASSERT_TRUE(segments);
  ASSERT_EQ(segments->size(), 7U) << "three batches and the header fill a segment";
  for (std::size_t i = 0; i < 7; ++i) {
    EXPECT_EQ((*segments)[i].first_n.value(), 3 * i + 1);
    EXPECT_EQ((*segments)[i].first_seq.value(), 9 * i + 1);
    EXPECT_EQ((*segments)[i].form, i < 6 ? SegmentForm::packed : SegmentForm::raw);
  }
  EXPECT_TRUE(same(*read_all(*log), written));
  EXPECT_EQ(log->upkeep_trouble(), "");
}

TEST(Rolling, reads_from_every_seq_of_every_segment) {
  Disk disk;
  auto log = disk.made();
  const auto written = fill(*log, 14, kOnePage);
  for (std::uint64_t seq = 1; seq <= 42; ++seq) {
    const auto rest = read_all(*log, seq);
    ASSERT_TRUE(rest) << rest.error().message;
    const std::vector<SealedBatch> expected(
        written.begin() + static_cast<std::ptrdiff_t>((seq - 1) / 3), written.end());
    ASSERT_TRUE(same(*rest, expected)) << seq;
  }
}

TEST(Rolling, a_packed_segment_of_many_frames_is_entered_at_the_right_one) {
  Disk disk;
  disk.options.segment_bytes = std::uint64_t{4} << 20;
  ASSERT_TRUE(
      SegmentLog::create(disk.files, kDirectory, support::store_id(7), disk.options.segment_bytes));
  auto log = disk.opened();
  const auto written = fill(*log, 20, {.events = 4, .text_bytes = 80'000});
  ASSERT_EQ(list_segments(disk.files, kDirectory)->front().form, SegmentForm::packed);
  for (std::uint64_t seq = 1; seq <= 80; seq += 3) {
    const auto reader = log->read_from(model::Seq{seq});
    ASSERT_TRUE(reader);
    const auto batch = (*reader)->next();
    ASSERT_TRUE(batch && *batch);
    EXPECT_EQ((*batch)->bytes, written[(seq - 1) / 4].bytes);
  }
  EXPECT_TRUE(same(*read_all(*log), written));
}

TEST(Rolling, a_reader_walks_on_while_segments_fill_and_are_compressed_behind_it) {
  Disk disk;
  auto log = disk.made();
  BatchMaker maker(acquired(*log));
  const auto reader = log->read_from(model::Seq{1});
  ASSERT_TRUE(reader);
  const auto other = disk.opened();  // as another process sees it
  const auto foreign = other->read_from(model::Seq{1});
  ASSERT_TRUE(foreign);
  for (std::uint64_t i = 1; i <= 30; ++i) {
    ASSERT_EQ(append(*log, maker.next(kOnePage)).status, AppendStatus::acknowledged);
    const auto batch = (*reader)->next();
    ASSERT_TRUE(batch && *batch) << (batch ? "nothing" : batch.error().message);
    EXPECT_EQ((*batch)->header.n.value(), i);
    EXPECT_FALSE(*(*reader)->next());
    if (i % 4 != 0) continue;
    for (auto n = i - 3; n <= i; ++n) {
      const auto seen = (*foreign)->next();
      ASSERT_TRUE(seen && *seen) << (seen ? "nothing" : seen.error().message);
      EXPECT_EQ((*seen)->header.n.value(), n);
    }
    EXPECT_FALSE(*(*foreign)->next());
  }
}

TEST(Rolling, a_batch_larger_than_a_segment_gets_one_of_its_own) {
  Disk disk;
  auto log = disk.made();
  std::vector<SealedBatch> written;
  BatchMaker maker(acquired(*log));
  for (const std::size_t size : {100U, 60'000U, 100U, 390'000U, 100U}) {
    written.push_back(maker.next({.events = 1, .text_bytes = size}));
    ASSERT_EQ(append(*log, written.back()).status, AppendStatus::acknowledged);
  }
  EXPECT_TRUE(same(*read_all(*log), written));
  EXPECT_TRUE(log->close());
  EXPECT_TRUE(same(*read_all(*disk.opened()), written));
}

TEST(Rolling, segments_double_up_to_the_limit) {
  Disk disk;
  disk.options.segment_bytes = 4 * kSmallSegment;
  auto log = disk.made();
  BatchMaker maker(acquired(*log));
  std::vector<std::size_t> sizes;
  for (int i = 0; i < 60; ++i) {
    ASSERT_EQ(append(*log, maker.next(kOnePage)).status, AppendStatus::acknowledged);
    const auto size = disk.files.content(disk.active()).size();
    if (sizes.empty() || sizes.back() != size) sizes.push_back(size);
  }
  EXPECT_EQ(sizes, (std::vector<std::size_t>{kSmallSegment, 2 * kSmallSegment, 4 * kSmallSegment}));
}

TEST(Rolling, when_both_forms_are_there_the_raw_one_counts_and_is_compressed_again) {
  Disk disk;
  auto log = disk.made();
  std::string raw;
  std::filesystem::path raw_path;
  std::vector<SealedBatch> written;
  BatchMaker maker(acquired(*log));
  for (int i = 0; i < 4; ++i) {
    if (i == 3) {
      raw_path = disk.active();
      raw = disk.files.content(raw_path);
    }
    written.push_back(maker.next(kOnePage));
    ASSERT_EQ(append(*log, written.back()).status, AppendStatus::acknowledged);
  }
  ASSERT_TRUE(log->close());
  ASSERT_TRUE(disk.files.create(raw_path));
  disk.files.put(raw_path, raw);
  const auto packed = disk.paths()[1];
  ASSERT_EQ(packed.extension(), ".zst");
  disk.files.flip(packed, 200, 1);
  EXPECT_TRUE(same(*read_all(*log), written));
  acquired(*log);
  EXPECT_EQ(list_segments(disk.files, kDirectory)->front().form, SegmentForm::packed);
  EXPECT_TRUE(same(*read_all(*log), written));
}

TEST(Rolling, the_log_goes_on_in_a_segment_that_was_full_when_it_was_closed) {
  Disk disk;
  auto log = disk.made();
  auto written = fill(*log, 3, kOnePage);
  ASSERT_TRUE(log->close());
  log = disk.opened();
  BatchMaker maker(acquired(*log));
  written.push_back(maker.next(kOnePage));
  ASSERT_EQ(append(*log, written.back()).status, AppendStatus::acknowledged);
  EXPECT_TRUE(same(*read_all(*log), written));
}

TEST(Rolling, a_head_in_an_earlier_segment_is_known_without_reading_it) {
  Disk disk;
  auto log = disk.made();
  const auto written = fill(*log, 3, kOnePage);
  // The next segment is made, and its first batch is not written.
  BatchMaker maker(acquired(*log));
  const auto batch = maker.next(kOnePage);
  disk.files.plan(8, FileFault::stop);
  EXPECT_NE(append(*log, batch).status, AppendStatus::acknowledged);
  log.reset();
  disk.files.restart(Unsynced::lost);
  ASSERT_EQ(list_segments(disk.files, kDirectory)->size(), 2U);
  log = disk.opened();
  const auto head = log->head();
  ASSERT_TRUE(head);
  EXPECT_EQ(head->n.value(), 3U);
  EXPECT_EQ(head->hash, written[2].hash);
  EXPECT_EQ(head->recorded_at.in_micros(), 9'000'000);
  EXPECT_TRUE(same(*read_all(*log), written));
  EXPECT_TRUE(read_all(*log, 10)->empty());
}

}  // namespace
}  // namespace kopilka::segments
