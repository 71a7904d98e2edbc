#include "engine/segments/format.h"
#include "tests/unit/engine/segments/disk.h"

namespace kopilka::segments {
namespace {

constexpr BatchShape kFewSectors{.events = 2, .text_bytes = 800};
constexpr std::size_t kHeaderEnd = kSlotPrefixBytes + codec::kBatchHeaderBytes;

// Two good batches and a third one, whose slot the tests spoil. The log was killed, not closed.
class TornTail : public ::testing::Test {
 protected:
  TornTail() {
    auto log = disk_.made();
    written_ = fill(*log, 3, kFewSectors);
    disk_.files.stop();
    log.reset();
    disk_.files.restart(Unsynced::kept);
    path_ = disk_.active();
    file_ = disk_.files.content(path_);
    slot_at_ = kPageBytes + 2 * slot_bytes(written_[0].bytes.size());
    slot_ = file_.substr(slot_at_, slot_bytes(written_[2].bytes.size()));
    batch_end_ = kSlotPrefixBytes + written_[2].bytes.size();
  }

  void put_slot(const std::string& slot) {
    auto file = file_;
    file.replace(slot_at_, slot.size(), slot);
    disk_.files.put(path_, file);
  }

  void expect_whole() {
    auto log = disk_.opened();
    EXPECT_EQ(acquired(*log).head.n.value(), 3U);
    EXPECT_EQ(log->cut_note(), "");
    EXPECT_TRUE(same(*read_all(*log), written_));
    disk_.files.stop();
    log.reset();
    disk_.files.restart(Unsynced::kept);
  }

  // The third batch is gone, another one takes its place, and nothing of the old one shows.
  void expect_cut() {
    auto log = disk_.opened();
    EXPECT_EQ(log->head()->n.value(), 2U);
    EXPECT_EQ(read_all(*log)->size(), 2U);
    const auto ownership = acquired(*log);
    ASSERT_EQ(ownership.head.n.value(), 2U);
    const auto file = disk_.files.content(path_);
    EXPECT_TRUE(is_zero(base::ByteView{file}.substr(slot_at_)));
    BatchMaker maker(ownership);
    maker.change_content();
    auto other = written_;
    other[2] = maker.next({.events = 1, .text_bytes = 10});
    ASSERT_EQ(append(*log, other[2]).status, AppendStatus::acknowledged);
    EXPECT_TRUE(same(*read_all(*log), other));
    disk_.files.stop();
    log.reset();
    disk_.files.restart(Unsynced::lost);
    EXPECT_TRUE(same(*read_all(*disk_.opened()), other));
  }

  void expect_corrupt() {
    const auto before = disk_.files.content(path_);
    const auto log = disk_.open();
    ASSERT_FALSE(log);
    EXPECT_EQ(log.error().kind, base::ErrorKind::corrupt);
    EXPECT_NE(log.error().message.find(path_.filename().string()), std::string::npos);
    EXPECT_NE(log.error().message.find("offset " + std::to_string(slot_at_)), std::string::npos)
        << log.error().message;
    EXPECT_NE(log.error().message.find("seq 5"), std::string::npos) << log.error().message;
    EXPECT_EQ(disk_.files.content(path_), before) << "nothing is repaired";
  }

  void mark_as_closed() {
    disk_.files.put(path_, file_);
    auto log = disk_.opened();
    acquired(*log);
    ASSERT_TRUE(log->close());
  }

