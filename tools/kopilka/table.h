#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tools/kopilka/console.h"

namespace kopilka::tools {

enum class Align : unsigned char { left, right };

struct Column {
  std::string title;  // all empty: no line of titles
  Align align{Align::left};
};

// Columns as wide as what stands in them.
class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // REQUIRES: one cell a column
  void add(std::vector<std::string> cells);
  // A line between what is added up and its sum.
  void rule();

  [[nodiscard]] std::string text(const Console& console) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;  // an empty one: a rule
};

// In places of a terminal. For texts of one place a character.
[[nodiscard]] std::size_t width_of(std::string_view utf8);

}  // namespace kopilka::tools
