#pragma once

// All that the oracle knows, in the plainest containers, and the questions that rules ask of it.
// Nothing is kept that could be derived, except the balances of the books.

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <boost/json.hpp>

#include "tests/simulation/oracle/dates.h"
#include "tests/simulation/oracle/money.h"

namespace kopilka::simulation {

using Fields = boost::json::object;

struct Organization {
  std::string kind;
  std::optional<std::int64_t> parent;
};

struct HeadcountReport {
  std::int64_t organization = 0;
  Day as_of = 0;
  std::int64_t employees = 0;
  std::int64_t pedagogues = 0;
  std::int64_t students = 0;
};

/// Elected from `from` to `to`, both included; without `to` until the term is ended.
struct OfficerTerm {
  std::int64_t organization = 0;
  std::int64_t member = 0;
  std::string role;
  Day from = 0;
  std::optional<Day> to;
  bool full_time = false;
};

struct DuesPayment {
  std::int64_t member = 0;
  std::int64_t organization = 0;
  Day period = 0;  // the first day of the month
  Kopecks base = 0;
  std::int64_t percent = 0;  // ppm
  Kopecks amount = 0;
  Day paid_on = 0;
};

/// A fact that holds from a day on, until another of its list takes over.
template <typename Fact>
struct Since {
  Day from = 0;
  Fact fact{};
};

template <typename Fact>
using Timeline = std::vector<Since<Fact>>;

/// What holds on a day: the latest beginning not after it; of equal ones the one recorded last.
template <typename Fact>
const Fact* in_force(const Timeline<Fact>& timeline, Day day) {
  const Since<Fact>* found = nullptr;
  for (const Since<Fact>& since : timeline) {
    if (since.from <= day && (found == nullptr || since.from >= found->from)) {
      found = &since;
    }
  }
  return found == nullptr ? nullptr : &found->fact;
}

struct Member {
  Timeline<std::string> statuses;  // active, suspended or terminated, in order of recording
  std::vector<Day> admissions;
  Timeline<std::int64_t> organizations;
  Timeline<std::string> categories;
  std::optional<std::string> name;
  int accounts = 0;
  /// Kopecks that ever moved, by the words of invariant I-9.
  std::map<std::string, Kopecks> moved;
};

struct Card {
  std::int64_t member = 0;
  std::map<std::string, std::optional<Day>> forms;  // form -> last day of validity
  std::optional<Instant> blocked_at;
};

struct Tariff {
  std::string code;
  std::optional<std::int64_t> percent;  // ppm
  Kopecks fixed = 0;
  std::optional<std::int64_t> commission_percent;  // ppm
  Kopecks commission_fixed = 0;
};

struct Terms {
  std::int64_t partner = 0;
  std::string channel;
  std::vector<Tariff> tariffs;
  std::int64_t freeze_days = 0;
  std::int64_t window_days = 30;
  std::optional<Kopecks> cap_per_order;
  std::optional<Kopecks> cap_per_month;
  std::string release_policy;
  Day valid_from = 0;
  std::optional<Day> valid_to;
};

struct Partner {
  Timeline<std::string> statuses;  // suspended or active
};

struct Click {
  std::string id;
  std::int64_t member = 0;
  std::int64_t partner = 0;
  std::string channel;
  Instant at = 0;
};

struct OrderLine {
  std::int64_t line = 0;
  Kopecks amount = 0;  // of the order's currency
  std::optional<std::string> tariff;
};

/// What a partner said about one action.
struct Message {
  std::int64_t partner = 0;
  std::string action;
  std::string status;  // the network's word
  Instant status_at = 0;
  Instant purchase_at = 0;
  std::optional<std::string> click;
  std::optional<std::string> card;
  std::string currency;
  std::optional<std::int64_t> fx_rate;
  std::vector<OrderLine> lines;
};

/// What lines come to under terms, in kopecks; `uncapped` is the cashback before any cap.
struct Sums {
  Kopecks base = 0;
  Kopecks uncapped = 0;
  Kopecks cashback = 0;
  Kopecks commission = 0;
};

enum class Stage { parked, expired, recorded };

struct Purchase {
  Stage stage = Stage::parked;
  Message last;  // as last applied; of a recorded one click, card, time and currency never change
  // while parked or expired
  std::string why;
  Day first_parked_on = 0;
  // once recorded
  std::int64_t order = 0;  // the place in the order of recording
  std::int64_t member = 0;
  std::string channel;
  std::int64_t organization = 0;
  std::string category;
  Terms terms;
  Sums sums;
  Day release_on = 0;
  std::string partner_state;  // tracked, approved or declined
  std::string member_state;   // frozen, released, clawed_back or cancelled
  int releases = 0;
  bool late = false;  // its release day had come when it was recorded
};

struct Destination {
  std::int64_t member = 0;
  std::string id;
  std::string method;
};

struct Withdrawal {
  std::int64_t member = 0;
  std::string request_key;
  std::string method;
  std::string destination;
  Kopecks amount = 0;
  std::string state;
  Instant due_at = 0;
  int settlements = 0;
  int rejections = 0;
  int returns = 0;
  std::optional<std::int64_t> id;      // known once the caller taught it
  std::optional<std::string> ext_ref;  // likewise
};

struct Calendar {
  std::set<Day> days_off;
  std::set<Day> working_weekends;
};

/// One side of a posting: above zero a debit, below zero a credit.
struct Entry {
  int account = 0;
  std::int64_t owner = 0;  // member or partner; 0 for the programme itself
  Kopecks amount = 0;
};

using PurchaseKey = std::pair<std::int64_t, std::string>;           // partner, action
using HoldKey = std::tuple<std::string, std::string, std::string>;  // scope, id, rule

struct World {
  std::optional<Day> business_day;
  std::optional<Instant> last_recorded_at;

