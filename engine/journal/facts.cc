#include "engine/journal/facts.h"

#include <algorithm>
#include <array>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/model/enums.h"
#include "engine/model/personal.h"

namespace kopilka::journal {
namespace {

// Texts that name things: orders, shops, organisations, processors. Not here: `reason` and
// `approvers`, which people type and which may name anybody; `mask`, which shows a part of a
// number.
constexpr std::array<std::string_view, 20> kTextsTold{
    "action_id", "categories",    "cities",      "city", "click_id", "code",          "command",
    "currency",  "district",      "ext_ref",     "inn",  "name",     "network",       "order_id",
    "processor", "processor_ref", "request_key", "rule", "tariff",   "destination_id"};
constexpr std::string_view kBirthMonth = "birth_month";

template <class T, class U>
concept Is = std::same_as<T, U> || std::same_as<T, std::optional<U>>;

template <class T>
concept Text = Is<T, std::string> || std::same_as<T, std::vector<std::string>>;

template <class T>
concept Secret = Is<T, model::LookupHash> || Is<T, model::Sealed> || Is<T, model::Sex>;

template <class T>
bool is_told(std::string_view name) {
  if constexpr (Secret<T>)
    return false;
  else if constexpr (Text<T>)
    return std::ranges::find(kTextsTold, name) != kTextsTold.end();
  else
    return name != kBirthMonth;
}

}  // namespace

void write_facts(codec::JsonWriter& out, const model::Event& event) {
  out.begin_object();
  out.member("type", model::name_of(event));
  std::visit(
      [&out]<class E>(const E& e) {
        E::fields(e, [&out]<class T>(int, const char* name, const T& value) {
          if (is_told<T>(name)) out.member(name, value);
        });
      },
      event);
  out.end_object();
}

}  // namespace kopilka::journal
