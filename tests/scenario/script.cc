#include "tests/scenario/script.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <stdexcept>
#include <string_view>

#include <boost/json.hpp>
#include <fmt/format.h>

namespace kopilka::scenario {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 12> kNumbers{
    "organization_id", "parent_id",     "to_organization_id", "member_id",
    "partner_id",      "withdrawal_id", "freeze_days",        "window_days",
    "employees",       "pedagogues",    "students",           "year"};
constexpr std::array<std::string_view, 3> kTruths{"pilot", "pedagogue", "full_time"};
constexpr std::array<std::string_view, 5> kLists{"categories", "cities", "approvers", "days_off",
                                                 "working_weekends"};

bool among(const auto& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

std::vector<std::string> split(const std::string& text, char by) {
  std::vector<std::string> parts;
  if (text.empty()) return parts;
  std::size_t begin = 0;
  for (auto end = text.find(by); end != std::string::npos; end = text.find(by, begin)) {
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  parts.push_back(text.substr(begin));
  return parts;
}

// Words separated by blanks; double quotes keep blanks and are dropped.
std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words;
  std::string word;
  bool quoted = false;
  bool begun = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
      begun = true;
    } else if (!quoted && (c == ' ' || c == '\t')) {
      if (begun) words.push_back(std::exchange(word, {}));
      begun = false;
    } else {
      word.push_back(c);
      begun = true;
    }
  }
  if (begun) words.push_back(word);
  return words;
}

json::value lines_of(const std::string& text) {
  json::array lines;
  for (const auto& item : split(text, ',')) {
    const auto parts = split(item, ':');
    json::object line{{"line", std::stoll(parts.at(0))}, {"amount", parts.at(1)}};
    if (parts.size() > 2) line["tariff"] = parts.at(2);
    lines.push_back(std::move(line));
  }
  return lines;
}

void put_rate(json::object& tariff, const std::string& text, std::string_view percent,
              std::string_view fixed) {
  if (text.ends_with('%'))
    tariff[percent] = text.substr(0, text.size() - 1);
  else
    tariff[fixed] = text;
}

json::value tariffs_of(const std::string& text) {
  json::array tariffs;
  for (const auto& item : split(text, ',')) {
    const auto colon = item.find(':');
    const auto slash = item.find('/', colon);
    json::object tariff{{"code", item.substr(0, colon)}};
    put_rate(tariff, item.substr(colon + 1, slash - colon - 1), "percent", "fixed");
    put_rate(tariff, item.substr(slash + 1), "commission_percent", "commission_fixed");
    tariffs.push_back(std::move(tariff));
  }
  return tariffs;
}

json::value value_of(const std::string& name, const std::string& text) {
  if (among(kNumbers, name)) return std::stoll(text);
  if (among(kTruths, name)) return text == "true";
  if (name == "lines") return lines_of(text);
  if (name == "tariffs") return tariffs_of(text);
  if (name.ends_with("_at")) return json::value(complete_time(text));
  if (!among(kLists, name)) return json::value(text);
  json::array list;
  for (const auto& item : split(text, ','))
    list.push_back(json::value(item));
  return list;
}

class ScriptReader {
 public:
  void read(const std::filesystem::path& file);
  std::vector<Step> steps;

 private:
  void take(const std::string& line);
  void take_command(const std::vector<std::string>& words);
  void take_answer(const std::vector<std::string>& words);
  void take_check(const std::vector<std::string>& words);
  // Fields from `words` on, `&NAME`s put in; of a name given twice the later counts.
  Fields fields_of(const std::vector<std::string>& words, std::size_t from,
                   std::vector<std::string>* others);

  std::map<std::string, Fields> names_;
  std::filesystem::path file_;
  std::uint64_t number_{0};
  bool included_{false};
};

void set_field(Fields& fields, const std::string& name, const std::string& value) {
  for (auto& field : fields)
    if (field.first == name) {
      field.second = value;
      return;
    }
  fields.emplace_back(name, value);
}

