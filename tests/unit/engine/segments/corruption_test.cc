#include <set>

#include "engine/segments/format.h"
#include "tests/unit/engine/segments/disk.h"

namespace kopilka::segments {
namespace {

enum class Finding { corrupt, harmless, wrong };

// Opens and reads everything, from the beginning and from every batch.
Finding look(Disk& disk, const std::vector<SealedBatch>& written, std::string& message) {
  const auto judge = [&](const base::Error& error) {
    message = error.message;
    const bool known_kind = error.kind == base::ErrorKind::corrupt;
    return known_kind && names_the_place(error) ? Finding::corrupt : Finding::wrong;
  };
  const auto log = disk.open();
  if (!log) return judge(log.error());
  const auto all = read_all(**log);
  if (!all) return judge(all.error());
  if (!same(*all, written)) {
    message = "another content was read";
    return Finding::wrong;
  }
  for (const auto& batch : written) {
    const auto rest = read_all(**log, batch.header.first_seq.value());
    if (!rest) return judge(rest.error());
    if (rest->empty() || rest->front().bytes != batch.bytes) {
      message = "another batch was read";
      return Finding::wrong;
    }
  }
  return Finding::harmless;
}

class Corruption : public ::testing::Test {
 protected:
  // Two packed segments and a raw one.
  void make_log() {
    auto log = disk_.made();
    written_ = fill(*log, 8, {.events = 1, .text_bytes = 300});
    ASSERT_TRUE(log->close());
    std::set<std::string> extensions;
    for (const auto& path : disk_.paths())
      extensions.insert(path.extension().string());
    ASSERT_EQ(extensions, (std::set<std::string>{"", ".segment", ".zst"}));
  }

