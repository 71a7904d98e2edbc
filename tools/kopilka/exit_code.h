#pragma once

#include <expected>
#include <string>
#include <utility>

#include "engine/base/result.h"

namespace kopilka::tools {

// What the program ends with; stable (docs: interface of the command line).
enum class ExitCode : int {
  done = 0,
  refused = 1,  // or a check found something
  usage = 2,
  not_available = 3,  // the machine's refusals too
  corrupt = 4,
  interrupted = 130,  // as a shell says of Ctrl-C
};

// Why a command ends early: what, where, and what to do.
struct Failure {
  ExitCode exit{ExitCode::refused};
  std::string message;

  Failure(ExitCode code, std::string text) : exit(code), message(std::move(text)) {}
  // NOLINTNEXTLINE(google-explicit-constructor): so that KOPILKA_TRY hands an engine's error on
  Failure(base::Error error);
};

template <class T>
using Outcome = std::expected<T, Failure>;

// A thing that a read names is not there: `member_not_found: no member 99 ...`. The code is one of
// the closed list of refusals.
[[nodiscard]] std::unexpected<Failure> not_found(std::string code, std::string what);

[[nodiscard]] std::unexpected<Failure> usage_error(std::string message);
[[nodiscard]] std::unexpected<Failure> not_in_this_release(std::string what);

}  // namespace kopilka::tools
