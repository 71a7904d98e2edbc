#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "engine/memory/state_store.h"
#include "engine/model/event.h"
#include "engine/state/reads.h"
#include "engine/state/table.h"
#include "projections/runtime/read_model.h"
#include "projections/runtime/read_model_host.h"
#include "tests/support/loaned_store.h"

namespace kopilka::projections::runtime {

struct WordKey {
  std::string word;
  bool operator==(const WordKey&) const = default;
  static void fields(auto&& self, auto&& field) { field(0, "word", self.word); }
};
struct Times {
  std::uint64_t count{0};
  model::Seq last;
  static void fields(auto&& self, auto&& field) {
    field(0, "count", self.count);
    field(1, "last", self.last);
  }
};

// The smallest read model: how often each command was refused. "poison" makes no sense to it, and
// "forget" empties the row of "a".
template <std::uint32_t Version>
struct TallyOf {
  class Reader {
   public:
    Reader(const TallyOf& model, ports::StateStore* store) : model_(&model), store_(store) {}
    [[nodiscard]] std::uint64_t count(const std::string& word) const {
      const auto row = state::read_row(model_->words, store_, WordKey{word}).value();
      return row ? row->count : 0;
    }

   private:
    const TallyOf* model_;
    ports::StateStore* store_;
  };
  static constexpr std::string_view kName = "tally";
  static constexpr std::uint32_t kVersion = Version;

  state::Table<WordKey, Times> words{'w'};

  base::Result<void> fold(const model::DatedEvent& dated, model::Seq seq, model::Instant) {
    const auto* refused = std::get_if<model::CommandRefused>(&dated.event);
    if (refused == nullptr) return {};
    if (refused->command == "poison") return base::fail(base::ErrorKind::corrupt, "poisoned");
    if (refused->command == "forget") {
      words.erase({"a"});
      return {};
    }
    auto& row = words.edit({refused->command});
    ++row.count;
    row.last = seq;
    return {};
  }
  void for_each_table(auto&& visit) { visit(words); }
  void for_each_table(auto&& visit) const { visit(words); }
};
using Tally = TallyOf<1>;

inline model::Event word(std::string text) {
  model::CommandRefused event;
  event.command = std::move(text);
  return event;
}

// Stores that outlive the hosts which open them, as directories do.
class Shelf {
 public:
  [[nodiscard]] StoreFactory factory() {
    return [this](std::string_view name, Opening opening) { return open(name, opening); };
  }
  [[nodiscard]] memory::MemoryStateStore& at(const std::string& name) { return *stores_.at(name); }
  [[nodiscard]] bool has(const std::string& name) const { return stores_.contains(name); }
  [[nodiscard]] int emptied() const { return emptied_; }

 private:
  base::Result<std::unique_ptr<ports::StateStore>> open(std::string_view name, Opening opening) {
    auto& store = stores_[std::string(name)];
    if (!store) store = std::make_shared<memory::MemoryStateStore>();
    if (opening == Opening::emptied) {
      store->lose_everything();
      ++emptied_;
    }
    return std::make_unique<support::LoanedStore>(store);
  }

  std::map<std::string, std::shared_ptr<memory::MemoryStateStore>> stores_;
  int emptied_{0};
};

}  // namespace kopilka::projections::runtime
