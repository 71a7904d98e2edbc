#pragma once

#include <memory>

#include "engine/base/bytes.h"

namespace kopilka::base {

// SHA-256 of bytes that come in pieces, one message after another in the same memory: of short ones
// it costs a fraction of `sha256`, which looks the algorithm up each time. One thread.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  Sha256& add(ByteView bytes);
  // Of what was added since the last call.
  [[nodiscard]] Hash256 finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace kopilka::base
