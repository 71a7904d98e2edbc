#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "engine/app/node.h"
#include "engine/app/place.h"
#include "engine/app/reader.h"
#include "engine/kafka/connection.h"
#include "engine/model/ids.h"
#include "engine/shard/follower.h"
#include "tools/kopilka/console.h"
#include "tools/kopilka/exit_code.h"

namespace kopilka::tools {

// What the command line said, for every command alike.
struct Settings {
  std::filesystem::path data{"kopilka-data"};
  bool was_data_named{false};
  bool json{false};
  std::string kafka;  // brokers; empty: the log is in the store's directory
  std::string kafka_prefix{"kopilka"};
  std::string kafka_config;
  std::string as_known;  // empty: now
  std::string as_of;     // empty: every movement
  // A reader over what this process folds itself, when it is a node; empty: it is none.
  std::function<Outcome<std::unique_ptr<app::Reader>>()> live_reader;
  std::function<app::NodeStatus()> node_status;

  // The store that is meant; nothing of it is opened yet.
  [[nodiscard]] Outcome<app::Place> place() const { return place_in(data, !kafka.empty()); }
  [[nodiscard]] Outcome<app::Place> place_in(const std::filesystem::path& directory,
                                             bool on_kafka) const;
  // How to reach the brokers. REQUIRES: --kafka
  [[nodiscard]] Outcome<kafka::Connection> connection() const;
};

// One run of the program. A noun's file adds its verbs with what each does; `main` calls the one
// that was named.
struct Program {
  Settings settings;
  Console console;
  std::function<Outcome<ExitCode>()> chosen;
  bool may_ask_node{false};            // of the chosen verb: a running node may answer it
  std::vector<std::string> arguments;  // as they were given
};

using Action = std::function<Outcome<ExitCode>()>;

// `kopilka member`: what it is about; a verb must follow.
CLI::App& add_noun(CLI::App& root, const std::string& name, const std::string& about);

struct Verb {
  std::string name;
  std::string about;
  std::string example;                                  // without `kopilka `
  std::string json{"one JSON document, for programs"};  // what --json makes it print
};
CLI::App& add_verb(Program& program, CLI::App& noun, const Verb& verb, Action action);

// A read that a node running over the store answers at once from what it holds.
void let_node_answer(Program& program, CLI::App& verb);

// `--as-known`, for every read; `--as-of`, where a read has the effective axis.
enum class Axis : unsigned char { recorded, both };
void add_past(Program& program, CLI::App& verb, Axis axis);

// For a value that must not be empty, as one is that a shell makes of a variable that is not set.
[[nodiscard]] CLI::Validator not_empty();

// Decimal digits without a leading zero, no sign; nothing: the text is no such number. CLI11 reads
// as C does, so that 052 names member 42: every number of the command line goes through this.
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view text);

// Both ends inclusive.
struct NumberRange {
  std::uint64_t min{0};
  std::uint64_t max{std::numeric_limits<std::uint64_t>::max()};
};
// An option that takes a number; left alone when it is not given.
CLI::Option& add_number(CLI::App& verb, const std::string& name, NumberRange range,
                        std::function<void(std::uint64_t)> take, const std::string& about);
// A required id, positive and below 2^53.
void add_id(CLI::App& verb, const std::string& name, std::uint64_t& id, const std::string& about);

// What an option says that names a point of history: all digits are a position, else it is a time;
// empty: now.
[[nodiscard]] Outcome<shard::Until> until_of(std::string_view option, const std::string& text);

// The store, now or as `--as-known` says.
[[nodiscard]] Outcome<std::unique_ptr<app::Reader>> open_reader(const Settings& settings);

// "position 41, recorded 2019-04-01 00:00:00 (Moscow)".
[[nodiscard]] std::string stand_of(const app::Reader& reader);
[[nodiscard]] std::string stand_of(model::Seq position, model::Instant recorded_at);
[[nodiscard]] std::string position_text(model::Seq position);

// The whole command line, with what each verb does. `program` must outlive it.
void describe(Program& program, CLI::App& root);
// Parses the arguments after the program's name and does what they say. Prints help and version.
[[nodiscard]] Outcome<ExitCode> run(Program& program, std::vector<std::string> arguments);

// Each noun's verbs.
void add_init(Program& program, CLI::App& root);
void add_import(Program& program, CLI::App& root);
void add_member(Program& program, CLI::App& root);
void add_purchase(Program& program, CLI::App& root);
void add_withdrawal(Program& program, CLI::App& root);
void add_partner(Program& program, CLI::App& root);
void add_organization(Program& program, CLI::App& root);
void add_books(Program& program, CLI::App& root);
void add_log(Program& program, CLI::App& root);
void add_projection(Program& program, CLI::App& root);
void add_node(Program& program, CLI::App& root);
void add_demo(Program& program, CLI::App& root);
// What a later release brings: says so, with exit 3.
void add_later(Program& program, CLI::App& root);

}  // namespace kopilka::tools
