#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "engine/base/bytes.h"
#include "engine/base/strong.h"
#include "engine/base/wide.h"
#include "engine/model/event.h"
#include "engine/model/money.h"
#include "engine/model/names.h"
#include "engine/model/personal.h"
#include "engine/model/time.h"
#include "engine/state/row_codec.h"

namespace kopilka::support {

// Facts as a person reads them in a failed test: `MemberTransferred{member=42, from=2, …}`.
class Describer {
 public:
  void operator()(int, const char* name, const auto& value) {
    if (!out_.ends_with('{')) out_ += ", ";
    out_ += name;
    out_ += '=';
    put(value);
  }
  [[nodiscard]] std::string take() { return std::move(out_); }

  void put(bool value) { out_ += value ? "true" : "false"; }
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  void put(T value) {
    out_ += fmt::format("{}", value);
  }
  template <class E>
    requires std::is_enum_v<E>
  void put(E value) {
    if constexpr (model::Named<E>)
      out_ += model::name_of(value);
    else
      out_ += fmt::format("{}", static_cast<std::uint64_t>(value));
  }
  template <class Tag, class Rep>
  void put(base::Strong<Tag, Rep> value) {
    out_ += fmt::format("{}", value.value());
  }
  void put(model::Money value) { out_ += model::to_text(value); }
  void put(model::Rate value) { out_ += model::to_text(value) + "%"; }
  void put(model::ExchangeRate value) { out_ += model::to_text(value); }
  void put(model::Date value) { out_ += model::to_text(value); }
  void put(model::Month value) { out_ += model::to_text(value); }
  void put(model::Instant value) { out_ += model::to_text(value); }
  void put(base::Int128 value) { out_ += fmt::format("{}", value); }
  void put(const std::string& value) { out_ += '"' + value + '"'; }
  template <std::size_t N>
  void put(const std::array<std::uint8_t, N>& value) {
    out_ += base::to_hex(base::view_of(value));
  }
  void put(const model::LookupHash& value) { put(value.value); }
  void put(const model::Mac& value) { put(value.value); }
  void put(const model::Sealed& value) { out_ += "sealed " + base::to_hex(value.bytes); }
  template <class T>
  void put(const std::optional<T>& value) {
    if (value)
      put(*value);
    else
      out_ += '-';
  }
  template <class T>
  void put(const std::vector<T>& values) {
    out_ += '[';
    for (const auto& value : values) {
      if (!out_.ends_with('[')) out_ += ", ";
      put(value);
    }
    out_ += ']';
  }
  template <class T, std::size_t N>
    requires(!std::same_as<T, std::uint8_t>)
  void put(const std::array<T, N>& values) {
    put(std::vector<T>(values.begin(), values.end()));
  }
  template <state::Described T>
  void put(const T& row) {
    out_ += '{';
    T::fields(row, *this);
    out_ += '}';
  }

 private:
  std::string out_;
};

template <class T>
[[nodiscard]] std::string describe(const T& value) {
  Describer describer;
  describer.put(value);
  return describer.take();
}

[[nodiscard]] inline std::string describe(const model::Event& event) {
  return std::string(model::name_of(event)) +
         std::visit([](const auto& fact) { return describe(fact); }, event);
}

}  // namespace kopilka::support
