#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/strong.h"
#include "engine/model/money.h"
#include "engine/model/names.h"
#include "engine/model/time.h"

// CSV as reports print it: RFC 4180 in UTF-8, with lines ended by a line feed.
namespace kopilka::tools {

[[nodiscard]] std::string csv_line(const std::vector<std::string>& fields);

// A line of named fields, told like the members of a JSON object and in the same words. A quoted
// field may hold anything.
class CsvRow {
 public:
  void member(std::string_view name, std::string_view value) { add(name, std::string(value)); }
  void member(std::string_view name, bool value) { add(name, value ? "true" : "false"); }
  template <std::integral T>
    requires(!std::same_as<T, bool> && !std::same_as<T, char>)
  void member(std::string_view name, T value) {
    add(name, std::to_string(value));
  }
  template <class Tag, class Rep>
  void member(std::string_view name, base::Strong<Tag, Rep> id) {
    member(name, id.value());
  }
  template <model::Named E>
  void member(std::string_view name, E value) {
    member(name, model::name_of(value));
  }
  void member(std::string_view name, model::Money value) { add(name, to_text(value)); }
  void member(std::string_view name, model::Date value) { add(name, to_text(value)); }
  void member(std::string_view name, model::Instant value) { add(name, to_text(value)); }

  [[nodiscard]] std::string titles() const { return csv_line(names_); }
  [[nodiscard]] std::string values() const { return csv_line(values_); }

 private:
  void add(std::string_view name, std::string value) {
    names_.emplace_back(name);
    values_.push_back(std::move(value));
  }

  std::vector<std::string> names_;
  std::vector<std::string> values_;
};

}  // namespace kopilka::tools
