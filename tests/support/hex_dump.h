#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "engine/base/bytes.h"

namespace kopilka::support {

inline base::Bytes from_hex(std::string_view hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  base::Bytes bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1])));
  return bytes;
}

// The bytes of a document's dumps, one after another: lines of an offset, two spaces, and bytes
// until two more spaces. A dump begins where the offset is 0.
inline std::vector<base::Bytes> documented_dumps(const std::filesystem::path& document) {
  std::ifstream in(document);
  EXPECT_TRUE(in) << document;
  std::vector<base::Bytes> dumps;
  for (std::string line; std::getline(in, line);) {
    if (line.size() < 6 || line.substr(4, 2) != "  " ||
        line.find_first_not_of("0123456789abcdef") != 4)
      continue;
    const auto offset = std::stoul(line.substr(0, 4), nullptr, 16);
    if (offset == 0) dumps.emplace_back();
    if (dumps.empty()) dumps.emplace_back();
    EXPECT_EQ(offset, dumps.back().size()) << line;
    std::string hex;
    for (std::size_t i = 6; i + 1 < line.size() && line[i] != ' '; i += 3)
      hex += line.substr(i, 2);
    dumps.back() += from_hex(hex);
  }
  return dumps;
}

}  // namespace kopilka::support
