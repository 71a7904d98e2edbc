#include "tools/kopilka/input.h"

#include <cerrno>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kopilka::tools {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 20;
// How long an interrupt may go unnoticed.
constexpr int kWaitMs = 200;

std::string reason() {
  return std::generic_category().message(errno);
}

}  // namespace

Outcome<std::unique_ptr<Input>> Input::open(const std::string& name,
                                            const std::atomic<bool>& interrupt) {
  const bool is_standard = name == "-";
  const int descriptor =
      is_standard ? ::dup(STDIN_FILENO) : ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return usage_error(fmt::format("cannot read {}: {}", name, reason()));
  std::unique_ptr<Input> input(new Input(descriptor, interrupt));
  struct stat about{};
  if (::fstat(descriptor, &about) != 0)
    return usage_error(fmt::format("cannot read {}: {}", name, reason()));
  if (S_ISDIR(about.st_mode)) return usage_error(fmt::format("{} is a directory", name));
  // Standard input that somebody has read from already begins where it stands.
  input->is_file_ = S_ISREG(about.st_mode) && ::lseek(descriptor, 0, SEEK_CUR) == 0;
  if (input->is_file_) input->size_ = static_cast<std::uint64_t>(about.st_size);
  return input;
}

Input::Input(int descriptor, const std::atomic<bool>& interrupt)
    : descriptor_(descriptor), interrupt_(interrupt), buffer_(kBufferBytes), stream_(this) {}

Input::~Input() {
  ::close(descriptor_);
}

void Input::wait_for_bytes() const {
  pollfd waited{.fd = descriptor_, .events = POLLIN, .revents = 0};
  while (::poll(&waited, 1, kWaitMs) <= 0)
    if (interrupt_.load()) throw std::runtime_error("interrupted");
}

Input::int_type Input::underflow() {
  if (!is_file_) wait_for_bytes();
  ssize_t got = -1;
  do {
    got = ::read(descriptor_, buffer_.data(), buffer_.size());
  } while (got < 0 && errno == EINTR && !interrupt_.load());
  if (got < 0) throw std::runtime_error(reason());
  if (got == 0) return traits_type::eof();
  read_ += static_cast<std::uint64_t>(got);
  setg(buffer_.data(), buffer_.data(), buffer_.data() + got);
  return traits_type::to_int_type(*gptr());
}

// Only where it stands.
Input::pos_type Input::seekoff(off_type offset, std::ios_base::seekdir from,
                               std::ios_base::openmode) {
  if (!is_file_ || offset != 0 || from != std::ios_base::cur) return pos_type(off_type(-1));
  return pos_type(static_cast<off_type>(read_) - (egptr() - gptr()));
}

Input::pos_type Input::seekpos(pos_type position, std::ios_base::openmode) {
  if (!is_file_ || ::lseek(descriptor_, position, SEEK_SET) < 0) return pos_type(off_type(-1));
  read_ = static_cast<std::uint64_t>(off_type(position));
  setg(buffer_.data(), buffer_.data(), buffer_.data());
  return position;
}

}  // namespace kopilka::tools
