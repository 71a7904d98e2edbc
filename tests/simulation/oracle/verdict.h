#pragma once

// What interface.md §1 promises as the answer to a line, as far as the domain determines it.

#include <string>
#include <vector>

#include <boost/json.hpp>

namespace kopilka::simulation {

struct Verdict {
  /// accepted, duplicate, stale, refused or invalid; empty for a blank line, which is skipped.
  std::string status;
  /// Of `refused` and `invalid`.
  std::string code;
  /// The `result` without ids that the engine makes: state, why, cashback, release_on of a
  /// purchase, due_at of a withdrawal. Of a known key: that of the first time.
  boost::json::object result;
  /// Of a known key: status and code of the first time. Empty otherwise, and for a partner's
  /// message that came again under another key.
  std::string original_status;
  std::string original_code;
  /// Names of the events made by the command itself, in order; days opened on the way are not
  /// among them.
  std::vector<std::string> events;
};

inline Verdict accepted(boost::json::object result = {}) {
  return {"accepted", "", std::move(result), "", "", {}};
}
inline Verdict refused(std::string code) {
  return {"refused", std::move(code), {}, "", "", {}};
}
inline Verdict stale() {
  return {"stale", "", {}, "", "", {}};
}
inline Verdict duplicate() {
  return {"duplicate", "", {}, "", "", {}};
}

}  // namespace kopilka::simulation
