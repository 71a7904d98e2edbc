#pragma once

#include <concepts>
#include <cstdint>
#include <type_traits>

#include "engine/base/strong.h"
#include "engine/model/money.h"
#include "engine/model/names.h"
#include "engine/model/time.h"

// Which facts are one number in a FlatBuffer, and which number. Private to the codec.
namespace kopilka::codec {

// Years 1800 to 2300 hold every date that a message may name and what is counted from it; outside
// them arithmetic on days would not be safe.
inline constexpr std::int32_t kDayMin = -62'091;
inline constexpr std::int32_t kDayMax = 120'530;
inline constexpr std::int32_t kMonthMin = (1800 - 1970) * 12;
inline constexpr std::int32_t kMonthMax = (2300 - 1970) * 12 - 1;
inline constexpr std::int64_t kMicrosPerDay = std::int64_t{86'400} * 1'000'000;

constexpr std::uint8_t to_raw(bool value) {
  return value ? 1 : 0;
}
template <std::integral T>
  requires(!std::same_as<T, bool>)
constexpr T to_raw(T value) {
  return value;
}
template <model::Named E>
constexpr std::uint8_t to_raw(E value) {
  return static_cast<std::uint8_t>(value);
}
template <class Tag, class Rep>
constexpr Rep to_raw(base::Strong<Tag, Rep> value) {
  return value.value();
}
constexpr std::int64_t to_raw(model::Money value) {
  return value.in_kopecks();
}
constexpr std::uint32_t to_raw(model::Rate value) {
  return value.in_ppm();
}
constexpr std::uint64_t to_raw(model::ExchangeRate value) {
  return value.in_ten_thousandths();
}
constexpr std::int32_t to_raw(model::Date value) {
  return value.in_days();
}
constexpr std::int32_t to_raw(model::Month value) {
  return value.in_months();
}
constexpr std::int64_t to_raw(model::Instant value) {
  return value.in_micros();
}

template <class T>
concept Scalar = requires(const T& value) { to_raw(value); };

template <Scalar T>
using Raw = decltype(to_raw(std::declval<const T&>()));

// Each sets `value` and says whether `raw` was one of its values.
constexpr bool from_raw(std::uint8_t raw, bool& value) {
  value = raw != 0;
  return raw <= 1;
}
template <std::integral T>
  requires(!std::same_as<T, bool>)
constexpr bool from_raw(T raw, T& value) {
  value = raw;
  return true;
}
template <model::Named E>
constexpr bool from_raw(std::uint8_t raw, E& value) {
  if (raw >= model::kNames<E>.size()) return false;
  value = static_cast<E>(raw);
  return true;
}
template <class Tag, class Rep>
constexpr bool from_raw(Rep raw, base::Strong<Tag, Rep>& value) {
  value = base::Strong<Tag, Rep>{raw};
  return true;
}
constexpr bool from_raw(std::int64_t raw, model::Money& value) {
  value = model::Money::kopecks(raw);
  return true;
}
constexpr bool from_raw(std::uint32_t raw, model::Rate& value) {
  value = model::Rate::ppm(raw);
  return true;
}
constexpr bool from_raw(std::uint64_t raw, model::ExchangeRate& value) {
  value = model::ExchangeRate::ten_thousandths(raw);
  return true;
}
constexpr bool from_raw(std::int32_t raw, model::Date& value) {
  value = model::Date::days(raw);
  return kDayMin <= raw && raw <= kDayMax;
}
constexpr bool from_raw(std::int32_t raw, model::Month& value) {
  value = model::Month::months(raw);
  return kMonthMin <= raw && raw <= kMonthMax;
}
constexpr bool from_raw(std::int64_t raw, model::Instant& value) {
  value = model::Instant::micros(raw);
  return kDayMin * kMicrosPerDay <= raw && raw <= kDayMax * kMicrosPerDay;
}

}  // namespace kopilka::codec
