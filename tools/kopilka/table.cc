#include "tools/kopilka/table.h"

#include <algorithm>
#include <utility>

#include "engine/base/check.h"

namespace kopilka::tools {
namespace {

constexpr std::string_view kGap = "  ";

std::string padded(const std::string& cell, std::size_t width, Align align) {
  const std::string blanks(width - width_of(cell), ' ');
  return align == Align::right ? blanks + cell : cell + blanks;
}

std::string without_blanks_at_end(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

std::size_t width_of(std::string_view utf8) {
  return static_cast<std::size_t>(std::ranges::count_if(
      utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

void Table::add(std::vector<std::string> cells) {
  KOPILKA_CHECK(cells.size() == columns_.size());
  rows_.push_back(std::move(cells));
}

void Table::rule() {
  rows_.emplace_back();
}

std::string Table::text(const Console& console) const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = width_of(columns_[i].title);
    for (const auto& row : rows_)
      if (!row.empty()) width = std::max(width, width_of(row[i]));
    widths.push_back(width);
  }
  const auto line_of = [&](const auto& cell_of) {
    std::string line;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (i > 0) line += kGap;
      line += padded(cell_of(i), widths[i], columns_[i].align);
    }
    return without_blanks_at_end(std::move(line));
  };
  std::string text;
  if (std::ranges::any_of(columns_, [](const auto& column) { return !column.title.empty(); }))
    text += console.bold(line_of([&](std::size_t i) { return columns_[i].title; })) + "\n";
  for (const auto& row : rows_) {
    if (row.empty())
      text += line_of([&](std::size_t i) {
        return columns_[i].align == Align::right ? std::string(widths[i], '-') : std::string();
      });
    else
      text += line_of([&](std::size_t i) { return row[i]; });
    text += "\n";
  }
  return text;
}

}  // namespace kopilka::tools
