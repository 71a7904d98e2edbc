#pragma once

// The naive oracle: domain.md played with the plainest means, to be compared with the engine line
// by line and balance by balance. It shares no code with the engine, and it is slow on purpose:
// every question is answered by looking at everything again.
//
// One thread. All money is in kopecks, days are days and instants microseconds since 1970.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "tests/simulation/oracle/dates.h"
#include "tests/simulation/oracle/money.h"
#include "tests/simulation/oracle/verdict.h"

namespace kopilka::simulation {

struct World;

struct Balance {
  Kopecks frozen = 0;
  Kopecks available = 0;
  Kopecks reserved = 0;
  Kopecks in_flight = 0;
  Kopecks debt = 0;
  Kopecks held = 0;
  bool operator==(const Balance&) const = default;
};

/// Debits less credits of 1200, 1210 and 1220; credits less debits of 2210.
struct PartnerBalance {
  Kopecks tracked = 0;
  Kopecks approved = 0;
  Kopecks invoiced = 0;
  Kopecks due_to_partner = 0;
  bool operator==(const PartnerBalance&) const = default;
};

struct PurchaseView {
  std::string state;  // recorded, unattributed or expired
  std::string why;    // of the last two
  // the rest only when recorded
  std::int64_t member_id = 0;
  std::int64_t organization_id = 0;
  std::string category;
  std::string channel;
  std::string partner_state;
  std::string member_state;
  bool held = false;
  Kopecks base = 0;
  Kopecks cashback = 0;
  Kopecks commission = 0;
  Kopecks released = 0;
  Day release_on = 0;
  bool operator==(const PurchaseView&) const = default;
};

struct WithdrawalView {
  std::int64_t member_id = 0;
  std::string request_key;
  std::string method;
  Kopecks amount = 0;
  std::string state;
  Instant due_at = 0;
  bool operator==(const WithdrawalView&) const = default;
};

struct RosterRow {
  std::int64_t member_id = 0;
  std::int64_t organization_id = 0;
  std::string category;
  std::string status;
  Day since = 0;
  bool operator==(const RosterRow&) const = default;
};

struct Headcount {
  std::int64_t employees = 0;
  std::int64_t pedagogues = 0;
  std::int64_t students = 0;
  bool operator==(const Headcount&) const = default;
};

struct TermView {
  std::int64_t member = 0;
  std::string role;
  Day from = 0;
  std::optional<Day> to;
  bool full_time = false;
  bool operator==(const TermView&) const = default;
};

struct DuesView {
  std::int64_t organization = 0;
  Kopecks base = 0;
  std::int64_t percent = 0;  // ppm
  Kopecks amount = 0;
  Day paid_on = 0;
  bool operator==(const DuesView&) const = default;
};

class Oracle {
 public:
  /// import: `at` stands in every line. live: set_clock() says when a line is received.
  enum class Mode { import, live };

  explicit Oracle(Mode mode);
  ~Oracle();
  Oracle(const Oracle&) = delete;
  Oracle& operator=(const Oracle&) = delete;

  /// Judges one command line and changes what is known by it.
  Verdict submit(std::string_view json_line);
  /// Live only. A clock that went back counts as standing still. Opens days as the engine's
  /// clock does: at most three at a time.
  void set_clock(Instant now);
  /// Binds the ids in the engine's `result` to what the command of that key made: withdrawal_id
  /// and ext_ref, click_id, destination_id.
  void learn(std::string_view key, const boost::json::object& result_of_engine);

  /// Zeros for a member without movements, known or not.
  Balance balance(std::int64_t member) const;
  bool knows_member(std::int64_t member) const;
  /// The whole chart of book PROGRAM, zeros included: debits less credits.
  std::map<std::string, Kopecks> trial_balance() const;
  PartnerBalance partner_balance(std::int64_t partner) const;
  std::optional<PurchaseView> purchase(std::int64_t partner, std::string_view action) const;
  std::optional<WithdrawalView> withdrawal(std::int64_t member, std::string_view request_key) const;
  /// The subtree's members by id, terminated ones left out; as of `day`, or of the Moscow date
  /// of the last recorded entry.
  std::vector<RosterRow> roster(std::int64_t organization, std::optional<Day> day = {}) const;
  /// What counts of an organisation's reports, by the date that they are of.
  std::map<Day, Headcount> headcounts(std::int64_t organization) const;
  /// All terms on record, in the order of recording.
  std::vector<TermView> terms_of_office(std::int64_t organization) const;
  /// What a member paid, by the first day of the month that it was paid for.
  std::map<Day, DuesView> dues(std::int64_t member) const;
  std::optional<Day> business_day() const;
  std::optional<Instant> last_recorded_at() const;
  std::vector<std::int64_t> organizations() const;
  std::vector<std::int64_t> members() const;
  std::vector<std::int64_t> partners() const;
  std::vector<std::pair<std::int64_t, std::string>> actions() const;
  std::vector<std::pair<std::int64_t, std::string>> withdrawals() const;

  /// Those of section 13 that do not hold, each with a word about where: I-1 to I-10 and
  /// I-12 to I-15, as far as this release's commands reach them. Empty when all is well.
  std::vector<std::string> broken_invariants() const;

 private:
  struct Known;  // what a key stands for

  Verdict judge(const std::string& command, const boost::json::object& content, Instant at);
  std::optional<Verdict> answer_known(const std::string& key, const std::string& command,
                                      const boost::json::object& content) const;

  Mode mode_;
  Instant clock_ = 0;
  std::unique_ptr<World> world_;
  std::map<std::string, Known> keys_;
};

}  // namespace kopilka::simulation
