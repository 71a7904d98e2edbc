#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <source_location>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "engine/model/event.h"
#include "engine/model/ids.h"
#include "engine/model/time.h"
#include "engine/state/row_codec.h"
#include "tests/support/describe.h"

// Rules as stories:
//
//   Story<World>(noon("2019-03-01"))
//       .given(central_union(), admitted(42))
//       .when(SuspendMembership{...})
//       .then(MembershipSuspended{...});
//
// A World is what is ruled: default-constructible, with
//   fold(event, seq, recorded_at)   for each event that a story gives or a rule records;
//   decide(command, now)            -> std::expected<std::vector<DatedEvent>, Refused>.
namespace kopilka::support {

// An event that a rule should record, and when it should be true if the test cares.
struct Expected {
  std::optional<model::Instant> effective_at;
  model::Event event;

  template <class Fact>
    requires std::constructible_from<model::Event, Fact>
  Expected(Fact fact) : event(std::move(fact)) {}  // NOLINT(google-explicit-constructor)
  Expected(model::Instant at, model::Event fact) : effective_at(at), event(std::move(fact)) {}
};

[[nodiscard]] inline Expected effective(model::Instant at, model::Event event) {
  return {at, std::move(event)};
}

[[nodiscard]] inline bool equal(const model::Event& one, const model::Event& other) {
  const auto bytes = [](const model::Event& event) {
    return std::visit([](const auto& fact) { return state::encode_row(fact); }, event);
  };
  return one.index() == other.index() && bytes(one) == bytes(other);
}

template <class Decision>
class Outcome {
 public:
  using Refused = typename Decision::error_type;

  Outcome(Decision decision, std::source_location where)
      : decision_(std::move(decision)), where_(where) {}

  // Exactly these events, in this order.
  template <class... Facts>
    requires(std::constructible_from<Expected, Facts> && ...)
  void then(Facts... facts) const {
    check(std::vector<Expected>{Expected(std::move(facts))...});
  }
  void then(Refused refused) const {
    if (decision_ || decision_.error() != refused)
      fail("expected:\n  refused " + describe(refused) + "\ngot:\n" + got());
  }
  [[nodiscard]] const Decision& decision() const { return decision_; }

 private:
  void check(const std::vector<Expected>& expected) const {
    bool is_equal = decision_ && decision_->size() == expected.size();
    for (std::size_t i = 0; is_equal && i < expected.size(); ++i) {
      const model::DatedEvent& actual = decision_->at(i);
      const Expected& wanted = expected[i];
      is_equal = equal(actual.event, wanted.event) &&
                 wanted.effective_at.value_or(actual.effective_at) == actual.effective_at;
    }
    if (is_equal) return;
    std::string text = "expected:\n";
    for (const auto& wanted : expected)
      text += line(wanted.effective_at, wanted.event);
    if (expected.empty()) text += "  nothing\n";
    fail(text + "got:\n" + got());
  }

  [[nodiscard]] std::string got() const {
    if (!decision_) return "  refused " + describe(decision_.error()) + '\n';
    std::string text;
    for (const auto& actual : *decision_)
      text += line(actual.effective_at, actual.event);
    return text.empty() ? "  nothing\n" : text;
  }
  static std::string line(std::optional<model::Instant> at, const model::Event& event) {
    return "  " + (at ? model::to_text(*at) : std::string("(any time)")) + ' ' + describe(event) +
           '\n';
  }
  void fail(const std::string& text) const {
    ADD_FAILURE_AT(where_.file_name(), static_cast<int>(where_.line())) << text;
  }

  Decision decision_;
  std::source_location where_;
};

template <class World>
class Story {
 public:
  explicit Story(model::Instant now) : now_(now) {}

  // What is recorded or commanded from here on is so at `now`.
  Story& at(model::Instant now) {
    now_ = now;
    return *this;
  }

  // Facts of the past, each an event of its own.
  Story& given(const auto&... events) {
    (fold(model::Event(events)), ...);
    return *this;
  }

  // A command of the past, which must have been accepted.
  template <class Command>
  Story& after(const Command& command,
               std::source_location where = std::source_location::current()) {
    const auto outcome = when(command, where);
    if (!outcome.decision())
      ADD_FAILURE_AT(where.file_name(), static_cast<int>(where.line()))
          << "refused: " << describe(outcome.decision().error());
    return *this;
  }

  // Decides the command at `now` and folds what it records.
  template <class Command>
  auto when(const Command& command, std::source_location where = std::source_location::current()) {
    auto decision = world_.decide(command, now_);
    if (decision)
      for (const auto& dated : *decision)
        fold(dated.event);
    return Outcome(std::move(decision), where);
  }

  [[nodiscard]] World& world() { return world_; }
  [[nodiscard]] model::Seq last_seq() const { return last_seq_; }

 private:
  void fold(const model::Event& event) {
    last_seq_ = model::next(last_seq_);
    std::visit([&](const auto& fact) { world_.fold(fact, last_seq_, now_); }, event);
  }

  World world_{};
  model::Instant now_;
  model::Seq last_seq_;
};

}  // namespace kopilka::support
