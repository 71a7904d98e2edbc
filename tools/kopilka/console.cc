#include "tools/kopilka/console.h"

#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

namespace kopilka::tools {

Console::Console(Colours colours)
    : out_is_terminal_(::isatty(STDOUT_FILENO) != 0),
      err_is_terminal_(::isatty(STDERR_FILENO) != 0),
      coloured_(out_is_terminal_ && colours == Colours::wanted) {}

void Console::print(std::string_view text) const {
  if (printed_ != nullptr) {
    printed_->append(text);
    return;
  }
  std::fwrite(text.data(), 1, text.size(), stdout);
}

void Console::note(std::string_view line) const {
  if (printed_ != nullptr) return;
  // What was printed before belongs before it where both go to one place.
  std::fflush(stdout);
  fmt::print(stderr, "{}\n", line);
}

void Console::redraw(std::string_view line) const {
  fmt::print(stderr, "\r{}\x1b[K", line);
  std::fflush(stderr);
}

void Console::clear_line() const {
  fmt::print(stderr, "\r\x1b[K");
  std::fflush(stderr);
}

bool Console::flush() const {
  if (printed_ != nullptr) return true;
  return std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
}

std::string Console::paint(std::string_view code, std::string_view text) const {
  if (!coloured_) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

}  // namespace kopilka::tools
