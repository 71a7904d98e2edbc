#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/strong.h"
#include "engine/base/wide.h"
#include "engine/model/money.h"
#include "engine/model/names.h"
#include "engine/model/personal.h"
#include "engine/model/time.h"

// The bytes of rows and keys. A row is private to the store that holds it and can always be
// rebuilt, so its form may change with the store's version. One value has exactly one form: digests
// compare.
namespace kopilka::state {

// What a row writer leaves out: digests must agree between stores that sealed the same facts anew.
enum class Secrets : unsigned char { kept, left_out };

template <class T>
concept Described = requires(T& row) { T::fields(row, [](int, const char*, auto&) {}); };

class RowWriter {
 public:
  // `room`: what is taken may stand in its memory.
  explicit RowWriter(Secrets secrets = Secrets::kept, base::Bytes room = {})
      : secrets_(secrets), out_(std::move(room)) {
    out_.clear();
  }
  void operator()(int, const char*, const auto& value) { put(value); }
  [[nodiscard]] base::Bytes take() { return std::move(out_); }
  // Whether there was something to leave out.
  [[nodiscard]] bool met_secrets() const { return met_secrets_; }

  void put(bool value) { out_.push_back(value ? '\1' : '\0'); }
  template <std::unsigned_integral T>
    requires(!std::same_as<T, bool>)
  void put(T value) {
    base::put_varint(out_, value);
  }
  template <std::signed_integral T>
  void put(T value) {
    base::put_varint(out_, base::zigzag(value));
  }
  template <class T>
    requires std::is_enum_v<T>
  void put(T value) {
    base::put_varint(out_, static_cast<std::uint64_t>(value));
  }
  template <class Tag, class Rep>
  void put(base::Strong<Tag, Rep> value) {
    put(value.value());
  }
  void put(model::Money value) { put(value.in_kopecks()); }
  void put(model::Rate value) { put(value.in_ppm()); }
  void put(model::ExchangeRate value) { put(value.in_ten_thousandths()); }
  void put(model::Date value) { put(value.in_days()); }
  void put(model::Month value) { put(value.in_months()); }
  void put(model::Instant value) { put(value.in_micros()); }
  void put(const std::string& value) {
    base::put_varint(out_, value.size());
    out_ += value;
  }
  template <std::size_t N>
  void put(const std::array<std::uint8_t, N>& value) {
    out_ += base::view_of(value);
  }
  void put(const model::LookupHash& value) { put(value.value); }
  void put(const model::Mac& value) {
    met_secrets_ = true;
    if (secrets_ == Secrets::kept) put(value.value);
  }
  void put(const model::Sealed& value) {
    met_secrets_ = true;
    if (secrets_ == Secrets::kept) put(value.bytes);
  }
  void put(base::Int128 value) {
    base::put_little(out_, static_cast<std::uint64_t>(value));
    base::put_little(out_, static_cast<std::uint64_t>(value >> 64));
  }
  template <class T>
  void put(const std::optional<T>& value) {
    put(value.has_value());
    if (value) put(*value);
  }
  template <class T>
  void put(const std::vector<T>& values) {
    base::put_varint(out_, values.size());
    for (const auto& value : values)
      put(value);
  }
  template <class T, std::size_t N>
    requires(!std::same_as<T, std::uint8_t>)
  void put(const std::array<T, N>& values) {
    for (const auto& value : values)
      put(value);
  }
  template <Described T>
  void put(const T& row) {
    T::fields(row, *this);
  }
  void put(std::monostate) {}
  template <class... Ts>
  void put(const std::variant<Ts...>& value) {
    base::put_varint(out_, value.index());
    std::visit([&](const auto& alternative) { put(alternative); }, value);
  }

 private:
  Secrets secrets_;
  bool met_secrets_{false};
  base::Bytes out_;
};

class RowReader {
 public:
  explicit RowReader(base::ByteView in) : in_(in) {}
  void operator()(int, const char*, auto& value) { get(value); }
  // Everything was there and nothing is left.
  [[nodiscard]] bool finished() const { return ok_ && in_.empty(); }

