#include "tools/kopilka/event_text.h"

#include <concepts>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/strong.h"
#include "engine/model/names.h"
#include "tools/kopilka/shown.h"

namespace kopilka::tools {
namespace {

class FieldTexts {
 public:
  void operator()(int, std::string_view name, const auto& value) { put(name, value); }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  void add(std::string_view name, std::string_view value) {
    if (!text_.empty()) text_ += ' ';
    text_ += name;
    text_ += '=';
    text_ += value;
  }

  template <class Tag, class Rep>
  void put(std::string_view name, base::Strong<Tag, Rep> id) {
    add(name, std::to_string(id.value()));
  }
  template <std::integral T>
  void put(std::string_view name, T number) {
    add(name, std::to_string(number));
  }
  void put(std::string_view name, bool value) {
    if (value) add(name, "yes");
  }
  template <model::Named E>
  void put(std::string_view name, E value) {
    add(name, model::name_of(value));
  }
  void put(std::string_view name, const std::string& text) {
    const bool is_word = text.find_first_of(" =\"") == std::string::npos && !text.empty();
    add(name, is_word ? text : '"' + text + '"');
  }
  void put(std::string_view name, model::Money money) { add(name, shown(money)); }
  void put(std::string_view name, model::Rate rate) { add(name, to_text(rate)); }
  void put(std::string_view name, model::ExchangeRate rate) { add(name, to_text(rate)); }
  void put(std::string_view name, model::Date date) { add(name, shown(date)); }
  void put(std::string_view name, model::Month month) { add(name, shown(month)); }
  void put(std::string_view name, model::Instant at) { add(name, '"' + shown(at) + '"'); }
  template <class T>
  void put(std::string_view name, const std::optional<T>& value) {
    if (value) put(name, *value);
  }
  template <class T>
  void put(std::string_view name, const std::vector<T>& list) {
    if (!list.empty()) add(name, std::to_string(list.size()));
  }
  // Facts within facts, hashes, ciphertext.
  template <class T>
    requires(std::is_class_v<T>)
  void put(std::string_view, const T&) {}

  std::string text_;
};

}  // namespace

std::string event_text(const model::Event& event) {
  FieldTexts fields;
  std::visit([&](const auto& e) { e.fields(e, fields); }, event);
  return fields.take();
}

}  // namespace kopilka::tools
