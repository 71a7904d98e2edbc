#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <string>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/codec/command_json.h"

namespace kopilka::app {

// One physical line. What exceeds the limit is dropped, but still counts in the digest.
struct Line {
  std::uint64_t number{0};  // from 1
  std::string text;         // without its end
  bool too_long{false};
  base::Hash256 digest{};  // of everything up to and with this line
};

// Cuts an input into lines and keeps a digest of all that was read: digest(line) = SHA-256(digest
// before ‖ the line with its end). Names the source by the SHA-256 of its first MiB (interface.md).
class LineReader {
 public:
  static constexpr std::size_t kLineBytesMax = codec::kLineBytesMax;

  // `in` must outlive the reader. Reads the first MiB at once.
  [[nodiscard]] static base::Result<LineReader> open(std::istream& in);

  // Nothing at the end.
  [[nodiscard]] base::Result<std::optional<Line>> next();

  // Hexadecimal.
  [[nodiscard]] const std::string& source_name() const { return source_name_; }
  [[nodiscard]] std::uint64_t bytes_read() const { return bytes_read_; }

 private:
  explicit LineReader(std::istream& in) : in_(&in) {}
  base::Result<bool> fill();

  std::istream* in_;
  std::string buffer_;
  std::size_t begin_{0};
  std::string source_name_;
  std::uint64_t number_{0};
  std::uint64_t bytes_read_{0};
  base::Hash256 digest_{};
};

}  // namespace kopilka::app
