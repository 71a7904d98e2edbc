#pragma once

#include <cstdint>
#include <optional>

#include "engine/model/time.h"
#include "engine/system/system_clock.h"
#include "tools/kopilka/console.h"

namespace kopilka::tools {

// One line on a terminal that tells how far something is; nothing elsewhere.
class Progress {
 public:
  struct Extent {
    std::uint64_t done{0};
    std::optional<std::uint64_t> all;
  };

  Progress(const Console& console, const char* unit);
  ~Progress() { end(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // `count` of the unit are done; `extent`, in whatever measure, tells the share. Draws a few times
  // a second.
  void show(std::uint64_t count, const Extent& extent);
  // Takes the line away.
  void end();

  // Since it was made.
  [[nodiscard]] model::Span elapsed();

 private:
  const Console& console_;
  const char* unit_;
  system::SystemClock clock_;
  model::Instant begun_;
  model::Instant drawn_;
  bool is_drawn_{false};
};

// How many a second; 0 when no time passed.
[[nodiscard]] std::uint64_t per_second(std::uint64_t count, model::Span span);

}  // namespace kopilka::tools
