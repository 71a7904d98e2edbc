#include "engine/app/local_socket.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace kopilka::app {
namespace {

using base::ErrorKind;
using base::Result;

constexpr std::size_t kLengthBytes = 4;
// An answer of more than that is no answer of ours.
constexpr std::uint32_t kAnswerBytesMax = 1U << 30;
// A caller that neither asks nor reads is not waited for.
constexpr std::chrono::seconds kConnectionMax{30};

std::unexpected<base::Error> failed(const std::filesystem::path& path, std::string_view what) {
  return base::fail(ErrorKind::io, fmt::format("{}: {}: {}", path.string(), what,
                                               std::generic_category().message(errno)));
}

struct Address {
  OwnedFd directory;  // keeps the way open
  sockaddr_un name{};
};

// A socket's path may have 107 bytes; by way of its directory it may lie anywhere.
Result<Address> address_of(const std::filesystem::path& path) {
  const auto parent = path.has_parent_path() ? path.parent_path() : ".";
  Address address{.directory = OwnedFd(open(parent.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC))};
  if (!address.directory.is_open()) return failed(path, "cannot open its directory");
  const auto text =
      fmt::format("/proc/self/fd/{}/{}", address.directory.get(), path.filename().string());
  if (text.size() >= sizeof(address.name.sun_path))
    return base::fail(ErrorKind::usage, fmt::format("{}: too long a name", path.string()));
  address.name.sun_family = AF_UNIX;
  std::memcpy(address.name.sun_path, text.c_str(), text.size() + 1);
  return address;
}

const sockaddr* plain(const sockaddr_un& name) {
  return reinterpret_cast<const sockaddr*>(&name);
}

base::Bytes framed(base::ByteView message) {
  base::Bytes out;
  base::put_little(out, static_cast<std::uint32_t>(message.size()));
  out += message;
  return out;
}

bool would_wait() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

}  // namespace

OwnedFd& OwnedFd::operator=(OwnedFd&& other) noexcept {
  if (this != &other) {
    if (is_open()) close(fd_);
    fd_ = other.release();
  }
  return *this;
}

OwnedFd::~OwnedFd() {
  if (is_open()) close(fd_);
}

int OwnedFd::release() {
  return std::exchange(fd_, -1);
}

Result<LocalServer> LocalServer::listen(const std::filesystem::path& path) {
  KOPILKA_TRY_ASSIGN(const auto address, address_of(path));
  OwnedFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd.is_open()) return failed(path, "cannot make a socket");
  // What one left that was killed.
  if (unlink(path.c_str()) != 0 && errno != ENOENT) return failed(path, "cannot take it away");
  // From the first moment nobody else may connect.
  const auto mask = umask(0177);
  const int bound = bind(fd.get(), plain(address.name), sizeof(address.name));
  umask(mask);
  if (bound != 0 || ::listen(fd.get(), static_cast<int>(kConnectionsMax)) != 0)
    return failed(path, "cannot listen");
  return LocalServer(std::move(fd), path);
}

LocalServer::~LocalServer() {
  if (fd_.is_open()) unlink(path_.c_str());
}

void LocalServer::accept_all(std::chrono::milliseconds now) {
  while (connections_.size() < kConnectionsMax) {
    OwnedFd fd(accept4(fd_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!fd.is_open()) return;
    connections_.push_back({.fd = std::move(fd), .in = {}, .out = {}, .since = now});
  }
}

bool LocalServer::receive(Connection& connection) {
  char bytes[4'096];
  for (;;) {
    const auto count = recv(connection.fd.get(), bytes, sizeof(bytes), 0);
    if (count < 0) return would_wait();
    if (count == 0) return connection.is_answered;
    connection.in.append(bytes, static_cast<std::size_t>(count));
    if (connection.in.size() > kLengthBytes + kRequestBytesMax) return false;
  }
}

bool LocalServer::send(Connection& connection) {
  while (!connection.out.empty()) {
    const auto count =
        ::send(connection.fd.get(), connection.out.data(), connection.out.size(), MSG_NOSIGNAL);
    if (count < 0) return would_wait();
    connection.out.erase(0, static_cast<std::size_t>(count));
  }
  return !connection.is_answered;
}

void LocalServer::turn(std::chrono::milliseconds now,
                       const std::function<base::Bytes(base::ByteView request)>& answer) {
  accept_all(now);
  std::erase_if(connections_, [&](Connection& connection) {
    if (now - connection.since > kConnectionMax || !receive(connection)) return true;
    const base::ByteView in = connection.in;
    if (!connection.is_answered && in.size() >= kLengthBytes) {
      const auto length = base::get_little<std::uint32_t>(in);
      if (length > kRequestBytesMax) return true;
      if (in.size() >= kLengthBytes + length) {
        connection.out = framed(answer(in.substr(kLengthBytes, length)));
        connection.is_answered = true;
      }
    }
    return !send(connection);
  });
}

Result<std::optional<base::Bytes>> ask_local(const std::filesystem::path& path,
                                             base::ByteView request,
                                             std::chrono::seconds patience) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return std::nullopt;
  KOPILKA_TRY_ASSIGN(const auto address, address_of(path));
  const OwnedFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd.is_open()) return failed(path, "cannot make a socket");
  const timeval timeout{.tv_sec = patience.count(), .tv_usec = 0};
  setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
  setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
  if (connect(fd.get(), plain(address.name), sizeof(address.name)) != 0) {
    // One that was killed left its name behind; another user's is none of ours.
    if (errno == ECONNREFUSED || errno == ENOENT || errno == EACCES) return std::nullopt;
    return failed(path, "the node takes no call");
  }
  const auto out = framed(request);
  if (send(fd.get(), out.data(), out.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(out.size()))
    return failed(path, "the node takes no request");
  base::Bytes in;
  char bytes[65'536];
  for (;;) {
    if (in.size() >= kLengthBytes) {
      const auto length = base::get_little<std::uint32_t>(in);
      if (length > kAnswerBytesMax) break;
      if (in.size() == kLengthBytes + length) return in.substr(kLengthBytes);
    }
    const auto count = recv(fd.get(), bytes, sizeof(bytes), 0);
    if (count < 0) return failed(path, "the node does not answer; it may be waiting for its log");
    if (count == 0) break;
    in.append(bytes, static_cast<std::size_t>(count));
  }
  return base::fail(ErrorKind::io,
                    fmt::format("{}: the node broke off in its answer; try again", path.string()));
}

}  // namespace kopilka::app
