#pragma once

// From the text of one command line to its typed fields, or to the reason why it is `invalid`.

#include <optional>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "tests/simulation/oracle/dates.h"

namespace kopilka::simulation {

/// Whether the line carries `at` itself (an import file) or a clock stamps it.
enum class Stamping { by_line, by_clock };

/// What one line says. In `content` every field is a typed value with defaults filled in: dates and
/// instants are Day and Instant, money is kopecks, percents are ppm, a rate is in ten-thousandths;
/// so two spellings of one thing compare equal. `command`, `key` and `at` stand beside it.
struct Line {
  std::string problem;  // empty, or one of the codes of `invalid`
  std::string command;
  std::string key;
  std::optional<Instant> at;
  boost::json::object content;
};

Line read_line(std::string_view text, Stamping stamping);

}  // namespace kopilka::simulation
