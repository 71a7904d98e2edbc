#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/simulation/random.h"
#include "tests/simulation/topic/chorus.h"
#include "tests/support/topic_world.h"

namespace kopilka::simulation {

// What a failing run needs to be played again.
struct TopicPlan {
  std::uint64_t seed{1};
  std::uint64_t steps{400};
};
// `--seed=7 --steps=400`
[[nodiscard]] std::string describe(const TopicPlan& plan);

// A seeded history of candidates that own, lose and regain one log, over a topic where everything
// goes wrong; every fourth seed also cuts it off.
class TopicHistory {
 public:
  explicit TopicHistory(const TopicPlan& plan);

  // Plays it. Nothing: all readers agreed after every step, and every promise was kept.
  [[nodiscard]] std::optional<std::string> play();

  struct Counts {
    std::uint64_t acknowledged{0};
    std::uint64_t unknown{0};
    std::uint64_t fenced{0};
    std::uint64_t acquired{0};
    std::uint64_t cuts{0};
  };
  [[nodiscard]] const Counts& counts() const { return counts_; }

 private:
  // Bookmarks that survive the candidate's crashes.
  struct Candidate {
    std::unique_ptr<topic_log::KeptBookmarks> bookmarks =
        std::make_unique<topic_log::KeptBookmarks>();
    topic_log::Node node;
    std::optional<support::BatchMaker> batches;  // while it believes that it owns the log
    std::deque<base::Hash256> in_flight;
  };
  // A standby's reader and what it was shown.
  struct Observer {
    std::unique_ptr<ports::LogReader> reader;
    std::uint64_t shown{0};
    bool stopped{false};
  };

  void step();
  void use(Candidate& candidate);
  void acquire(Candidate& candidate);
  void submit(Candidate& candidate);
  void poll(Candidate& candidate);
  void restart(Candidate& candidate);
  void disturb(Candidate& candidate);
  void disturb_topic();
  void plan_fates(Candidate& candidate);
  void repeat_record();
  void cut_off();
  void settle();
  void observe();
  void check();
  void check_readers();
  void calm_down();
  void hear();
  void fail(const std::string& what);

  TopicPlan plan_;
  Random random_;
  topic_log::TopicWorld world_;
  std::vector<Candidate> candidates_;
  std::vector<Observer> observers_;
  topic_log::Node standby_;
  Chorus chorus_;
  std::vector<base::Hash256> acknowledged_;
  std::vector<base::Hash256> excused_;    // in flight while the topic was cut off
  std::vector<base::Hash256> unsettled_;  // sent, unknown, and did not count so far
  std::vector<base::Hash256> gone_;       // they did not count when their log was acquired again
  Counts counts_;
  std::optional<std::string> failure_;
  bool stopped_{false};  // the log can be read no further, as it should be
};

}  // namespace kopilka::simulation