  std::map<std::int64_t, Organization> organizations;
  std::vector<HeadcountReport> headcounts;  // in order of recording
  std::vector<OfficerTerm> officers;        // likewise
  std::vector<DuesPayment> dues;            // likewise
  std::map<std::int64_t, Member> members;
  std::map<std::string, Card> cards;
  std::map<std::int64_t, Partner> partners;
  std::vector<Terms> terms;
  std::vector<Click> clicks;
  std::map<PurchaseKey, Purchase> purchases;
  std::int64_t recorded_purchases = 0;
  std::set<HoldKey> holds;
  std::vector<Destination> destinations;
  std::vector<Withdrawal> withdrawals;
  std::map<std::int64_t, Calendar> calendars;  // by year

  std::map<std::pair<int, std::int64_t>, Kopecks> books;  // account and owner: debits - credits
  std::string command_key;                                // of the command at hand
  std::vector<std::string> events;                        // of the command at hand
  std::vector<std::string> broken;  // what was found wrong at the moment when it happened
};

// Fields of a command.
std::int64_t number_in(const Fields& fields, const char* name);
std::string text_in(const Fields& fields, const char* name);
std::optional<std::int64_t> number_if_in(const Fields& fields, const char* name);
std::optional<std::string> text_if_in(const Fields& fields, const char* name);

// Books.
/// Writes an event with its postings down; debits and credits must be equal.
void post(World& world, const std::string& event, const std::vector<Entry>& entries);
/// Writes an event without postings down.
void note(World& world, const std::string& event);
/// Debits less credits of one account of one owner.
Kopecks balance_of(const World& world, int account, std::int64_t owner);
Kopecks available_of(const World& world, std::int64_t member);
Kopecks debt_of(const World& world, std::int64_t member);
/// The credit of `amount` to a member: debt first, the rest to available.
std::vector<Entry> credit_to_member(const World& world, std::int64_t member, Kopecks amount);
/// The debit of `amount` to a member: from available, the rest becomes debt.
std::vector<Entry> debit_to_member(const World& world, std::int64_t member, Kopecks amount);
/// Money in available that a hold on released purchases keeps from being withdrawn.
Kopecks held_of(const World& world, std::int64_t member);

// Registry.
/// active, suspended or terminated; nothing before the first admission.
std::optional<std::string> status_on(const Member& member, Day day);
bool is_active_on(const Member& member, Day day);
/// The terms of a partner's channel that hold on a day.
const Terms* terms_on(const World& world, std::int64_t partner, const std::string& channel,
                      Day day);
bool is_suspended_on(const Partner& partner, Day day);
/// By the last word on record, whatever its date.
bool is_suspended_by_last_word(const Partner& partner);

// Holds.
bool is_held(const World& world, const std::string& scope, const std::string& id);
std::string hold_id_of_member(std::int64_t member);
std::string hold_id_of_purchase(const PurchaseKey& key);
std::string hold_id_of_destination(std::int64_t member, const std::string& destination);

}  // namespace kopilka::simulation
