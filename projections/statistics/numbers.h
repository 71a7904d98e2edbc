#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "engine/model/enums.h"
#include "engine/model/money.h"
#include "engine/model/names.h"
#include "projections/statements/reader.h"
#include "projections/statistics/bands.h"

namespace kopilka::projections::statistics {

enum class KnownSex : std::uint8_t { f, m, unknown };

using Count = std::uint64_t;
using BySexAndAge = std::array<std::array<Count, 6>, 3>;  // KnownSex, AgeBand

// What is counted of an organisation and of all below it, on a day (domain.md §11). Everything but
// transfers adds up: a subtree is the sum of its organisations. Movements are those from 1 January
// of the day's year to the day itself.
struct Numbers {
  Count organizations{0};

  // Members on the day, suspended ones too, each in the organisation of that day.
  Count total{0};
  std::array<Count, 4> by_category{};       // model::MemberCategory
  std::array<BySexAndAge, 4> by_sex_age{};  // of each category
  std::array<Count, 4> by_tenure{};         // TenureBand
  Count suspended{0};
  Count pedagogues{0};
  std::array<Count, 2> by_card{};  // model::CardForm: with a card in force; of both forms: in both
  Count accounts{0};
  Count active_buyers{0};  // who bought something since 1 January, wherever they belonged then

  // Where the member belonged on that day. Neither counts transfers.
  Count joined{0};
  Count rejoined{0};                      // of those: who had been members before
  std::array<Count, 7> left_by_reason{};  // model::TerminationReason; the last day lies within
  Count transferred_in{0};                // across the border of the subtree
  Count transferred_out{0};

  // Where the member belonged on the day of the purchase; declined from the first: none.
  Count purchases{0};  // up to the day, of all years
  Count purchases_in_year{0};
  statements::Totals cashback;  // of all who are on record there, members still or not

  // Where the member belonged at the end of the month that was paid for, by the day of payment.
  Count dues_payments{0};
  model::Money dues;

  // The latest reports up to the day, each of one organisation without those below it.
  Count headcount_reports{0};
  Count employees{0};
  Count headcount_pedagogues{0};
  Count headcount_students{0};
  // Members of the organisations that have reported.
  Count covered_members{0};
  Count covered_workers{0};  // working, or temporarily not
  Count covered_students{0};

  std::array<Count, 5> officers{};  // model::OfficerRole: in office on the day

  [[nodiscard]] Count left() const;
  // All of `part` but its transfers.
  void add(const Numbers& part);
  bool operator==(const Numbers&) const = default;
};

}  // namespace kopilka::projections::statistics

template <>
inline constexpr std::array<std::string_view, 3>
    kopilka::model::kNames<kopilka::projections::statistics::KnownSex>{"f", "m", "unknown"};
