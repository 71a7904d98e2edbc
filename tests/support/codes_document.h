#pragma once

#include <string>

#include <fmt/format.h>

#include "engine/model/command_codes.h"

// What docs/codes.md must say.
namespace kopilka::support {

using model::CommandCodes;
using model::Invalid;
using model::kCommandCodes;
using model::kCommonRefusals;
using model::kNames;
using model::Refusal;

inline std::string refusals_of(const CommandCodes& codes) {
  std::string text;
  for (const auto code : codes.in_order())
    text += fmt::format("{}`{}`", text.empty() ? "" : ", ", name_of(code));
  return text.empty() ? "–" : text;
}

inline bool is_answered_by_any(Refusal code) {
  for (const auto& codes : kCommandCodes)
    if (may_refuse(codes.command, code)) return true;
  return false;
}

// docs/codes.md, from the table of codes.
inline std::string codes_document() {
  std::string text =
      "# Codes\n\n"
      "Made from `engine/model/command_codes.h`; a test holds it to that. Codes are closed lists:\n"
      "a program may switch on them. They are never reused; a later release may append.\n\n"
      "## Refusals by command\n\n"
      "A rule said no: `status` is `refused`. Codes stand in the order in which they are checked;\n"
      "the first that applies is answered. Every command may be answered ";
  for (std::size_t i = 0; i < kCommonRefusals.size(); ++i)
    text += fmt::format("{}`{}`",
                        i == 0                           ? ""
                        : i + 1 < kCommonRefusals.size() ? ", "
                                                         : " and ",
                        name_of(kCommonRefusals.at(i)));
  text +=
      "\nbefore its own (`throttled` over the network only).\n\n"
      "| command | refusals of its own |\n|---|---|\n";
  for (const auto& codes : kCommandCodes)
    text += fmt::format("| `{}` | {} |\n", codes.command, refusals_of(codes));
  text += "\n| refusal | means |\n|---|---|\n";
  for (std::size_t i = 0; i < kNames<Refusal>.size(); ++i) {
    const auto code = static_cast<Refusal>(i);
    text += fmt::format("| `{}` | {}{} |\n", name_of(code), explain(code),
                        is_answered_by_any(code) ? "" : " (of no command of this release)");
  }
  text +=
      "\n## Malformed input\n\n"
      "`status` is `invalid`: nothing was recorded and the key is not used up. Any command may be\n"
      "answered any of these. The order of checks: `line_too_long`, `not_json`, `duplicate_name`,\n"
      "`unknown_command` (`missing_field` or `wrong_type` when `command` itself is absent or no\n"
      "text), `unexpected_field`, `missing_field`, `wrong_type`, `bad_value`, and after the key "
      "was\n"
      "looked up `time_runs_backwards`. The message names the field, never its value.\n\n"
      "| code | means |\n|---|---|\n";
  for (std::size_t i = 0; i < kNames<Invalid>.size(); ++i)
    text += fmt::format("| `{}` | {} |\n", name_of(static_cast<Invalid>(i)),
                        explain(static_cast<Invalid>(i)));
  return text;
}

}  // namespace kopilka::support
