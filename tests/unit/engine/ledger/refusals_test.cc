#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "engine/model/refusal.h"

// Every code that a rule may give is expected by a test of a rule: one that no test knows is either
// dead or untested.
namespace kopilka::ledger {
namespace {

using model::Refusal;

// No command of this release can cause these: nobody closes an organisation yet, and no network is
// throttled inside of the engine.
const std::set<Refusal> kNotYet{Refusal::organization_closed, Refusal::throttled};

std::string tests_of_rules() {
  std::string all;
  const std::filesystem::path root(KOPILKA_SOURCE_DIR "/tests/unit/engine");
  for (const auto* room : {"ledger", "registry", "shard"}) {
    if (!std::filesystem::exists(root / room)) continue;
    for (const auto& entry : std::filesystem::directory_iterator(root / room)) {
      if (entry.path().extension() != ".cc" || entry.path().filename() == "refusals_test.cc")
        continue;
      std::ifstream file(entry.path());
      all.append(std::istreambuf_iterator<char>(file), {});
    }
  }
  return all;
}

bool names(std::string_view text, std::string_view code) {
  const std::string wanted = "Refusal::" + std::string(code);
  for (auto at = text.find(wanted); at != std::string_view::npos; at = text.find(wanted, at + 1)) {
    const auto end = at + wanted.size();
    const bool is_whole =
        end == text.size() || (text[end] != '_' && (text[end] < 'a' || text[end] > 'z'));
    if (is_whole) return true;
  }
  return false;
}

TEST(RefusalCodes, are_each_expected_by_a_test_of_a_rule) {
  const auto text = tests_of_rules();
  for (std::size_t i = 0; i < model::kNames<Refusal>.size(); ++i) {
    const auto code = static_cast<Refusal>(i);
    if (kNotYet.contains(code)) continue;
    EXPECT_TRUE(names(text, model::name_of(code))) << model::name_of(code);
  }
}

}  // namespace
}  // namespace kopilka::ledger
