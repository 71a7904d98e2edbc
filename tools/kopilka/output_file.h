#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "engine/base/result.h"
#include "engine/journal/writer.h"
#include "tools/kopilka/exit_code.h"

namespace kopilka::tools {

// A file that appears under its name whole or not at all: until `finish` it lies beside it under
// another one, and goes with this object. One thread.
class OutputFile final : public journal::Sink {
 public:
  enum class Existing : unsigned char { refuse, replace };

  // usage: there is something that is not to be replaced, or no such directory; a link is followed.
  [[nodiscard]] static Outcome<std::unique_ptr<OutputFile>> create(
      const std::filesystem::path& path, Existing existing);
  ~OutputFile() override;
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  // Where it lies so far, for who writes it by that name.
  [[nodiscard]] const std::filesystem::path& unfinished() const { return unfinished_; }
  [[nodiscard]] base::Result<void> write(std::string_view text) override;
  // It is durable under its name when this returns. Whoever wrote it by `unfinished` must have
  // closed it.
  [[nodiscard]] Outcome<void> finish();

 private:
  OutputFile(std::filesystem::path path, Existing existing)
      : path_(std::move(path)), existing_(existing) {}
  Outcome<void> open();

  std::filesystem::path path_;
  Existing existing_;
  std::filesystem::path unfinished_;  // empty: it has its name
  int descriptor_{-1};
};

// What a pipe or a terminal takes.
class StandardOutput final : public journal::Sink {
 public:
  [[nodiscard]] base::Result<void> write(std::string_view text) override;
};

}  // namespace kopilka::tools
