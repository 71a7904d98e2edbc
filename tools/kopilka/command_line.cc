#include <algorithm>
#include <sstream>
#include <string_view>
#include <utility>

#include "tools/kopilka/command.h"
#include "tools/kopilka/node.h"
#include "tools/kopilka/usage.h"

namespace kopilka::tools {
namespace {

constexpr std::string_view kFooter =
    "Exit codes: 0 done, 1 refused or a check found something, 2 usage, 3 not available,\n"
    "4 corrupt, 130 ended by Ctrl-C or SIGTERM: an import goes on when it is given again.\n"
    "`kopilka NOUN VERB --help` shows an example of each.\n\n"
    "Start:\n"
    "  kopilka demo\n"
    "  kopilka init --data store\n"
    "  kopilka import commands.ndjson --data store --results results.ndjson\n"
    "  kopilka member balance 42 --data store";

}  // namespace

void describe(Program& program, CLI::App& root) {
  root.fallthrough();
  root.require_subcommand(1);
  root.set_version_flag("--version", "kopilka " KOPILKA_VERSION);
  root.add_option_function<std::string>(
          "--data",
          [&program](const std::string& directory) {
            program.settings.data = directory;
            program.settings.was_data_named = true;
          },
          "the store's directory (default: kopilka-data)")
      ->type_name("DIR")
      ->check(not_empty());
  root.add_option("--kafka", program.settings.kafka,
                  "the log is on Kafka, there: host:port,host:port (default: in --data)")
      ->type_name("BROKERS")
      ->check(not_empty());
  root.add_option("--kafka-prefix", program.settings.kafka_prefix,
                  "what the names of the topics begin with (default: kopilka)")
      ->type_name("NAME")
      ->check(not_empty());
  root.add_option("--kafka-config", program.settings.kafka_config,
                  "TLS, SASL and the like, as name=value lines of librdkafka")
      ->type_name("FILE")
      ->check(not_empty());
  root.add_flag("--json", program.settings.json,
                "one JSON document, for programs (log tail: one a line)");
  root.footer(std::string(kFooter));
  add_init(program, root);
  add_import(program, root);
  add_member(program, root);
  add_purchase(program, root);
  add_withdrawal(program, root);
  add_partner(program, root);
  add_organization(program, root);
  add_books(program, root);
  add_log(program, root);
  add_projection(program, root);
  add_node(program, root);
  add_demo(program, root);
  add_later(program, root);
}

Outcome<ExitCode> run(Program& program, std::vector<std::string> arguments) {
  CLI::App root("A ledger of members' cashback: every kopeck accounted for, every event kept.",
                "kopilka");
  describe(program, root);
  program.arguments = arguments;
  try {
    std::ranges::reverse(arguments);  // as CLI11 wants them
    root.parse(arguments);
  } catch (const CLI::Success& asked) {
    std::ostringstream text;
    root.exit(asked, text, text);
    program.console.print(text.str());
    return ExitCode::done;
  } catch (const CLI::ParseError& error) {
    return usage_error(usage_words(root, error));
  }
  if (program.may_ask_node) {
    KOPILKA_TRY_ASSIGN(const auto answered, ask_node(program));
    if (answered) return *answered;
  }
  return program.chosen();
}

}  // namespace kopilka::tools
