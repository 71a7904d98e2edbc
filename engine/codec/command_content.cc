#include "engine/codec/command_content.h"

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "engine/codec/scalars.h"

namespace kopilka::codec {
namespace {

// The visitor of `describe` that writes name and value of every field that says something.
class ContentWriter {
 public:
  explicit ContentWriter(base::Bytes& out) : out_(out) {}

  template <class T>
  void required(std::string_view name, const T& value, const auto&...) {
    put_text(name);
    put(value);
  }
  template <class T>
  void optional(std::string_view name, const std::optional<T>& value, const auto&...) {
    if (value) required(name, *value);
  }
  template <class T>
  void defaulted(std::string_view name, const T& value, const auto&...) {
    required(name, value);
  }
  void signed_money(std::string_view name, model::Money value) { required(name, value); }
  void texts(std::string_view name, const std::vector<std::string>& values, const auto&...) {
    put_list(name, values);
  }
  void dates(std::string_view name, const std::vector<model::Date>& values, std::size_t) {
    put_list(name, values);
  }
  template <class Item>
  void items(std::string_view name, const std::vector<Item>& values, std::size_t) {
    put_list(name, values);
  }

 protected:
  void put_text(std::string_view text) {
    base::put_varint(out_, text.size());
    out_ += text;
  }

 private:
  void put(const std::string& text) { put_text(text); }
  void put(const model::ClearText& text) { put_text(text.text); }
  template <Scalar T>
  void put(const T& value) {
    const auto raw = to_raw(value);
    if constexpr (std::is_signed_v<decltype(raw)>)
      base::put_varint(out_, base::zigzag(raw));
    else
      base::put_varint(out_, raw);
  }
  template <class Item>
    requires(!Scalar<Item>)
  void put(const Item& item) {
    Item::describe(item, *this);
    put_text("");  // no field has this name: the item ends
  }
  // An empty list says as much as none.
  void put_list(std::string_view name, const auto& values) {
    if (values.empty()) return;
    put_text(name);
    base::put_varint(out_, values.size());
    for (const auto& value : values)
      put(value);
  }

  base::Bytes& out_;
};

// Notes what a command's defaulted fields are when nobody names them.
struct DefaultsReader {
  void required(const auto&...) {}
  void optional(const auto&...) {}
  void defaulted(std::string_view name, const auto& value, const auto&...) {
    base::Bytes bytes;
    ContentWriter(bytes).required(name, value);
    defaults.push_back(std::move(bytes));
  }
  void signed_money(const auto&...) {}
  void texts(const auto&...) {}
  void dates(const auto&...) {}
  void items(const auto&...) {}

  std::vector<base::Bytes> defaults;
};

// Leaves out the defaulted fields that are at their defaults.
class CommandWriter : public ContentWriter {
 public:
  CommandWriter(base::Bytes& out, const std::vector<base::Bytes>& defaults)
      : ContentWriter(out), command_out_(out), defaults_(defaults) {}

  void defaulted(std::string_view name, const auto& value, const auto&...) {
    base::Bytes bytes;
    ContentWriter(bytes).required(name, value);
    if (bytes != defaults_.at(next_++)) command_out_ += bytes;
  }
  void name(std::string_view command) { put_text(command); }

 private:
  base::Bytes& command_out_;
  const std::vector<base::Bytes>& defaults_;
  std::size_t next_{0};
};

template <class T>
const std::vector<base::Bytes>& defaults_of() {
  static const std::vector<base::Bytes> defaults = [] {
    DefaultsReader reader;
    T::describe(T{}, reader);
    return std::move(reader.defaults);
  }();
  return defaults;
}

}  // namespace

base::Bytes canonical_content(const model::Command& command) {
  base::Bytes out;
  std::visit(
      [&]<class T>(const T& c) {
        CommandWriter writer(out, defaults_of<T>());
        writer.name(T::kName);
        T::describe(c, writer);
      },
      command);
  return out;
}

}  // namespace kopilka::codec
