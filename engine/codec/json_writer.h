#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/strong.h"
#include "engine/model/money.h"
#include "engine/model/names.h"
#include "engine/model/personal.h"
#include "engine/model/time.h"

// JSON as we show facts: ids and counts are numbers, money, rates, dates, months and instants
// decimal or ISO texts, values of closed lists their names, hashes hexadecimal, ciphertext the word
// "sealed".
namespace kopilka::codec {

// Writes one document front to back. The caller keeps the grammar: a name before every value of an
// object, as many ends as begins. Not shared between threads.
class JsonWriter {
 public:
  void begin_object() { begin('{'); }
  void end_object() { end('}'); }
  void begin_array() { begin('['); }
  void end_array() { end(']'); }
  void name(std::string_view name);

  void null() { raw("null"); }
  void value(std::string_view text);
  void value(const std::string& text) { value(std::string_view(text)); }
  void value(const char* text) { value(std::string_view(text)); }
  void value(bool value) { raw(value ? "true" : "false"); }
  template <std::integral T>
    requires(!std::same_as<T, bool> && !std::same_as<T, char>)
  void value(T number) {
    raw(std::to_string(number));
  }
  template <class Tag, class Rep>
  void value(base::Strong<Tag, Rep> id) {
    value(id.value());
  }
  template <model::Named E>
  void value(E named) {
    value(model::name_of(named));
  }
  void value(model::Money money) { value(model::to_text(money)); }
  void value(model::Rate rate) { value(model::to_text(rate)); }
  void value(model::ExchangeRate rate) { value(model::to_text(rate)); }
  void value(model::Date date) { value(model::to_text(date)); }
  void value(model::Month month) { value(model::to_text(month)); }
  void value(model::Instant at) { value(model::to_text(at)); }
  void value(const model::LookupHash& hash) { value(base::to_hex(base::view_of(hash.value))); }
  void value(const model::Sealed&) { value("sealed"); }
  template <class T>
  void value(const std::vector<T>& values) {
    begin_array();
    for (const auto& element : values)
      value(element);
    end_array();
  }
  // A described fact as an object; what is absent is left out.
  template <class T>
    requires requires(const T& fact) { T::fields(fact, [](int, const char*, const auto&) {}); }
  void value(const T& fact) {
    begin_object();
    members(fact);
    end_object();
  }

  template <class T>
  void member(std::string_view member_name, const T& member_value) {
    name(member_name);
    value(member_value);
  }
  // Nothing at all when absent.
  template <class T>
  void member(std::string_view member_name, const std::optional<T>& member_value) {
    if (member_value) member(member_name, *member_value);
  }
  // The fields of a described fact, into the object that is open.
  template <class T>
  void members(const T& fact) {
    T::fields(fact, [this](int, const char* field, const auto& field_value) {
      member(field, field_value);
    });
  }

  // The document; the writer is empty again.
  [[nodiscard]] std::string take();

 private:
  void begin(char bracket);
  void end(char bracket);
  void raw(std::string_view text);
  void separate();
  void quote(std::string_view text);

  std::string out_;
  bool needs_comma_{false};
};

}  // namespace kopilka::codec
