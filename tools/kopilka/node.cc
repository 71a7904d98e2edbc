#include "tools/kopilka/node.h"

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "engine/app/derived.h"
#include "engine/app/kafka_node.h"
#include "engine/app/local_socket.h"
#include "engine/codec/json_writer.h"
#include "engine/kafka/connection.h"
#include "engine/system/system_clock.h"
#include "engine/system/system_random.h"
#include "engine/system/system_steady_time.h"
#include "tools/kopilka/interrupt.h"
#include "tools/kopilka/shown.h"
#include "tools/kopilka/table.h"

namespace kopilka::tools {
namespace {

// How long brokers are waited for that do not answer from the start.
constexpr std::chrono::milliseconds kStartMax{20'000};
constexpr std::chrono::milliseconds kTurn{50};
constexpr std::chrono::seconds kPatience{20};
constexpr std::uint64_t kPartitionsMax = exchange::kInboundPartitionsMax;

struct RunArguments {
  bool claim{false};
  std::uint64_t partitions{1};
};

// --- what a node says of itself ------------------------------------------------------------------

std::string_view name_of(app::NodeRole role) {
  return role == app::NodeRole::owner ? "owner" : "standby";
}

std::string status_json(const app::NodeStatus& status) {
  codec::JsonWriter out;
  out.begin_object();
  out.member("running", true);
  out.member("role", name_of(status.role));
  out.member("chosen", status.is_chosen);
  out.member("epoch", status.head.epoch);
  out.member("owner", base::to_hex(base::view_of(status.head.owner)));
  out.member("position", position_text(status.head.last_seq));
  out.member("log_end", position_text(status.log_end));
  out.member("lag", status.log_end.value() - status.head.last_seq.value());
  out.member("head_hash", base::to_hex(base::view_of(status.head.hash)));
  if (status.role == app::NodeRole::owner) {
    out.member("published", position_text(status.published));
    out.member("answered", status.answered);
    out.name("inbound");
    out.begin_array();
    for (std::size_t i = 0; i < status.inbound.size(); ++i) {
      out.begin_object();
      out.member("partition", i);
      out.member("position", status.inbound[i].position);
      out.end_object();
    }
    out.end_array();
  }
  out.name("troubles");
  out.value(status.troubles);
  out.end_object();
  return out.take();
}

std::string status_text(const app::NodeStatus& status, const Console& console) {
  const auto lag = status.log_end.value() - status.head.last_seq.value();
  Table table({{""}, {""}});
  table.add({"this node", std::string(name_of(status.role))});
  table.add({"epoch", std::to_string(status.head.epoch.value())});
  table.add({"owner", base::to_hex(base::view_of(status.head.owner))});
  table.add({"position", std::to_string(status.head.last_seq.value())});
  table.add({"lag", fmt::format("{} events", shown_count(lag))});
  if (status.role == app::NodeRole::owner) {
    table.add({"published", std::to_string(status.published.value())});
    table.add({"commands answered", shown_count(status.answered)});
  }
  auto text = table.text(console);
  for (const auto& trouble : status.troubles)
    text += console.bad("trouble: ") + trouble + "\n";
  return text;
}

// --- answering others ----------------------------------------------------------------------------

// A request is a JSON array: the arguments of a command line.
std::optional<std::vector<std::string>> arguments_of(base::ByteView request) {
  boost::system::error_code failed;
  const auto parsed = boost::json::parse(request, failed);
  if (failed || !parsed.is_array()) return std::nullopt;
  std::vector<std::string> arguments;
  for (const auto& argument : parsed.as_array()) {
    if (!argument.is_string()) return std::nullopt;
    arguments.emplace_back(argument.as_string());
  }
  return arguments;
}

struct Reply {
  ExitCode exit{ExitCode::done};
  std::string printed;
  std::string message;  // why it failed
};

std::string reply_text(const Reply& reply) {
  boost::json::object object;
  object["exit"] = static_cast<int>(reply.exit);
  object["printed"] = reply.printed;
  object["message"] = reply.message;
  return boost::json::serialize(object);
}

Reply failure(const Failure& why) {
  return {.exit = why.exit, .printed = {}, .message = why.message};
}

// One that answers for as long as it is told to.
class Answering {
 public:
  Answering(app::Node& node, app::Place place) : node_(node), place_(std::move(place)) {}

  base::Bytes operator()(base::ByteView request) {
    const auto arguments = arguments_of(request);
    if (!arguments) return reply_text(failure({ExitCode::usage, "this is no request"}));
    return reply_text(answer(*arguments));
  }

 private:
  Reply answer(const std::vector<std::string>& arguments) {
    Reply reply;
    Program asked{.settings = {}, .console = Console(reply.printed)};
    asked.settings.live_reader = [this]() -> Outcome<std::unique_ptr<app::Reader>> {
      KOPILKA_TRY_ASSIGN(const auto live, node_.look());
      return app::Reader::over(place_, live);
    };
    asked.settings.node_status = [this] { return node_.status(); };
    const auto outcome = run(asked, arguments);
    if (!outcome) return failure(outcome.error());
    reply.exit = *outcome;
    return reply;
  }

  app::Node& node_;
  app::Place place_;
};

// --- node run ------------------------------------------------------------------------------------

// Tells a person, or with --json a program, whenever the node's role or troubles change.
class Telling {
 public:
  explicit Telling(const Program& program) : program_(program) {}

  void look(const app::NodeStatus& status) {
    auto now = fmt::format("{} {} {}", name_of(status.role), status.head.epoch.value(),
                           fmt::join(status.troubles, "|"));
    if (now == told_) return;
    told_ = std::move(now);
    if (program_.settings.json) {
      program_.console.print(status_json(status) + "\n");
      static_cast<void>(program_.console.flush());
      return;
    }
    program_.console.note(
        fmt::format("kopilka: {} in epoch {} at position {}{}{}", name_of(status.role),
                    status.head.epoch.value(), status.head.last_seq.value(),
                    status.troubles.empty() ? "" : ": ", fmt::join(status.troubles, "; ")));
  }

 private:
  const Program& program_;
  std::string told_;
};

// A node puts a question once, since it looks after others meanwhile, and comes back to it. While
// it begins there are no others: brokers that are just starting, or lack a leader, are waited for.
Outcome<std::unique_ptr<app::Node>> open_node(const Settings& settings,
                                              const RunArguments& arguments, ports::Random& random,
                                              ports::Clock& clock, ports::SteadyTime& time) {
  KOPILKA_TRY_ASSIGN(auto connection, settings.connection());
  connection.questions_max = 1;
  const app::KafkaNodePlace wanted{
      .root = settings.data,
      .connection = std::move(connection),
      .prefix = settings.kafka_prefix,
      .inbound_partitions = static_cast<ports::PartitionNumber>(arguments.partitions)};
  const app::NodeOptions options{.deciding = {.day_mode = shard::DayMode::live}};
  const auto begun = time.now();
  for (;;) {
    auto node = app::open_kafka_node(wanted, options, random, clock, time);
    if (node) return node;
    const bool may_pass = node.error().kind == base::ErrorKind::io;
    if (!may_pass || interrupted().load() || time.now() - begun >= kStartMax)
      return std::unexpected(Failure(std::move(node).error()));
    time.wait(kTurn);
  }
}

Outcome<ExitCode> run_node(Program& program, const RunArguments& arguments) {
  const auto& settings = program.settings;
  if (settings.kafka.empty())
    return usage_error(
        "node run works on a log on Kafka, which several nodes share: name its brokers with "
        "--kafka");
  KOPILKA_TRY_ASSIGN(auto place, settings.place());
  catch_interrupts();
  system::SystemRandom random;
  system::SystemClock clock;
  system::SystemSteadyTime time;
  KOPILKA_TRY_ASSIGN(const auto node, open_node(settings, arguments, random, clock, time));
  KOPILKA_TRY_ASSIGN(auto server, app::LocalServer::listen(place.layout.node_socket()));
  Answering answering(*node, place);
  Telling telling(program);
  if (arguments.claim) node->claim();
  while (!interrupted().load()) {
    KOPILKA_TRY(node->turn(kTurn));
    server.turn(time.now(), [&](base::ByteView request) { return answering(request); });
    telling.look(node->status());
  }
  KOPILKA_TRY(node->close());
  if (!settings.json)
    program.console.note("kopilka: stopped; what it answered is recorded, the rest waits in Kafka");
  return ExitCode::done;
}

// --- node status ---------------------------------------------------------------------------------

// Without a node that runs: what the log says, and how far the rows here are.
Outcome<ExitCode> show_stopped(Program& program) {
  KOPILKA_TRY_ASSIGN(const auto place, program.settings.place());
  KOPILKA_TRY(app::expect_store(place));
  system::SystemRandom random;
  KOPILKA_TRY_ASSIGN(const auto rows, app::open_state_for_reading(place.layout));
  KOPILKA_TRY_ASSIGN(const auto log, place.log->open(random));
  KOPILKA_TRY_ASSIGN(const auto head, log->head());
  const auto position = rows.head ? rows.head->last_seq : model::Seq{};
  const auto lag = head.last_seq.value() - position.value();
  if (program.settings.json) {
    codec::JsonWriter out;
    out.begin_object();
    out.member("running", false);
    out.member("epoch", head.epoch);
    out.member("owner", base::to_hex(base::view_of(head.owner)));
    out.member("position", position_text(position));
    out.member("log_end", position_text(head.last_seq));
    out.member("lag", lag);
    out.member("head_hash", base::to_hex(base::view_of(head.hash)));
    out.end_object();
    program.console.print(out.take() + "\n");
    return ExitCode::done;
  }
  program.console.print(fmt::format(
      "No node runs in {}.\nThe log was last written in epoch {} by {} and ends at position {}; "
      "the "
      "rows here are {} events behind.\n",
      place.layout.root.string(), head.epoch.value(), base::to_hex(base::view_of(head.owner)),
      head.last_seq.value(), shown_count(lag)));
  return ExitCode::done;
}

Outcome<ExitCode> show_status(Program& program) {
  if (!program.settings.node_status) return show_stopped(program);
  const auto status = program.settings.node_status();
  program.console.print(program.settings.json ? status_json(status) + "\n"
                                              : status_text(status, program.console));
  return ExitCode::done;
}

}  // namespace

Outcome<std::optional<ExitCode>> ask_node(const Program& program) {
  const auto& settings = program.settings;
  // A node answers itself; and it holds what is, not what was.
  if (settings.live_reader || !settings.as_known.empty() || !settings.as_of.empty())
    return std::nullopt;
  boost::json::array request(program.arguments.begin(), program.arguments.end());
  const auto answered = app::ask_local(app::Layout{settings.data}.node_socket(),
                                       boost::json::serialize(request), kPatience);
  if (!answered) return std::unexpected(Failure(answered.error()));
  if (!*answered) return std::nullopt;
  boost::system::error_code failed;
  const auto reply = boost::json::parse(**answered, failed);
  if (failed || !reply.is_object() || !reply.as_object().contains("exit"))
    return std::unexpected(Failure(ExitCode::not_available, "the node's answer is not understood"));
  const auto& object = reply.as_object();
  const auto exit = static_cast<ExitCode>(object.at("exit").as_int64());
  const std::string message(object.at("message").as_string());
  if (!message.empty()) return std::unexpected(Failure(exit, message));
  program.console.print(std::string(object.at("printed").as_string()));
  return exit;
}

void add_node(Program& program, CLI::App& root) {
  auto& noun = add_noun(root, "node", "one of several processes on one log in Kafka");
  auto arguments = std::make_shared<RunArguments>();
  auto& runs = add_verb(program, noun,
                        {"run",
                         "stand by or decide, as it is this node's turn: reads PREFIX.inbound, "
                         "publishes PREFIX.events, .outcomes and .payouts",
                         "node run --data node1 --kafka localhost:9092",
                         "a JSON document a line, whenever role or troubles change"},
                        [&program, arguments] { return run_node(program, *arguments); });
  runs.add_flag("--claim", arguments->claim, "take the log over, whoever owns it");
  add_number(
      runs, "--inbound-partitions", {1, kPartitionsMax},
      [arguments](std::uint64_t given) { arguments->partitions = given; },
      "of the feed of commands, when this is the first node to need it (default: 1)")
      .type_name("N");
  auto& status = add_verb(program, noun,
                          {"status", "who owns the log, in which epoch, and how far this node is",
                           "node status --data node1 --kafka localhost:9092"},
                          [&program] { return show_status(program); });
  let_node_answer(program, status);
}

}  // namespace kopilka::tools
