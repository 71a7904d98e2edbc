#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "engine/base/bytes.h"
#include "engine/codec/scalars.h"
#include "engine/model/time.h"

// Private to the codec.
namespace kopilka::codec {

// Takes values off the front; once something is missing everything is.
class Cursor {
 public:
  explicit Cursor(base::ByteView in) : in_(in) {}
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool empty() const { return in_.empty(); }
  // What was not taken yet.
  [[nodiscard]] base::ByteView rest() const { return in_; }

  base::ByteView take(std::uint64_t size) {
    ok_ = ok_ && size <= in_.size();
    if (!ok_) return {};
    const auto bytes = in_.substr(0, size);
    in_.remove_prefix(size);
    return bytes;
  }
  template <class T>
  T little() {
    const auto bytes = take(sizeof(T));
    return ok_ ? base::get_little<T>(bytes) : T{};
  }
  std::uint64_t varint() {
    std::uint64_t value = 0;
    ok_ = ok_ && base::take_varint(in_, value);
    return ok_ ? value : 0;
  }
  base::ByteView text() { return take(varint()); }
  template <std::size_t N>
  std::array<std::uint8_t, N> array() {
    std::array<std::uint8_t, N> out{};
    const auto bytes = take(N);
    std::transform(bytes.begin(), bytes.end(), out.begin(),
                   [](char c) { return static_cast<std::uint8_t>(c); });
    return out;
  }
  // Nothing: out of the range of instants.
  std::optional<model::Instant> instant_after(model::Instant from) {
    const auto difference = static_cast<std::uint64_t>(base::unzigzag(varint()));
    model::Instant at;
    const auto raw = static_cast<std::uint64_t>(from.in_micros()) + difference;
    return from_raw(static_cast<std::int64_t>(raw), at) ? std::optional(at) : std::nullopt;
  }

 private:
  base::ByteView in_;
  bool ok_{true};
};

}  // namespace kopilka::codec
