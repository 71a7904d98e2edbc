#pragma once

#include <cstdint>
#include <string>

#include "engine/model/enums.h"
#include "engine/model/ids.h"
#include "engine/model/money.h"
#include "engine/model/time.h"

// What the list of withdrawals keeps. A change of these rows is a new version of the model.
namespace kopilka::projections::withdrawals {

// An instant that sorts as time does inside a key, also before 1970: keys hold no signs.
struct SortedInstant {
  std::uint64_t micros{0};  // since the first instant there is

  [[nodiscard]] static constexpr SortedInstant of(model::Instant at) {
    return {static_cast<std::uint64_t>(at.in_micros()) ^ kSign};
  }
  [[nodiscard]] constexpr model::Instant instant() const {
    return model::Instant::micros(static_cast<std::int64_t>(micros ^ kSign));
  }
  bool operator==(const SortedInstant&) const = default;
  static void fields(auto&& self, auto&& field) { field(0, "micros", self.micros); }

 private:
  static constexpr std::uint64_t kSign = std::uint64_t{1} << 63;
};

struct OrderKey {
  model::WithdrawalState state{};
  SortedInstant due_at;
  model::WithdrawalId withdrawal;
  bool operator==(const OrderKey&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "state", self.state);
    field(1, "due_at", self.due_at);
    field(2, "withdrawal", self.withdrawal);
  }
};

// What never changes of a withdrawal. The row moves to another key with each turn.
struct Order {
  model::MemberId member;
  model::WithdrawalMethod method{};
  model::Money amount;
  std::string request_key;
  std::string ext_ref;
  model::Instant requested_at;
  bool operator==(const Order&) const = default;
  static void fields(auto&& self, auto&& field) {
    field(0, "member", self.member);
    field(1, "method", self.method);
    field(2, "amount", self.amount);
    field(3, "request_key", self.request_key);
    field(4, "ext_ref", self.ext_ref);
    field(5, "requested_at", self.requested_at);
  }
};

// Where the order of a withdrawal lies: events name the withdrawal only.
struct Place {
  model::WithdrawalState state{};
  model::Instant due_at;
  static void fields(auto&& self, auto&& field) {
    field(0, "state", self.state);
    field(1, "due_at", self.due_at);
  }
};

[[nodiscard]] inline OrderKey key_of(const Place& place, model::WithdrawalId withdrawal) {
  return {place.state, SortedInstant::of(place.due_at), withdrawal};
}

}  // namespace kopilka::projections::withdrawals
