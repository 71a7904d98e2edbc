#include "tools/kopilka/exit_code.h"

namespace kopilka::tools {
namespace {

ExitCode exit_of(base::ErrorKind kind) {
  switch (kind) {
    case base::ErrorKind::usage:
    case base::ErrorKind::limit:
      return ExitCode::usage;
    case base::ErrorKind::corrupt:
      return ExitCode::corrupt;
    case base::ErrorKind::not_available:
    case base::ErrorKind::io:
    case base::ErrorKind::unknown_outcome:
    case base::ErrorKind::fenced:
      break;
  }
  return ExitCode::not_available;
}

}  // namespace

Failure::Failure(base::Error error)
    : exit(exit_of(error.kind)), message(std::move(error.message)) {}

std::unexpected<Failure> not_found(std::string code, std::string what) {
  return std::unexpected(Failure{ExitCode::refused, std::move(code) + ": " + std::move(what)});
}

std::unexpected<Failure> usage_error(std::string message) {
  return std::unexpected(Failure{ExitCode::usage, std::move(message)});
}

std::unexpected<Failure> not_in_this_release(std::string what) {
  return std::unexpected(
      Failure{ExitCode::not_available, std::move(what) + " is not available in this release"});
}

}  // namespace kopilka::tools