Fields ScriptReader::fields_of(const std::vector<std::string>& words, std::size_t from,
                               std::vector<std::string>* others) {
  Fields fields;
  for (std::size_t i = from; i < words.size(); ++i) {
    const auto& word = words.at(i);
    if (word.starts_with('&')) {
      for (const auto& [name, value] : names_.at(word.substr(1)))
        set_field(fields, name, value);
      continue;
    }
    const auto equals = word.find('=');
    const bool is_field = equals != std::string::npos && equals > 0;
    if (is_field)
      set_field(fields, word.substr(0, equals), word.substr(equals + 1));
    else if (others != nullptr)
      others->push_back(word);
    else
      throw std::runtime_error("`" + word + "` is no field");
  }
  return fields;
}

void ScriptReader::take_command(const std::vector<std::string>& words) {
  json::object command{{"command", words.at(2)}, {"at", complete_time(words.at(1))}};
  command["key"] = included_ ? fmt::format("{}-{}", file_.stem().string(), number_)
                             : fmt::format("line-{}", number_);
  for (const auto& [name, value] : fields_of(words, 3, nullptr))
    command[name] = value_of(name, value);
  steps.back().json = json::serialize(command);
}

void ScriptReader::take_answer(const std::vector<std::string>& words) {
  if (steps.empty() || steps.back().kind != StepKind::command)
    throw std::runtime_error("an answer without a command");
  std::vector<std::string> plain;
  auto& expected = steps.back().expected;
  expected.fields = fields_of(words, 1, &plain);
  expected.status = plain.at(0);
  std::size_t next = 1;
  if (plain.size() > 2 && plain.at(1) == "of") {
    expected.original_status = plain.at(2);
    next = 3;
  }
  if (plain.size() > next) expected.code = plain.at(next);
}

void ScriptReader::take_check(const std::vector<std::string>& words) {
  auto& step = steps.back();
  step.kind = StepKind::check;
  step.fields = fields_of(words, 1, &step.words);
  step.only = !step.words.empty() && step.words.back() == "only";
  if (step.only) step.words.pop_back();
}

void ScriptReader::take(const std::string& line) {
  const auto words = words_of(line);
  if (words.empty() || words.front().starts_with('#')) return;
  if (words.front() == "include") {
    ScriptReader inner = *this;
    inner.included_ = true;
    inner.read(file_.parent_path() / words.at(1));
    names_ = inner.names_;
    steps = std::move(inner.steps);
    return;
  }
  if (words.front() == "let") {
    names_[words.at(1)] = fields_of(words, 2, nullptr);
    return;
  }
  if (words.front() == "=") return take_answer(words);
  Step step;
  step.place = fmt::format("{}:{}", file_.filename().string(), number_);
  steps.push_back(std::move(step));
  const auto begin = line.find_first_not_of(" \t");
  if (words.front() == "at")
    take_command(words);
  else if (words.front() == "check")
    take_check(words);
  else if (words.front() == "raw")
    steps.back().json = line.substr(begin + 4);
  else if (line.at(begin) == '{')
    steps.back().json = line.substr(begin);
  else
    throw std::runtime_error("`" + words.front() + "` begins no line of a scenario");
}

void ScriptReader::read(const std::filesystem::path& file) {
  file_ = file;
  std::ifstream in(file);
  if (!in) throw std::runtime_error("cannot read " + file.string());
  std::string line;
  for (number_ = 1; std::getline(in, line); ++number_) {
    try {
      take(line);
    } catch (const std::exception& error) {
      throw std::runtime_error(fmt::format("{}:{}: {}", file.string(), number_, error.what()));
    }
  }
}

}  // namespace

std::optional<std::string> field(const Step& check, std::string_view name) {
  for (const auto& [key, value] : check.fields)
    if (key == name) return value;
  return std::nullopt;
}

std::string complete_time(const std::string& text) {
  const auto t = text.find('T');
  if (t == std::string::npos) return text;
  std::string out = text;
  const bool has_zone = out.find_first_of("Z+-", t) != std::string::npos;
  const auto clock = out.substr(t + 1, out.find_first_of("Z+-", t) - t - 1);
  if (clock.size() == 5) out.insert(t + 6, ":00");
  return has_zone ? out : out + "+03:00";
}

std::vector<Step> read_script(const std::filesystem::path& file) {
  ScriptReader reader;
  reader.read(file);
  return std::move(reader.steps);
}

}  // namespace kopilka::scenario
