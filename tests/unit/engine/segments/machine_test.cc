#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/segments/format.h"
#include "tests/support/temporary_directory.h"
#include "tests/unit/engine/segments/disk.h"

// The files and processes of this machine.
namespace kopilka::segments {
namespace {

class Machine : public ::testing::Test {
 protected:
  Machine() { KOPILKA_CHECK(SegmentLog::create(machine_files(), path_, support::store_id(7))); }

  std::unique_ptr<SegmentLog> opened() {
    auto log = SegmentLog::open(machine_files(), path_, random_, options_);
    if (!log) throw std::runtime_error(log.error().message);
    return std::move(*log);
  }

  support::TemporaryDirectory directory_;
  std::filesystem::path path_ = directory_.path() / "deep" / "log";
  memory::SeededRandom random_{1};
  Options options_{.segment_bytes = std::uint64_t{256} << 10,
                   .durable = std::nullopt,
                   .upkeep = UpkeepTime::background,
                   .zstd_level = 1};
};

TEST_F(Machine, writes_and_reads_files_of_every_access) {
  auto& files = machine_files();
  const auto path = directory_.path() / "file";
  auto file = *files.create(path);
  ASSERT_TRUE(file->reserve(4 * kPageBytes));
  PageBuffer pages(4 * kPageBytes);
  ASSERT_TRUE(file->write_at(0, pages.view()));
  ASSERT_TRUE(file->sync());
  auto direct = files.open(path, Access::write_through);
  if (!direct) direct = files.open(path, Access::write);
  ASSERT_TRUE(direct) << direct.error().message;
  pages.span()[5] = 'x';
  pages.span()[4'097] = 'y';
  ASSERT_TRUE((*direct)->write_at(kPageBytes, pages.view().substr(0, 2 * kPageBytes)));
  std::string part(3, '\0');
  ASSERT_EQ(*(*direct)->read_at(kPageBytes + 4, part), 3U);
  EXPECT_EQ(part, std::string("\0x\0", 3));
  std::string rest(kPageBytes, '-');
  ASSERT_EQ(*file->read_at(4 * kPageBytes - 10, rest), 10U);
  EXPECT_EQ(*file->read_at(5 * kPageBytes, rest), 0U);
  ASSERT_TRUE(file->resize(kPageBytes));
  EXPECT_EQ(*file->size(), kPageBytes);
  const auto missing = files.open(directory_.path() / "none", Access::read);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, base::ErrorKind::not_available);
}

TEST_F(Machine, a_directory_without_a_name_is_refused) {
  EXPECT_FALSE(machine_files().make_directory(""));
}

TEST_F(Machine, a_full_log_device_is_an_error_with_its_name) {
  auto full = machine_files().open("/dev/full", Access::write);
  if (!full) GTEST_SKIP() << "no /dev/full here";
  const auto written = (*full)->write_at(0, "x");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, base::ErrorKind::io);
  EXPECT_NE(written.error().message.find("/dev/full"), std::string::npos);
}

TEST_F(Machine, says_how_its_appends_become_durable) {
  const auto log = opened();
  EXPECT_EQ(log->write_mode(), std::nullopt);
  acquired(*log);
  ASSERT_NE(log->write_mode(), std::nullopt);
  RecordProperty("write_mode", *log->write_mode() == WriteMode::direct ? "direct" : "buffered");
}

TEST_F(Machine, names_the_process_that_has_the_log) {
  const auto first = opened();
  acquired(*first);
  const auto refused = opened()->acquire();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, base::ErrorKind::not_available);
  EXPECT_NE(refused.error().message.find("another process (" + std::to_string(getpid()) + ")"),
            std::string::npos)
      << refused.error().message;
}

TEST_F(Machine, background_upkeep_compresses_what_is_full) {
  auto log = opened();
  const auto written = fill(*log, 40, {.events = 10, .text_bytes = 5'000});
  log->settle_upkeep();
  EXPECT_EQ(log->upkeep_trouble(), "");
  std::size_t packed = 0;
  const auto names = machine_files().list(path_);
  ASSERT_TRUE(names);
  for (const auto& name : *names)
    packed += name.ends_with(".zst") ? 1 : 0;
  EXPECT_GE(packed, 1U);
  EXPECT_TRUE(same(*read_all(*log), written));
}

// Appends without end in a process of its own, and says on `out` what was acknowledged.
[[noreturn]] void append_until_killed(SegmentLog& log, int out) {
  BatchMaker maker(acquired(log));
  for (;;) {
    const auto batch = maker.next({.events = 3, .text_bytes = 4'000});
    if (append(log, batch).status != AppendStatus::acknowledged) _exit(1);
    if (write(out, batch.hash.data(), batch.hash.size()) < 0) _exit(1);
  }
}

TEST_F(Machine, a_killed_process_loses_nothing_that_it_had_acknowledged) {
  std::vector<base::Hash256> acknowledged;
  for (int life = 0; life < 5; ++life) {
    int ends[2] = {};
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    const auto child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) append_until_killed(*opened(), ends[1]);
    close(ends[1]);
    base::Hash256 hash{};
    for (int i = 0; i < 20 + 13 * life; ++i) {
      ASSERT_EQ(read(ends[0], hash.data(), hash.size()), 32);
      acknowledged.push_back(hash);
    }
    EXPECT_FALSE(opened()->acquire()) << "the child has the log";
    ASSERT_EQ(kill(child, SIGKILL), 0);
    ASSERT_EQ(waitpid(child, nullptr, 0), child);
    while (read(ends[0], hash.data(), hash.size()) == 32)
      acknowledged.push_back(hash);
    close(ends[0]);

    auto log = opened();
    const auto found = read_all(*log);
    ASSERT_TRUE(found) << found.error().message;
    ASSERT_GE(found->size(), acknowledged.size());
    ASSERT_LE(found->size(), acknowledged.size() + 1);
    for (std::size_t i = 0; i < acknowledged.size(); ++i)
      ASSERT_EQ((*found)[i].hash, acknowledged[i]);
    if (found->size() > acknowledged.size()) acknowledged.push_back(found->back().hash);
  }
}

}  // namespace
}  // namespace kopilka::segments
