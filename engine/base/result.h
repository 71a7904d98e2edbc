#pragma once

#include <expected>
#include <string>
#include <utility>

namespace kopilka::base {

// Why an operation failed. A rule's refusal is not an error; see model/refusal.h.
enum class ErrorKind : unsigned char {
  usage,            // the caller asked for something impossible
  not_available,    // this build or machine lacks it, or another process holds it
  io,               // the machine refused: disk full, permission, read error
  corrupt,          // bytes that are not what was written
  unknown_outcome,  // it may or may not have happened; look before doing it again
  fenced,           // another owner has taken over
  limit,            // a named limit was exceeded
};

struct Error {
  ErrorKind kind{ErrorKind::io};
  std::string message;  // what, where, and what to do; never holds personal data
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(ErrorKind kind, std::string message) {
  return std::unexpected(Error{kind, std::move(message)});
}

}  // namespace kopilka::base

#define KOPILKA_CONCAT_INNER(a, b) a##b
#define KOPILKA_CONCAT(a, b) KOPILKA_CONCAT_INNER(a, b)

// Returns the error of `expression` to the caller, if it has one.
#define KOPILKA_TRY(expression)                                                              \
  do {                                                                                       \
    if (auto tried = (expression); !tried) return std::unexpected(std::move(tried).error()); \
  } while (false)

// Declares `target` from the value of `expression`, or returns its error to the caller.
#define KOPILKA_TRY_ASSIGN(target, expression)                                   \
  auto KOPILKA_CONCAT(tried_, __LINE__) = (expression);                          \
  if (!KOPILKA_CONCAT(tried_, __LINE__))                                         \
    return std::unexpected(std::move(KOPILKA_CONCAT(tried_, __LINE__)).error()); \
  target = std::move(*KOPILKA_CONCAT(tried_, __LINE__))
