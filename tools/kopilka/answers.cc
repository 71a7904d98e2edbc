#include "tools/kopilka/answers.h"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "engine/codec/json_text.h"

namespace kopilka::tools {

Outcome<Answers> Answers::append_to(const std::filesystem::path& path) {
  File file(std::fopen(path.c_str(), "ae"), std::fclose);
  if (!file)
    return usage_error(
        fmt::format("cannot write {}: {}", path.string(), std::generic_category().message(errno)));
  return Answers(std::move(file));
}

void Answers::write(const app::AnsweredLine& line) {
  if (!trouble_.empty()) return;
  auto text = codec::answer_json({.line = line.line, .key = line.key, .answer = line.answer});
  text.push_back('\n');
  if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size()) remember_trouble();
}

void Answers::flush() {
  if (trouble_.empty() && std::fflush(file_.get()) != 0) remember_trouble();
}

void Answers::remember_trouble() {
  trouble_ = std::generic_category().message(errno);
}

}  // namespace kopilka::tools
