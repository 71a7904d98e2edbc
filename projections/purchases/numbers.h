#pragma once

#include <cstdint>
#include <vector>

#include "engine/ledger/rows.h"
#include "engine/model/money.h"
#include "engine/model/time.h"
#include "projections/purchases/reader.h"

namespace kopilka::projections::purchases {

using Count = std::uint64_t;

// What a partner's purchases add up to, as they stand. docs/partners.md says what each number
// means.
struct Numbers {
  Count purchases{0};  // recorded, those that were declined from the first too
  Count tracked{0};    // of them, by the partner's side
  Count approved{0};
  Count declined{0};
  Count unattributed{0};             // parked messages; no purchases yet
  Count expired{0};                  // parked for too long
  model::Money ordered;              // the base as first recorded
  model::Money base;                 // as it stands
  model::Money cashback;             // as it stands
  model::Money released;             // of the cashback
  model::Money commission;           // as it stands
  model::Money commission_approved;  // of it, that of approved purchases

  // Of what was ordered, what later messages took away; negative: they added more.
  [[nodiscard]] model::Money returned() const { return ordered - base; }

  void add(const Entry& entry, const ledger::Purchase& row);
  void add(const ledger::Parked& row);
  void add(const Numbers& other);
  bool operator==(const Numbers&) const = default;
};

struct DayNumbers {
  model::Date on;
  Numbers numbers;
  bool operator==(const DayNumbers&) const = default;
};

// Of the cashback of a purchase, what is released and not clawed back.
[[nodiscard]] model::Money released(const ledger::Purchase& row);

// The day's numbers, made where the day is new; days stay ascending. Constant when days come in
// their order, else logarithmic, and linear for a new day.
[[nodiscard]] Numbers& numbers_of(std::vector<DayNumbers>& days, model::Date on);

}  // namespace kopilka::projections::purchases