  Disk disk_;
  std::vector<SealedBatch> written_;
};

TEST_F(Corruption, every_flipped_byte_of_a_closed_log_is_found_or_harmless) {
  make_log();
  std::string message;
  ASSERT_EQ(look(disk_, written_, message), Finding::harmless) << message;
  std::uint64_t found = 0;
  for (const auto& path : disk_.paths()) {
    const auto bytes = disk_.files.content(path);
    const bool raw = path.extension() == ".segment";
    const auto tail = bytes.find_last_not_of('\0') / kPageBytes * kPageBytes + kPageBytes;
    for (std::uint64_t offset = 0; offset < bytes.size(); ++offset) {
      const auto mask = static_cast<unsigned char>(1U << offset % 8);
      disk_.files.flip(path, offset, mask);
      const auto finding = look(disk_, written_, message);
      disk_.files.flip(path, offset, mask);
      ASSERT_NE(finding, Finding::wrong) << path << " offset " << offset << ": " << message;
      if (finding == Finding::corrupt) ++found;
      // What is harmless must be so by design: behind the end of the raw segment, beyond the
      // sector where the next batch begins; or a bit that zstd does not use.
      ASSERT_TRUE(!raw || finding == Finding::corrupt || offset >= tail + kSectorBytes) << offset;
    }
    if (!raw) continue;
    for (std::uint64_t offset = 0; offset < tail; offset += 7) {
      disk_.files.flip(path, offset, 0xFF);
      EXPECT_EQ(look(disk_, written_, message), Finding::corrupt) << offset;
      disk_.files.flip(path, offset, 0xFF);
    }
  }
  EXPECT_GT(found, 3 * kPageBytes);
}

TEST_F(Corruption, of_a_killed_log_is_found_too) {
  auto log = disk_.made();
  written_ = fill(*log, 2, {.events = 1, .text_bytes = 300});
  disk_.files.stop();
  log.reset();
  disk_.files.restart(Unsynced::kept);
  const auto path = disk_.active();
  std::string message;
  for (std::uint64_t offset = 0; offset < 3 * kPageBytes; ++offset) {
    disk_.files.flip(path, offset, 0x10);
    ASSERT_EQ(look(disk_, written_, message), Finding::corrupt) << offset << message;
    disk_.files.flip(path, offset, 0x10);
  }
}

TEST_F(Corruption, is_found_when_a_file_is_missing) {
  make_log();
  const auto paths = disk_.paths();
  for (const auto& path : paths) {
    if (path.filename() == kCloseMarkName) continue;
    SCOPED_TRACE(path);
    const auto bytes = disk_.files.content(path);
    disk_.files.erase(path);
    std::string message;
    EXPECT_EQ(look(disk_, written_, message), Finding::corrupt) << message;
    ASSERT_TRUE(disk_.files.create(path));
    disk_.files.put(path, bytes);
  }
  std::string message;
  EXPECT_EQ(look(disk_, written_, message), Finding::harmless) << message;
}

TEST_F(Corruption, is_found_when_a_file_is_cut_short) {
  make_log();
  for (const auto& path : disk_.paths()) {
    const auto bytes = disk_.files.content(path);
    const auto end = bytes.find_last_not_of('\0') + 1;
    for (std::size_t size = 0; size < end; size += 61) {
      disk_.files.put(path, bytes.substr(0, size));
      std::string message;
      ASSERT_EQ(look(disk_, written_, message), Finding::corrupt)
          << path << " size " << size << ": " << message;
    }
    disk_.files.put(path, bytes);
  }
}

TEST_F(Corruption, is_found_when_two_files_change_places) {
  make_log();
  const auto paths = disk_.paths();
  for (const auto& a : paths)
    for (const auto& b : paths) {
      if (a >= b || a.extension() != b.extension()) continue;
      const auto first = disk_.files.content(a);
      const auto second = disk_.files.content(b);
      disk_.files.put(a, second);
      disk_.files.put(b, first);
      std::string message;
      EXPECT_EQ(look(disk_, written_, message), Finding::corrupt) << a << b << message;
      disk_.files.put(a, first);
      disk_.files.put(b, second);
    }
}

TEST_F(Corruption, is_found_when_a_batch_of_another_history_stands_at_the_end) {
  auto log = disk_.made();
  BatchMaker maker(acquired(*log));
  ASSERT_EQ(append(*log, maker.next()).status, AppendStatus::acknowledged);
  log.reset();
  // The same numbers, another content before it.
  Disk other;
  auto other_log = other.made();
  BatchMaker other_maker(acquired(*other_log));
  other_maker.change_content();
  for (int i = 0; i < 2; ++i)
    ASSERT_EQ(append(*other_log, other_maker.next()).status, AppendStatus::acknowledged);
  auto mine = disk_.files.content(disk_.active());
  const auto theirs = other.files.content(other.active());
  mine.replace(2 * kPageBytes, kPageBytes, theirs.substr(2 * kPageBytes, kPageBytes));
  disk_.files.put(disk_.active(), mine);
  disk_.files.erase(std::filesystem::path(kDirectory) / kCloseMarkName);
  const auto opened = disk_.open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, base::ErrorKind::corrupt);
  EXPECT_NE(opened.error().message.find("hash"), std::string::npos) << opened.error().message;
}

TEST_F(Corruption, a_store_of_another_history_is_found) {
  make_log();
  disk_.options.durable = DurablePosition{model::Seq{5}, written_[4].hash};
  EXPECT_TRUE(disk_.open());
  disk_.options.durable = DurablePosition{model::Seq{5}, written_[3].hash};
  const auto other = disk_.open();
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().kind, base::ErrorKind::corrupt);
  disk_.options.durable = DurablePosition{model::Seq{9}, written_[7].hash};
  EXPECT_FALSE(disk_.open());
}

TEST_F(Corruption, stops_a_reader_for_good_and_names_the_same_place_again) {
  make_log();
  auto log = disk_.opened();
  disk_.files.flip(disk_.paths()[1], 300, 1);
  const auto reader = log->read_from(model::Seq{1});
  ASSERT_TRUE(reader);
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE((*reader)->next());
  std::string first;
  for (int i = 0; i < 3; ++i) {
    const auto batch = (*reader)->next();
    ASSERT_FALSE(batch);
    if (i == 0) first = batch.error().message;
    EXPECT_EQ(batch.error().message, first);
  }
}

}  // namespace
}  // namespace kopilka::segments
