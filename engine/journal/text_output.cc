#include "engine/journal/text_output.h"

#include <cstddef>

namespace kopilka::journal {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{256} << 10;

}  // namespace

base::Result<void> TextOutput::drain() {
  return text_.size() < kPieceBytes ? base::Result<void>{} : flush();
}

base::Result<void> TextOutput::flush() {
  KOPILKA_TRY(sink_.write(text_));
  text_.clear();
  return {};
}

}  // namespace kopilka::journal
