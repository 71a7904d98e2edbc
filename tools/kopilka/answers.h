#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "engine/app/import.h"
#include "tools/kopilka/exit_code.h"

namespace kopilka::tools {

// Where the answers of an import go, a line each. A write that fails is remembered, and nothing
// more is written: what was recorded stays recorded.
class Answers {
 public:
  // Standard output.
  Answers() : file_(stdout, [](std::FILE*) { return 0; }) {}
  // Goes on at the end of the file.
  [[nodiscard]] static Outcome<Answers> append_to(const std::filesystem::path& path);

  void write(const app::AnsweredLine& line);
  void flush();

  // Empty while all is well.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }

 private:
  using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;
  explicit Answers(File file) : file_(std::move(file)) {}
  void remember_trouble();

  File file_;
  std::string trouble_;
};

}  // namespace kopilka::tools
