#include <filesystem>
#include <vector>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "engine/model/time.h"
#include "tests/scenario/play.h"
#include "tests/scenario/script.h"

// The stories of this folder in process: the same files that the command line plays.
namespace kopilka::scenario {
namespace {

namespace json = boost::json;

std::string show(const json::value& value) {
  if (value.is_string()) return std::string(value.as_string());
  return json::serialize(value);
}

bool agrees(const std::string& name, const std::string& expected, const std::string& actual) {
  if (!name.ends_with("_at")) return expected == actual;
  return model::parse_instant(complete_time(expected)) == model::parse_instant(actual);
}

void judge_answer(const Step& step, const json::object& answer) {
  const auto& expected = step.expected;
  const auto text = json::serialize(answer);
  EXPECT_EQ(show(answer.at("status")), expected.status) << step.place << " " << text;
  const bool names_original = !expected.original_status.empty() && answer.contains("original");
  const auto& first = names_original ? answer.at("original").as_object() : answer;
  if (names_original) {
    EXPECT_EQ(show(first.at("status")), expected.original_status) << step.place;
  }
  // A malformed line may have more than one fault; which comes first the parser's tests say.
  if (!expected.code.empty() && expected.status != "invalid") {
    EXPECT_EQ(first.contains("code") ? show(first.at("code")) : "", expected.code)
        << step.place << " " << text;
  }
  const auto* original = answer.if_contains("original");
  const auto& holder = original != nullptr ? original->as_object() : answer;
  for (const auto& [name, value] : expected.fields) {
    const auto* result = holder.if_contains("result");
    const auto* actual = result != nullptr ? result->as_object().if_contains(name) : nullptr;
    const auto shown = actual != nullptr ? show(*actual) : "nothing";
    EXPECT_TRUE(agrees(name, value, shown))
        << step.place << ": " << name << " is " << shown << ", expected " << value;
  }
}

void judge_check(const Step& step, const Shown& actual) {
  for (const auto& [name, value] : step.fields) {
    if (name == "as_known" || name == "as_of") continue;
    const auto it = actual.find(name);
    const auto shown = it != actual.end() ? it->second : "nothing";
    EXPECT_TRUE(agrees(name, value, shown))
        << step.place << ": " << name << " is " << shown << ", expected " << value;
  }
  if (!step.only) return;
  for (const auto& [name, value] : actual) {
    if (field(step, name)) continue;
    EXPECT_EQ(value, "0.00") << step.place << ": " << name;
  }
}

class Story : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(Story, comes_out_as_told) {
  Play play;
  for (const auto& step : read_script(GetParam())) {
    if (step.kind == StepKind::command) {
      judge_answer(step, play.send(step.json));
    } else {
      judge_check(step, play.read(step));
    }
    if (HasFailure()) return;
  }
  for (const auto& violation : play.violations())
    ADD_FAILURE() << violation.invariant << ": " << violation.what;
}

std::vector<std::filesystem::path> stories() {
  std::vector<std::filesystem::path> files;
  const auto folder = std::filesystem::path(KOPILKA_SOURCE_DIR) / "tests" / "scenario";
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".scenario") files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

INSTANTIATE_TEST_SUITE_P(InProcess, Story, testing::ValuesIn(stories()),
                         [](const auto& story) { return story.param.stem().string(); });

}  // namespace
}  // namespace kopilka::scenario
