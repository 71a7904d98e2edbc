#pragma once

#include <atomic>
#include <cstdint>
#include <istream>
#include <memory>
#include <optional>
#include <streambuf>
#include <string>
#include <vector>

#include "tools/kopilka/exit_code.h"

namespace kopilka::tools {

// A file or standard input, read in large pieces. A read that waits ends when `interrupt` is set:
// the stream is then bad, and what was read of a line is no line.
class Input final : public std::streambuf {
 public:
  // "-" is standard input. `interrupt` must outlive the input.
  [[nodiscard]] static Outcome<std::unique_ptr<Input>> open(const std::string& name,
                                                            const std::atomic<bool>& interrupt);
  ~Input() override;
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;

  [[nodiscard]] std::istream& stream() { return stream_; }
  // In bytes; nothing: it is no file.
  [[nodiscard]] std::optional<std::uint64_t> size() const { return size_; }

 protected:
  int_type underflow() override;
  pos_type seekoff(off_type offset, std::ios_base::seekdir from,
                   std::ios_base::openmode mode) override;
  pos_type seekpos(pos_type position, std::ios_base::openmode mode) override;

 private:
  Input(int descriptor, const std::atomic<bool>& interrupt);
  void wait_for_bytes() const;

  int descriptor_;
  const std::atomic<bool>& interrupt_;
  bool is_file_{false};  // it can be read again from its beginning
  std::optional<std::uint64_t> size_;
  std::uint64_t read_{0};
  std::vector<char> buffer_;
  std::istream stream_;
};

}  // namespace kopilka::tools
