#pragma once

// Which fields a command has, as the table of interface.md §1 lists them.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <boost/json.hpp>

namespace kopilka::simulation {

enum class Kind {
  id,            // integer, 1 to 2^53 - 1
  number,        // integer, low to high
  text,          // string, low to high bytes, no control characters
  printable,     // string, low to high printable ASCII characters
  token,         // string, 1 to 64 of [A-Za-z0-9_-]
  word,          // one of a closed list
  digits,        // string, low to high digits
  inn,           // taxpayer's number with its check digits
  phone,         // a Russian mobile number in any spelling
  currency,      // three capital letters
  flag,          // true or false
  date,          // Moscow date
  month,         // civil month, read as its first day
  instant,       // RFC 3339
  money,         // decimal text
  signed_money,  // decimal text, a sign allowed, not zero
  percent,       // decimal text
  fx_rate,       // decimal text above zero
  texts,         // array of strings
  dates,         // array of dates
  approvers,     // array of exactly two strings
  lines,         // order lines
  tariffs,       // tariffs of terms
};

struct FieldRule {
  std::string name;
  Kind kind = Kind::text;
  bool required = false;
  boost::json::value preset;  // the default; null when there is none
  std::vector<std::string> words;
  std::int64_t low = 1;
  std::int64_t high = 1000;
};

/// Reasons of `invalid` in the order in which they win over one another.
enum class Problem { missing_field, unexpected_field, wrong_type, bad_value };
using Problems = std::set<Problem>;

/// The fields of every command that this release has.
const std::map<std::string, std::vector<FieldRule>>& command_fields();

/// Reads `raw` by `rules` into typed values with defaults; what is wrong is added to `problems`.
boost::json::object read_fields(const std::vector<FieldRule>& rules, const boost::json::object& raw,
                                Problems& problems);

/// One value of one kind, typed; null and a problem when it is none.
boost::json::value read_value(const FieldRule& rule, const boost::json::value& raw,
                              Problems& problems);

}  // namespace kopilka::simulation
