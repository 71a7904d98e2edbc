#pragma once

// What the generator remembers of the world that it has made up, and the makers of single commands.
// A maker gives a command object without `key` and `at`; what it remembers is a guess: the line may
// be refused.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "tests/simulation/oracle/dates.h"
#include "tests/simulation/oracle/money.h"
#include "tests/simulation/random.h"

namespace kopilka::simulation {

using Command = boost::json::object;

struct Person {
  std::int64_t id = 0;
  std::string name;
  std::string status = "active";
};

struct IssuedCard {
  std::string number;
  std::int64_t member = 0;
  std::string form;
  std::optional<std::string> valid_to;
  std::string state = "good";
};

/// Who was elected, perhaps.
struct Elected {
  std::int64_t organization = 0;
  std::int64_t member = 0;
  std::string role;
  Day from = 0;
};

/// Tariff codes that a partner has on a channel.
struct Offer {
  std::int64_t partner = 0;
  std::string channel;
  std::vector<std::string> codes;
  std::int64_t window_days = 30;
  Day valid_from = 0;
};

struct Shop {
  std::int64_t id = 0;
  std::string status = "active";
  Day suspended_on = 0;
};

struct SeenClick {
  std::string id;
  std::int64_t member = 0;
  std::int64_t partner = 0;
  std::string channel;
  Instant at = 0;
};

/// What was said of one action so far.
struct Told {
  Command latest;
  Instant latest_at = 0;
  std::vector<Command> all;
  bool is_parked = false;  // as learnt from the engine
};

struct Payout {
  std::int64_t member = 0;
  std::string key;
  std::string state = "requested";
  bool is_known = false;  // to the engine, as learnt from it
  std::optional<std::int64_t> id;
  std::optional<std::string> ext_ref;
};

struct Place {
  std::int64_t member = 0;
  std::string method;
  std::string id;
};

struct Scene {
  explicit Scene(std::uint64_t seed) : random(seed) {}

  Random random;
  Instant now = 0;
  std::int64_t counter = 0;
  std::string key;  // of the command that is being made

  std::deque<Command> opening;  // lines that build the world, still to be sent
  std::vector<Command> sent;    // whole commands with their keys
  std::vector<Person> people;
  std::vector<IssuedCard> cards;
  std::vector<Elected> officers;
  std::vector<Shop> shops;
  std::vector<Offer> offers;
  std::vector<SeenClick> clicks;
  std::vector<Told> actions;
  std::vector<Payout> payouts;
  std::vector<Place> places;
  std::vector<Command> holds;  // placed and not yet lifted
  std::vector<std::int64_t> primaries;

  Day today() const { return moscow_day(now); }
  std::int64_t number() { return ++counter; }
  /// Somebody on the register, now and then nobody.
  std::int64_t member_id();
  std::int64_t partner_id();
  bool is_active(std::int64_t member) const;
  /// A date near today, as text; sometimes far before it.
  std::string date_about_today();
  /// One instant in one of several spellings.
  std::string spelled(Instant instant);
  Kopecks amount();
  /// An action of late, rather one that was recorded. REQUIRES: there are actions.
  Told& some_action();
};

void build_world(Scene& scene);

// scene_people.cc
Command change_membership(Scene& scene);
Command report_some_headcount(Scene& scene);
Command elect_somebody(Scene& scene);
Command end_some_term(Scene& scene);
Command pay_some_dues(Scene& scene);
Command open_or_repeat_account(Scene& scene);
Command issue_or_repeat_card(Scene& scene);
Command block_some_card(Scene& scene);
Command register_more(Scene& scene);

// scene_partners.cc
Command publish_new_terms(Scene& scene);
Command suspend_or_resume_partner(Scene& scene);
Command click(Scene& scene);

// scene_purchases.cc
Command new_purchase(Scene& scene);
Command later_message(Scene& scene);
Command message_again(Scene& scene);

// scene_payouts.cc
Command add_some_destination(Scene& scene);
Command request_payout(Scene& scene);
Command move_payout(Scene& scene);
Command adjust_somebody(Scene& scene);
Command place_or_lift_hold(Scene& scene);
Command open_some_day(Scene& scene);
Command publish_some_calendar(Scene& scene);

// scene_malformed.cc
/// Spoils a good command that carries its key already; gives the text of a line.
std::string spoiled(Scene& scene, Command command);

}  // namespace kopilka::simulation