  void get(bool& value) { value = take_byte() != 0; }
  template <std::unsigned_integral T>
    requires(!std::same_as<T, bool>)
  void get(T& value) {
    std::uint64_t raw = 0;
    ok_ = ok_ && base::take_varint(in_, raw);
    value = static_cast<T>(raw);
    ok_ = ok_ && value == raw;
  }
  template <std::signed_integral T>
  void get(T& value) {
    std::uint64_t raw = 0;
    get(raw);
    value = static_cast<T>(base::unzigzag(raw));
    ok_ = ok_ && value == base::unzigzag(raw);
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
  void get(model::Money& value) { value = model::Money::kopecks(read<std::int64_t>()); }
  void get(model::Rate& value) { value = model::Rate::ppm(read<std::uint32_t>()); }
  void get(model::ExchangeRate& value) {
    value = model::ExchangeRate::ten_thousandths(read<std::uint64_t>());
  }
  void get(model::Date& value) { value = model::Date::days(read<std::int32_t>()); }
  void get(model::Month& value) { value = model::Month::months(read<std::int32_t>()); }
  void get(model::Instant& value) { value = model::Instant::micros(read<std::int64_t>()); }
  void get(std::string& value) { value = std::string(take(read<std::uint64_t>())); }
  template <std::size_t N>
  void get(std::array<std::uint8_t, N>& value) {
    const auto bytes = take(N);
    for (std::size_t i = 0; i < bytes.size(); ++i)
      value[i] = static_cast<std::uint8_t>(bytes[i]);
  }
  void get(model::LookupHash& value) { get(value.value); }
  void get(model::Mac& value) { get(value.value); }
  void get(model::Sealed& value) { get(value.bytes); }
  void get(base::Int128& value) {
    const auto bytes = take(16);
    if (bytes.size() != 16) return;
    const auto high = static_cast<base::Uint128>(base::get_little<std::uint64_t>(bytes.substr(8)));
    value = static_cast<base::Int128>(high << 64 | base::get_little<std::uint64_t>(bytes));
  }
  template <class T>
  void get(std::optional<T>& value) {
    value.reset();
    if (read<bool>() && ok_) get(value.emplace());
  }
  template <class T>
  void get(std::vector<T>& values) {
    values.clear();
    const auto count = read<std::uint64_t>();
    for (std::uint64_t i = 0; ok_ && i < count; ++i)
      get(values.emplace_back());
  }
  template <class T, std::size_t N>
    requires(!std::same_as<T, std::uint8_t>)
  void get(std::array<T, N>& values) {
    for (auto& value : values)
      get(value);
  }
  template <Described T>
  void get(T& row) {
    T::fields(row, *this);
  }
  void get(std::monostate&) {}
  template <class... Ts>
  void get(std::variant<Ts...>& value) {
    const auto index = read<std::uint64_t>();
    ok_ = ok_ && index < sizeof...(Ts);
    if (!ok_) return;
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      ((index == I ? get(value.template emplace<I>()) : void()), ...);
    }(std::index_sequence_for<Ts...>{});
  }

 private:
  template <class T>
  T read() {
    T value{};
    get(value);
    return value;
  }
  base::ByteView take(std::uint64_t size) {
    ok_ = ok_ && size <= in_.size();
    if (!ok_) return {};
    const auto bytes = in_.substr(0, size);
    in_.remove_prefix(size);
    return bytes;
  }
  std::uint8_t take_byte() {
    const auto bytes = take(1);
    return bytes.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(bytes.front());
  }

  base::ByteView in_;
  bool ok_{true};
};

template <class Row>
[[nodiscard]] base::Bytes encode_row(const Row& row, Secrets secrets = Secrets::kept) {
  RowWriter writer(secrets);
  writer.put(row);
  return writer.take();
}

// Nothing: not a row of this type.
template <class Row>
[[nodiscard]] std::optional<Row> decode_row(base::ByteView bytes) {
  RowReader reader(bytes);
  std::optional<Row> row(std::in_place);
  reader.get(*row);
  if (!reader.finished()) row.reset();
  return row;
}

// Keys sort as their parts do: integers big-endian, text ended by a zero byte.
// REQUIRES: text without zero bytes, integers not negative
class KeyWriter {
 public:
  // `room`: what is taken may stand in its memory.
  explicit KeyWriter(char table, base::Bytes room = {}) : out_(std::move(room)) {
    out_.assign(1, table);
  }
  void operator()(int, const char*, const auto& part) { put(part); }
  [[nodiscard]] base::Bytes take() { return std::move(out_); }

  template <std::integral T>
  void put(T value) {
    std::array<char, sizeof(T)> bytes;
    for (std::size_t i = 0; i < sizeof(T); ++i)
      bytes[i] = static_cast<char>(static_cast<std::uint64_t>(value) >> 8 * (sizeof(T) - 1 - i));
    out_.append(bytes.data(), bytes.size());
  }
  template <class T>
    requires std::is_enum_v<T>
  void put(T value) {
    put(static_cast<std::underlying_type_t<T>>(value));
  }
  template <class Tag, class Rep>
  void put(base::Strong<Tag, Rep> value) {
    put(value.value());
  }
  // Days before 1970 sort before it.
  void put(model::Date value) { put(static_cast<std::uint32_t>(value.in_days()) ^ 0x8000'0000U); }
  void put(const std::string& value) {
    out_ += value;
    out_.push_back('\0');
  }
  template <std::size_t N>
  void put(const std::array<std::uint8_t, N>& value) {
    out_ += base::view_of(value);
  }
  void put(const model::LookupHash& value) { put(value.value); }
  template <Described T>
  void put(const T& key) {
    T::fields(key, *this);
  }

 private:
  base::Bytes out_;
};

template <class Key>
[[nodiscard]] base::Bytes encode_key(char table, const Key& key) {
  KeyWriter writer(table);
  writer.put(key);
  return writer.take();
}

}  // namespace kopilka::state
