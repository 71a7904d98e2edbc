#pragma once

#include <string>

#include "engine/base/result.h"
#include "engine/journal/writer.h"

namespace kopilka::journal {

// Text on its way to a sink, handed over in large pieces.
class TextOutput {
 public:
  // `sink` must outlive it.
  explicit TextOutput(Sink& sink) : sink_(sink) {}

  // What is to be written, to append to.
  [[nodiscard]] std::string& text() { return text_; }
  // Hands over what there is, if it is much.
  [[nodiscard]] base::Result<void> drain();
  // Hands over everything.
  [[nodiscard]] base::Result<void> flush();

 private:
  Sink& sink_;
  std::string text_;
};

}  // namespace kopilka::journal
