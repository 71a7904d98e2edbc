#include "engine/app/local_socket.h"

#include <atomic>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/temporary_directory.h"

namespace kopilka::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class LocalSocket : public ::testing::Test {
 protected:
  // Serves while `calls` goes on in another thread.
  void serve_during(const std::function<void()>& calls,
                    const std::function<base::Bytes(base::ByteView)>& answer) {
    auto server = LocalServer::listen(path_);
    ASSERT_TRUE(server) << server.error().message;
    std::atomic<bool> done{false};
    std::jthread caller([&] {
      calls();
      done = true;
    });
    for (std::int64_t now = 0; !done; ++now)
      server->turn(milliseconds{now}, answer);
  }
  static base::Bytes echo(base::ByteView request) { return "you said " + std::string(request); }

  support::TemporaryDirectory directory_;
  std::filesystem::path path_ = directory_.path() / "node.sock";
};

TEST_F(LocalSocket, answers_one_caller_after_another) {
  serve_during(
      [&] {
        for (const auto* words : {"one", "two", ""}) {
          const auto answer = ask_local(path_, words, seconds(10));
          ASSERT_TRUE(answer && *answer);
          EXPECT_EQ(**answer, std::string("you said ") + words);
        }
      },
      echo);
}

TEST_F(LocalSocket, carries_a_long_answer) {
  const std::string words(3'000'000, 'x');
  serve_during(
      [&] {
        const auto answer = ask_local(path_, "all", seconds(10));
        ASSERT_TRUE(answer && *answer);
        EXPECT_EQ(**answer, words);
      },
      [&](base::ByteView) { return words; });
}

TEST_F(LocalSocket, may_lie_deeper_than_a_socket_s_name_goes) {
  path_ = directory_.path() / std::string(120, 'd') / std::string(120, 'e') / "node.sock";
  std::filesystem::create_directories(path_.parent_path());
  serve_during([&] { EXPECT_TRUE(*ask_local(path_, "x", seconds(10))); }, echo);
}

TEST_F(LocalSocket, is_for_its_user_alone_and_gone_with_its_server) {
  serve_during(
      [&] {
        struct stat facts{};
        ASSERT_EQ(stat(path_.c_str(), &facts), 0);
        EXPECT_EQ(facts.st_mode & 0777U, 0600U);
      },
      echo);
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(LocalSocket, without_a_server_answers_nothing) {
  EXPECT_FALSE(ask_local(path_, "x", seconds(1)).value());
  {
    auto server = LocalServer::listen(path_);
    ASSERT_TRUE(server);
    std::filesystem::rename(path_, directory_.path() / "kept");
  }
  std::filesystem::rename(directory_.path() / "kept", path_);
  ASSERT_TRUE(std::filesystem::exists(path_)) << "as one that was killed leaves it";
  EXPECT_FALSE(ask_local(path_, "x", seconds(1)).value());
  EXPECT_TRUE(LocalServer::listen(path_)) << "the next one takes its place";
}

TEST_F(LocalSocket, drops_who_asks_too_much) {
  bool is_asked = false;
  serve_during(
      [&] {
        const auto answer =
            ask_local(path_, std::string(LocalServer::kRequestBytesMax + 1, 'x'), seconds(10));
        EXPECT_FALSE(answer);
      },
      [&](base::ByteView request) {
        is_asked = true;
        return echo(request);
      });
  EXPECT_FALSE(is_asked);
}

TEST_F(LocalSocket, tells_that_a_server_does_not_answer) {
  auto server = LocalServer::listen(path_);
  ASSERT_TRUE(server);
  const auto answer = ask_local(path_, "x", seconds(1));
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().message, testing::HasSubstr("does not answer"));
}

}  // namespace
}  // namespace kopilka::app
