#pragma once

// Seeded command lines about a small world in which much goes wrong: messages come twice, late and
// out of order, people leave and come back, money is asked for that is not there, clocks leap.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "tests/simulation/oracle/dates.h"

namespace kopilka::simulation {

struct Scene;

/// One thread. The same seed and the same calls of learn() give the same lines.
class Generator {
 public:
  /// in_line: every line carries its `at`, as an import file does. by_clock: none does, and now()
  /// is the clock that the line is to be received at.
  enum class Stamps { in_line, by_clock };

  Generator(std::uint64_t seed, Stamps stamps);
  ~Generator();
  Generator(const Generator&) = delete;
  Generator& operator=(const Generator&) = delete;

  /// The next line, without its end. The first some sixty lines build the world.
  std::string next();
  /// When the line given last is received; never falls.
  Instant now() const;
  /// Optional: what the engine answered to an accepted line. Later lines then also speak of what
  /// it made by withdrawal_id, ext_ref, click_id and destination_id.
  void learn(std::string_view key, const boost::json::object& result);

 private:
  boost::json::object fresh_command();
  boost::json::object repeated_command();
  void pass_time();
  std::string stamped(boost::json::object command);

  Stamps stamps_;
  std::unique_ptr<Scene> scene_;
};

}  // namespace kopilka::simulation
