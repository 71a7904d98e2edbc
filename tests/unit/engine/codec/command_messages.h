#pragma once

#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>
#include <flatbuffers/idl.h>
#include <gtest/gtest.h>

// Commands as FlatBuffers, made as a stranger makes them: from JSON, by the published schema.
namespace kopilka::codec::test {

inline boost::json::object object_of(std::string_view line) {
  return boost::json::parse({line.data(), line.size()}).as_object();
}

class MessageMaker {
 public:
  MessageMaker() : parser_(options()) {
    std::ifstream in(KOPILKA_SOURCE_DIR "/schemas/commands.fbs");
    const std::string schema(std::istreambuf_iterator<char>(in), {});
    EXPECT_TRUE(parser_.Parse(schema.c_str())) << parser_.error_;
  }

  // {"command": name, "key"?, fields…} as {"key"?, name: {fields…}}; nothing when that cannot be
  // said, such as a number beyond the field's type.
  [[nodiscard]] std::optional<std::string> try_make(boost::json::object line) {
    boost::json::object message;
    if (auto* key = line.if_contains("key")) message["key"] = std::move(*key);
    const std::string command(line.at("command").as_string());
    line.erase("key");
    line.erase("command");
    message[command] = std::move(line);
    if (!parser_.ParseJson(boost::json::serialize(message).c_str())) return std::nullopt;
    return std::string(reinterpret_cast<const char*>(parser_.builder_.GetBufferPointer()),
                       parser_.builder_.GetSize());
  }
  [[nodiscard]] std::string make(std::string_view line) {
    auto message = try_make(object_of(line));
    EXPECT_TRUE(message) << line << "\n" << parser_.error_;
    return std::move(message).value_or("");
  }
  // The line that says what a stranger reads in a message; empty when they cannot.
  // REQUIRES: the message was verified
  [[nodiscard]] std::string line_of(const std::string& message) {
    std::vector<std::uint64_t> aligned(message.size() / sizeof(std::uint64_t) + 1);
    std::memcpy(aligned.data(), message.data(), message.size());
    std::string text;
    if (!flatbuffers::GenerateText(parser_, aligned.data(), &text)) return text;
    boost::json::object line;
    for (const auto& member : object_of(text)) {
      if (member.key() == "key") {
        line["key"] = member.value();
        continue;
      }
      line["command"] = member.key();
      for (const auto& field : member.value().as_object())
        line[field.key()] = field.value();
    }
    return boost::json::serialize(line);
  }

 private:
  static flatbuffers::IDLOptions options() {
    flatbuffers::IDLOptions chosen;
    chosen.strict_json = true;
    return chosen;
  }

  flatbuffers::Parser parser_;
};

}  // namespace kopilka::codec::test
