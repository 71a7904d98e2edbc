#pragma once

#include <optional>
#include <string>

#include "engine/state/row_codec.h"

namespace kopilka::state {

// Reads what KeyWriter wrote.
class KeyReader {
 public:
  explicit KeyReader(base::ByteView in) : in_(in) {}
  void operator()(int, const char*, auto& part) { get(part); }
  [[nodiscard]] bool finished() const { return ok_ && in_.empty(); }

  template <std::integral T>
  void get(T& value) {
    std::uint64_t raw = 0;
    for (const char c : take(sizeof(T)))
      raw = raw << 8 | static_cast<std::uint8_t>(c);
    value = static_cast<T>(raw);
  }
  template <class T>
    requires std::is_enum_v<T>
  void get(T& value) {
    std::underlying_type_t<T> raw{};
    get(raw);
    value = static_cast<T>(raw);
  }
  template <class Tag, class Rep>
  void get(base::Strong<Tag, Rep>& value) {
    Rep raw{};
    get(raw);
    value = base::Strong<Tag, Rep>{raw};
  }
  void get(model::Date& value) {
    std::uint32_t raw = 0;
    get(raw);
    value = model::Date::days(static_cast<std::int32_t>(raw ^ 0x8000'0000U));
  }
  void get(std::string& value) {
    const auto end = in_.find('\0');
    ok_ = ok_ && end != base::ByteView::npos;
    if (!ok_) return;
    value = std::string(in_.substr(0, end));
    in_.remove_prefix(end + 1);
  }
  template <std::size_t N>
  void get(std::array<std::uint8_t, N>& value) {
    std::size_t i = 0;
    for (const char c : take(N))
      value[i++] = static_cast<std::uint8_t>(c);
  }
  void get(model::LookupHash& value) { get(value.value); }
  template <Described T>
  void get(T& key) {
    T::fields(key, *this);
  }

 private:
  base::ByteView take(std::size_t size) {
    ok_ = ok_ && size <= in_.size();
    if (!ok_) return {};
    const auto bytes = in_.substr(0, size);
    in_.remove_prefix(size);
    return bytes;
  }

  base::ByteView in_;
  bool ok_{true};
};

// Nothing: not a key of that table.
template <class Key>
[[nodiscard]] std::optional<Key> decode_key(char table, base::ByteView bytes) {
  if (bytes.empty() || bytes.front() != table) return std::nullopt;
  KeyReader reader(bytes.substr(1));
  std::optional<Key> key(std::in_place);
  reader.get(*key);
  if (!reader.finished()) key.reset();
  return key;
}

}  // namespace kopilka::state
