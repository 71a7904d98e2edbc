#include "engine/codec/json_writer.h"

#include <utility>

#include <fmt/format.h>

namespace kopilka::codec {

void JsonWriter::name(std::string_view name) {
  separate();
  quote(name);
  out_.push_back(':');
  needs_comma_ = false;
}

void JsonWriter::value(std::string_view text) {
  separate();
  quote(text);
  needs_comma_ = true;
}

std::string JsonWriter::take() {
  needs_comma_ = false;
  return std::exchange(out_, {});
}

void JsonWriter::begin(char bracket) {
  separate();
  out_.push_back(bracket);
  needs_comma_ = false;
}

void JsonWriter::end(char bracket) {
  out_.push_back(bracket);
  needs_comma_ = true;
}

void JsonWriter::raw(std::string_view text) {
  separate();
  out_ += text;
  needs_comma_ = true;
}

void JsonWriter::separate() {
  if (needs_comma_) out_.push_back(',');
}

void JsonWriter::quote(std::string_view text) {
  out_.push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out_.push_back('\\');
      out_.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      fmt::format_to(std::back_inserter(out_), "\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out_.push_back(c);
    }
  }
  out_.push_back('"');
}

}  // namespace kopilka::codec
