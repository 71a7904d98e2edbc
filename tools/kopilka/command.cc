#include "tools/kopilka/command.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "engine/app/kafka_place.h"
#include "engine/kafka/connection.h"
#include "engine/model/time.h"
#include "tools/kopilka/shown.h"

namespace kopilka::tools {
namespace {

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

CLI::App& add_noun(CLI::App& root, const std::string& name, const std::string& about) {
  auto* noun = root.add_subcommand(name, about);
  noun->require_subcommand(1);
  noun->footer(fmt::format("`kopilka {} VERB --help` tells more.", name));
  return *noun;
}

CLI::App& add_verb(Program& program, CLI::App& noun, const Verb& verb, Action action) {
  auto* added = noun.add_subcommand(verb.name, verb.about);
  added->footer(
      fmt::format("Everywhere:\n"
                  "  --data DIR                  the store's directory (default: kopilka-data)\n"
                  "  --json                      {}\n\n"
                  "Example:\n  kopilka {}",
                  verb.json, verb.example));
  added->callback([&program, action = std::move(action)] { program.chosen = action; });
  return *added;
}

void let_node_answer(Program& program, CLI::App& verb) {
  verb.preparse_callback([&program](std::size_t) { program.may_ask_node = true; });
}

void add_past(Program& program, CLI::App& verb, Axis axis) {
  auto& settings = program.settings;
  verb.add_option("--as-known", settings.as_known,
                  "what was known then: everything recorded at or before a time, or up to a "
                  "position")
      ->type_name("TIME|POSITION")
      ->check(not_empty());
  if (axis == Axis::both)
    verb.add_option("--as-of", settings.as_of, "what was true on a day, or at a time")
        ->type_name("DATE|TIME")
        ->check(not_empty());
}

CLI::Validator not_empty() {
  return {[](const std::string& text) { return text.empty() ? "must not be empty" : ""; }, ""};
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  if (!is_digits(text) || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  return number;
}

CLI::Option& add_number(CLI::App& verb, const std::string& name, NumberRange range,
                        std::function<void(std::uint64_t)> take, const std::string& about) {
  return *verb.add_option_function<std::string>(
      name,
      [name, range, take = std::move(take)](const std::string& text) {
        const auto number = parse_number(text);
        if (!number || *number < range.min || *number > range.max)
          throw CLI::ValidationError(
              name, fmt::format("`{}` is not a number from {} to {} in plain decimal digits", text,
                                range.min, range.max));
        take(*number);
      },
      about);
}

void add_id(CLI::App& verb, const std::string& name, std::uint64_t& id, const std::string& about) {
  add_number(
      verb, name, {1, model::kIdLimit - 1}, [&id](std::uint64_t given) { id = given; }, about)
      .required()
      ->type_name("");
}

Outcome<shard::Until> until_of(std::string_view option, const std::string& text) {
  shard::Until until;
  if (text.empty()) return until;
  if (is_digits(text)) {
    const auto position = parse_number(text);
    if (!position)
      return usage_error(fmt::format(
          "{} {}: a position is a number in plain decimal digits, without leading zeros", option,
          text));
    until.seq = model::Seq{*position};
    return until;
  }
  until.at = model::parse_instant(text);
  if (!until.at)
    return usage_error(fmt::format(
        "{} {}: neither a position nor a time such as 2019-04-01T00:00:00+03:00", option, text));
  return until;
}

Outcome<app::Place> Settings::place_in(const std::filesystem::path& directory,
                                       bool on_kafka) const {
  if (kafka.empty() && !kafka_config.empty())
    return usage_error("--kafka-config says nothing without --kafka");
  if (!on_kafka) return app::embedded_store(directory);
  KOPILKA_TRY_ASSIGN(const auto reached, connection());
  KOPILKA_TRY_ASSIGN(auto place, app::kafka_store(directory, reached, kafka_prefix));
  return place;
}

Outcome<kafka::Connection> Settings::connection() const {
  kafka::Connection connection{.brokers = kafka};
  if (!kafka_config.empty()) {
    KOPILKA_TRY_ASSIGN(connection.properties, kafka::read_properties(kafka_config));
  }
  return connection;
}

Outcome<std::unique_ptr<app::Reader>> open_reader(const Settings& settings) {
  if (settings.live_reader && settings.as_known.empty()) return settings.live_reader();
  KOPILKA_TRY_ASSIGN(const auto until, until_of("--as-known", settings.as_known));
  KOPILKA_TRY_ASSIGN(auto place, settings.place());
  KOPILKA_TRY_ASSIGN(auto reader, app::Reader::open(std::move(place), until));
  return reader;
}

std::string stand_of(const app::Reader& reader) {
  return stand_of(reader.position(), reader.recorded_at());
}

std::string stand_of(model::Seq position, model::Instant recorded_at) {
  if (position.value() == 0) return "position 0, nothing recorded yet";
  return fmt::format("position {}, recorded {} (Moscow)", position.value(), shown(recorded_at));
}

std::string position_text(model::Seq position) {
  return std::to_string(position.value());
}

}  // namespace kopilka::tools
