#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "engine/app/engine.h"
#include "engine/ledger/invariants.h"
#include "engine/memory/clock.h"
#include "engine/memory/event_log.h"
#include "engine/model/time.h"
#include "engine/shard/follower.h"
#include "projections/runtime/as_known.h"
#include "tests/scenario/script.h"

namespace kopilka::scenario {

// What a check may compare, by its names and as text.
using Shown = std::map<std::string, std::string>;

// The engine over memory ports, and what can be read of it. Every read folds the log anew, so the
// replay is checked along the way.
class Play {
 public:
  Play();

  // The answer to a command's line, as JSON.
  boost::json::object send(const std::string& line);
  // What a check asks for. Throws std::runtime_error where nothing is known of it.
  Shown read(const Step& check);
  std::vector<ledger::Violation> violations();

 private:
  shard::Follower fold(const Step& check);
  Shown balance(const Step& check);
  Shown partner(const Step& check);
  Shown books(const Step& check);
  Shown purchase(const Step& check);
  Shown purchases(const Step& check);
  Shown withdrawal(const Step& check);
  Shown withdrawals(const Step& check);
  Shown statement(const Step& check);
  Shown member(const Step& check);
  Shown organization(const Step& check);
  Shown roster(const Step& check);
  Shown statistics(const Step& check);
  // The Moscow day that a read by day is of.
  model::Date day_of(const Step& check);
  template <class Model>
  projections::runtime::Known<Model> known(const Step& check);

  memory::SeededRandom random_;
  std::shared_ptr<memory::MemoryLog> content_;
  std::unique_ptr<app::Engine> engine_;
  std::uint64_t lines_{0};
};

}  // namespace kopilka::scenario
