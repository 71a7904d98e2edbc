#include <array>
#include <fstream>
#include <string>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/engine/rocks/rocks_store_fixture.h"

// What is left of a store whose process ended without warning, or whose disk was full.
namespace kopilka::rocks {
namespace {

class RocksCrash : public RocksStoreTest {
 protected:
  struct Death {
    int reports{0};  // how many to wait for; 0: let it end by itself
    int wait_ms{0};  // and how long after that, or until the next report
  };
  // Runs the writer until its death. Returns the last number that it reported, or -1.
  int write_until(Death death, const std::vector<std::string>& words) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      ::dup2(ends[1], STDOUT_FILENO);
      std::vector<std::string> all{KOPILKA_ROCKS_WRITER, path_.string()};
      all.insert(all.end(), words.begin(), words.end());
      std::vector<char*> arguments;
      for (std::string& word : all)
        arguments.push_back(word.data());
      arguments.push_back(nullptr);
      ::execv(arguments.front(), arguments.data());
      ::_exit(1);
    }
    ::close(ends[1]);
    int last = -1;
    int number = 0;
    while (::read(ends[0], &number, sizeof(number)) == sizeof(number)) {
      last = number;
      if (--death.reports == 0) {
        pollfd next{ends[0], POLLIN, 0};
        ::poll(&next, 1, death.wait_ms);
        ::kill(child, SIGKILL);
      }
    }
    ::close(ends[0]);
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    return last;
  }
};

TEST_F(RocksCrash, position_and_rows_agree_after_a_kill_at_any_moment) {
  int next = 1;
  for (int round = 0; round < 25; ++round) {
    const Death death{1 + round % 7, round * 5 % 13};
    const int reported = write_until(death, {"apply", std::to_string(next)});
    ASSERT_GE(reported, next);
    const auto store = open();
    const int found = std::stoi(position_of(*store));
    EXPECT_GE(found, reported) << "what was reported is durable";
    ASSERT_EQ(number_in_all(*store, kRows), std::to_string(found));
    EXPECT_TRUE(store->verify());
    next = found + 1;
  }
}

TEST_F(RocksCrash, nothing_of_a_cut_short_apply_stays_on_the_disk) {
  for (int round = 0; round < 10; ++round)
    write_until({2, round}, {"apply", "1"});
  std::ofstream(path_ / "incoming.sst") << "half of a file";
  const auto store = open();
  EXPECT_FALSE(std::filesystem::exists(path_ / "incoming.sst"));
  ASSERT_TRUE(store->compact());
  EXPECT_LE(files(".sst").size(), 2U) << "one file for the position, one for the rows";
}

TEST_F(RocksCrash, a_full_disk_fails_the_apply_and_changes_nothing) {
  apply(*open(), numbered(kRows, 1), "1");
  EXPECT_EQ(write_until({}, {"full"}), static_cast<int>(ErrorKind::io));
  const auto store = open();
  EXPECT_EQ(position_of(*store), "1");
  EXPECT_EQ(number_in_all(*store, kRows), "1");
  EXPECT_FALSE(std::filesystem::exists(path_ / "incoming.sst"));
  apply(*store, numbered(kRows, 2), "2");
  EXPECT_EQ(number_in_all(*store, kRows), "2");
}

}  // namespace
}  // namespace kopilka::rocks
