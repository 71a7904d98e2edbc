#include "tests/simulation/oracle/oracle.h"

#include <algorithm>

#include "tests/simulation/oracle/line_reader.h"
#include "tests/simulation/oracle/rules.h"

namespace kopilka::simulation {
namespace {

constexpr Day kKeyDaysMax = 400;
constexpr Day kAutoOpenDaysMax = 3;

const std::map<std::string, Judge>& judges() {
  static const std::map<std::string, Judge> table = {
      {"register_organization", register_organization},
      {"admit_member", admit_member},
      {"transfer_member", transfer_member},
      {"change_member_category", change_member_category},
      {"suspend_membership", suspend_membership},
      {"reinstate_membership", reinstate_membership},
      {"terminate_membership", terminate_membership},
      {"elect_officer", elect_officer},
      {"end_officer_term", end_officer_term},
      {"report_headcount", report_headcount},
      {"pay_dues", pay_dues},
      {"issue_card", issue_card},
      {"block_card", block_card},
      {"open_account", open_account},
      {"register_partner", register_partner},
      {"publish_terms", publish_terms},
      {"suspend_partner", suspend_partner},
      {"resume_partner", resume_partner},
      {"register_click", register_click},
      {"report_purchase", report_purchase},
      {"publish_calendar", publish_calendar},
      {"add_destination", add_destination},
      {"request_withdrawal", request_withdrawal},
      {"cancel_withdrawal", cancel_withdrawal},
      {"send_withdrawal", send_withdrawal},
      {"mark_withdrawal_unknown", mark_withdrawal_unknown},
      {"settle_withdrawal", settle_withdrawal},
      {"reject_withdrawal", reject_withdrawal},
      {"return_withdrawal", return_withdrawal},
      {"place_hold", place_hold},
      {"lift_hold", lift_hold},
      {"adjust_balance", adjust_balance},
  };
  return table;
}

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

Verdict invalid(std::string code) {
  Verdict verdict;
  verdict.status = "invalid";
  verdict.code = std::move(code);
  return verdict;
}

bool is_kept_for_life(const std::string& command) {
  return command.ends_with("_withdrawal") || command == "mark_withdrawal_unknown" ||
         command == "adjust_balance";
}

}  // namespace

struct Oracle::Known {
  std::string command;
  boost::json::object content;
  Day recorded_on = 0;
  Verdict first;
  // where in the world's lists the thing is that the command made
  std::optional<std::size_t> click;
  std::optional<std::size_t> destination;
  std::optional<std::size_t> withdrawal;
};

Oracle::Oracle(Mode mode) : mode_(mode), world_(std::make_unique<World>()) {}

Oracle::~Oracle() = default;

std::optional<Verdict> Oracle::answer_known(const std::string& key, const std::string& command,
                                            const boost::json::object& content) const {
  const auto found = keys_.find(key);
  if (found == keys_.end()) {
    return std::nullopt;
  }
  const Known& known = found->second;
  const bool forgotten = *world_->business_day - known.recorded_on > kKeyDaysMax;
  if (forgotten && !is_kept_for_life(known.command)) {
    return std::nullopt;
  }
  if (known.command != command || known.content != content) {
    return refused("key_reused");
  }
  Verdict verdict = duplicate();
  verdict.result = known.first.result;
  verdict.original_status = known.first.status;
  verdict.original_code = known.first.code;
  return verdict;
}

Verdict Oracle::submit(std::string_view json_line) {
  if (is_blank(json_line)) {
    return {};
  }
  const Line line =
      read_line(json_line, mode_ == Mode::import ? Stamping::by_line : Stamping::by_clock);
  if (!line.problem.empty()) {
    return invalid(line.problem);
  }
  if (const auto answer = answer_known(line.key, line.command, line.content)) {
    return *answer;
  }
  World& world = *world_;
  if (line.at && world.last_recorded_at && *line.at < *world.last_recorded_at) {
    return invalid("time_runs_backwards");
  }
  const Instant at = line.at ? *line.at : std::max(clock_, world.last_recorded_at.value_or(clock_));
  world.command_key = line.key;
  Known known;
  const std::size_t clicks = world.clicks.size();
  const std::size_t destinations = world.destinations.size();
  const std::size_t withdrawals = world.withdrawals.size();
  Verdict verdict = judge(line.command, line.content, at);
  if (verdict.status != "accepted" && verdict.status != "refused") {
    return verdict;
  }
  world.last_recorded_at = at;
  known.command = line.command;
  known.content = line.content;
  known.recorded_on = *world.business_day;
  known.first = verdict;
  if (world.clicks.size() > clicks) {
    known.click = clicks;
  }
  if (world.destinations.size() > destinations) {
    known.destination = destinations;
  }
  if (world.withdrawals.size() > withdrawals) {
    known.withdrawal = withdrawals;
  }
  keys_[line.key] = known;
  return verdict;
}

Verdict Oracle::judge(const std::string& command, const boost::json::object& content, Instant at) {
  World& world = *world_;
  const Day today = moscow_day(at);
  if (command == "open_business_day") {
    world.events.clear();
    const Gaps gaps = mode_ == Mode::live ? Gaps::are_refused : Gaps::are_filled;
    Verdict verdict = open_business_day(world, content, at, gaps);
    verdict.events =
        verdict.status == "accepted" ? world.events : std::vector<std::string>{"CommandRefused"};
    if (mode_ == Mode::import || !world.business_day ||
        today - *world.business_day <= kAutoOpenDaysMax) {
      open_days_to(world, today);
    }
    return verdict;
  }
  const bool too_far =
      mode_ == Mode::live && world.business_day && today - *world.business_day > kAutoOpenDaysMax;
  if (!too_far) {
    open_days_to(world, today);
  }
  world.events.clear();
  Verdict verdict = too_far ? refused("day_not_reached") : judges().at(command)(world, content, at);
  verdict.events = world.events;
  if (verdict.status == "refused") {
    verdict.events = {"CommandRefused"};
  }
  return verdict;
}

void Oracle::set_clock(Instant now) {
  clock_ = std::max(clock_, now);
  World& world = *world_;
  if (mode_ == Mode::live && world.business_day &&
      moscow_day(clock_) - *world.business_day <= kAutoOpenDaysMax) {
    open_days_to(world, moscow_day(clock_));
  }
}

void Oracle::learn(std::string_view key, const boost::json::object& result_of_engine) {
  const auto found = keys_.find(std::string(key));
  if (found == keys_.end()) {
    return;
  }
  const Known& known = found->second;
  World& world = *world_;
  const boost::json::value* click = result_of_engine.if_contains("click_id");
  if (known.click && click != nullptr) {
    world.clicks.at(*known.click).id = std::string(click->as_string());
  }
  const boost::json::value* destination = result_of_engine.if_contains("destination_id");
  if (known.destination && destination != nullptr) {
    world.destinations.at(*known.destination).id = std::string(destination->as_string());
  }
  const boost::json::value* id = result_of_engine.if_contains("withdrawal_id");
  if (known.withdrawal && id != nullptr) {
    world.withdrawals.at(*known.withdrawal).id = id->to_number<std::int64_t>();
  }
  const boost::json::value* ext_ref = result_of_engine.if_contains("ext_ref");
  if (known.withdrawal && ext_ref != nullptr) {
    world.withdrawals.at(*known.withdrawal).ext_ref = std::string(ext_ref->as_string());
  }
}

}  // namespace kopilka::simulation