  Disk disk_;
  std::vector<SealedBatch> written_;
  std::filesystem::path path_;
  std::string file_;
  std::size_t slot_at_{0};
  std::string slot_;
  std::size_t batch_end_{0};
};

TEST_F(TornTail, is_cut_at_every_length_that_leaves_a_sector_of_zeros_and_else_found) {
  int cut = 0;
  int corrupt = 0;
  for (std::size_t length = 0; length <= slot_.size(); ++length) {
    SCOPED_TRACE(length);
    auto slot = slot_;
    slot.replace(length, std::string::npos, slot.size() - length, '\0');
    put_slot(slot);
    const bool sector_missing = count_zero_sectors(slot) > count_zero_sectors(slot_);
    if (slot == slot_) {
      expect_whole();
    } else if (length == 0 || (length >= kHeaderEnd && sector_missing)) {
      ++cut;
      expect_cut();
    } else {
      ++corrupt;
      expect_corrupt();
    }
    if (HasFailure()) break;
  }
  // From the header's end to the last sector's beginning, and the slot that was not begun; the
  // lengths inside the header, and those inside the last sector.
  const auto last_sector = (batch_end_ - 1) / kSectorBytes * kSectorBytes;
  EXPECT_EQ(cut, static_cast<int>(last_sector - kHeaderEnd + 2));
  EXPECT_GT(corrupt, static_cast<int>(kHeaderEnd));
}

TEST_F(TornTail, is_cut_whichever_sectors_are_missing) {
  const auto sectors = (batch_end_ + kSectorBytes - 1) / kSectorBytes;
  ASSERT_GE(sectors, 4U);
  for (unsigned kept = 0; kept < 1U << sectors; ++kept) {
    SCOPED_TRACE(kept);
    auto slot = slot_;
    for (std::size_t i = 0; i < sectors; ++i)
      if ((kept >> i & 1U) == 0) slot.replace(i * kSectorBytes, kSectorBytes, kSectorBytes, '\0');
    put_slot(slot);
    if (kept + 1 == 1U << sectors)
      expect_whole();
    else
      expect_cut();
    if (HasFailure()) break;
  }
}

TEST_F(TornTail, is_corrupt_when_a_store_names_it) {
  disk_.options.durable = DurablePosition{model::Seq{6}, written_[2].hash};
  for (std::size_t length = 0; length < batch_end_; length += 37) {
    SCOPED_TRACE(length);
    auto slot = slot_;
    slot.replace(length, std::string::npos, slot.size() - length, '\0');
    put_slot(slot);
    expect_corrupt();
  }
  put_slot(slot_);
  expect_whole();
  disk_.options.durable = DurablePosition{model::Seq{4}, written_[1].hash};
  put_slot(std::string(slot_.size(), '\0'));
  expect_cut();
}

TEST_F(TornTail, is_corrupt_when_the_log_was_closed_behind_it) {
  mark_as_closed();
  for (std::size_t length = 0; length < batch_end_; length += 37) {
    SCOPED_TRACE(length);
    auto slot = slot_;
    slot.replace(length, std::string::npos, slot.size() - length, '\0');
    put_slot(slot);
    expect_corrupt();
  }
}

TEST_F(TornTail, is_corrupt_when_another_batch_stands_behind_it) {
  slot_at_ -= slot_.size();
  const auto whole = file_.substr(slot_at_, slot_.size());
  for (const std::size_t length : {std::size_t{0}, std::size_t{512}, std::size_t{1024}}) {
    auto slot = whole;
    slot.replace(length, std::string::npos, slot.size() - length, '\0');
    put_slot(slot);
    const auto log = disk_.open();
    ASSERT_FALSE(log);
    EXPECT_EQ(log.error().kind, base::ErrorKind::corrupt);
    EXPECT_NE(log.error().message.find("seq 3"), std::string::npos) << log.error().message;
  }
}

TEST_F(TornTail, a_batch_with_sectors_of_zeros_inside_is_not_torn_by_them) {
  // Such bytes come from no event of ours, but the rule must not depend on that.
  PageBuffer slot = make_slot(std::string(200, 'a') + std::string(4'000, '\0') + "b");
  const auto prefix = decode_slot_prefix(slot.view());
  ASSERT_TRUE(prefix);
  EXPECT_EQ(prefix->zero_sectors, count_zero_sectors(slot.view()));
  EXPECT_GE(prefix->zero_sectors, 7U);
}

TEST_F(TornTail, is_the_end_for_a_reader_beside_a_living_writer) {
  disk_.files.put(path_, file_);
  auto writer = disk_.opened();
  acquired(*writer);
  for (std::size_t length = 0; length < batch_end_; length += 53) {
    SCOPED_TRACE(length);
    auto slot = slot_;
    slot.replace(length, std::string::npos, slot.size() - length, '\0');
    put_slot(slot);
    const auto reader = disk_.opened();
    EXPECT_EQ(reader->head()->n.value(), 2U);
    EXPECT_EQ(read_all(*reader)->size(), 2U);
  }
  put_slot(slot_);
  EXPECT_EQ(read_all(*disk_.opened())->size(), 3U);
}

}  // namespace
}  // namespace kopilka::segments
