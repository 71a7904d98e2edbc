#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/result.h"

namespace kopilka::app {

// A descriptor that is closed with its owner.
class OwnedFd {
 public:
  explicit OwnedFd(int fd = -1) : fd_(fd) {}
  OwnedFd(OwnedFd&& other) noexcept : fd_(other.release()) {}
  OwnedFd& operator=(OwnedFd&& other) noexcept;
  ~OwnedFd();

  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }

 private:
  [[nodiscard]] int release();
  int fd_;
};

// Answers programs on this machine over a socket in the file system, which only its user may open.
// One request and one answer a connection, each preceded by its length in 4 bytes, little-endian.
// One thread.
class LocalServer {
 public:
  static constexpr std::uint32_t kRequestBytesMax = 65'536;
  static constexpr std::size_t kConnectionsMax = 64;

  // REQUIRES: nobody else serves there, as whoever holds the directory's lock knows.
  [[nodiscard]] static base::Result<LocalServer> listen(const std::filesystem::path& path);
  LocalServer(LocalServer&&) = default;
  LocalServer& operator=(LocalServer&&) = delete;
  ~LocalServer();

  // Takes what came, answers what is whole, sends what fits; never waits. `now`: a steady time.
  void turn(std::chrono::milliseconds now,
            const std::function<base::Bytes(base::ByteView request)>& answer);
  [[nodiscard]] bool is_idle() const { return connections_.empty(); }

 private:
  struct Connection {
    OwnedFd fd;
    base::Bytes in;
    base::Bytes out;
    bool is_answered{false};
    std::chrono::milliseconds since{0};
  };

  LocalServer(OwnedFd fd, std::filesystem::path path)
      : fd_(std::move(fd)), path_(std::move(path)) {}

  void accept_all(std::chrono::milliseconds now);
  // False: it is over.
  static bool receive(Connection& connection);
  static bool send(Connection& connection);

  OwnedFd fd_;
  std::filesystem::path path_;
  std::vector<Connection> connections_;
};

// Asks whoever serves there. Nothing: nobody does. io: it did not answer in time, or not in full.
[[nodiscard]] base::Result<std::optional<base::Bytes>> ask_local(const std::filesystem::path& path,
                                                                 base::ByteView request,
                                                                 std::chrono::seconds patience);

}  // namespace kopilka::app
