#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include "engine/app/derived.h"
#include "engine/codec/batch.h"
#include "engine/codec/json_text.h"
#include "engine/ports/event_log.h"
#include "engine/system/system_random.h"
#include "projections/runtime/as_known.h"
#include "tools/kopilka/event_text.h"
#include "tools/kopilka/log.h"
#include "tools/kopilka/shown.h"

namespace kopilka::tools {
namespace {

constexpr std::uint64_t kLastEvents = 20;
// How soon `--follow` sees what was recorded.
constexpr int kLookAgainMs = 200;

struct TailArguments {
  bool follow{false};
  std::optional<std::uint64_t> from;
  std::optional<std::uint64_t> limit;
};

struct Recorded {
  const model::Entry& entry;
  const model::DatedEvent& event;
  model::Seq seq;
};

std::string recorded_json(const Recorded& recorded) {
  codec::JsonWriter out;
  out.begin_object();
  out.member("position", position_text(recorded.seq));
  out.member("recorded_at", recorded.entry.recorded_at);
  out.member("effective_at", recorded.event.effective_at);
  if (const auto& origin = recorded.entry.origin) {
    out.member("principal", origin->principal);
    out.member("key", origin->key);
  }
  out.name("event");
  codec::write_event(out, recorded.event.event);
  out.end_object();
  return out.take();
}

std::string recorded_text(const Recorded& recorded, const Console& console) {
  return fmt::format("{:>8}  {}  {}  {}", recorded.seq.value(), shown(recorded.entry.recorded_at),
                     console.bold(fmt::format("{:<22}", model::name_of(recorded.event.event))),
                     event_text(recorded.event.event));
}

// Prints events from one position on.
class Tail {
 public:
  Tail(const Program& program, model::Seq from, std::uint64_t limit, const shard::Until& until)
      : program_(program), from_(from), left_(limit), until_(until) {}

  // False: enough was printed.
  bool print(const model::Batch& batch) {
    auto seq = batch.header.first_seq;
    for (const auto& entry : batch.entries)
      for (const auto& event : entry.events) {
        if (!print({entry, event, seq})) return false;
        seq = model::next(seq);
      }
    return true;
  }

  [[nodiscard]] bool is_done() const { return left_ == 0; }

 private:
  bool print(const Recorded& recorded) {
    if (recorded.seq < from_) return true;
    const bool is_later = (until_.seq && recorded.seq > *until_.seq) ||
                          (until_.at && recorded.entry.recorded_at > *until_.at);
    if (left_ == 0 || is_later) return false;
    --left_;
    program_.console.print((program_.settings.json ? recorded_json(recorded)
                                                   : recorded_text(recorded, program_.console)) +
                           "\n");
    return true;
  }

  const Program& program_;
  model::Seq from_;
  std::uint64_t left_;
  shard::Until until_;
};

// Waits a moment. False: nobody listens any more.
bool wait_a_moment() {
  pollfd output{.fd = STDOUT_FILENO, .events = 0, .revents = 0};
  return ::poll(&output, 1, kLookAgainMs) <= 0 || (output.revents & (POLLERR | POLLHUP)) == 0;
}

Outcome<model::Seq> end_of(ports::EventLog& log, const shard::Until& until) {
  if (until.at) {
    KOPILKA_TRY_ASSIGN(const auto point,
                       projections::runtime::find_point(log, {until.seq, until.at}));
    return point.seq;
  }
  KOPILKA_TRY_ASSIGN(const auto head, log.head());
  return until.seq ? std::min(*until.seq, head.last_seq) : head.last_seq;
}

Outcome<model::Seq> begin_of(const TailArguments& arguments, ports::EventLog& log,
                             const shard::Until& until) {
  if (arguments.from) return model::Seq{std::max<std::uint64_t>(1, *arguments.from)};
  KOPILKA_TRY_ASSIGN(const auto end, end_of(log, until));
  const auto count = arguments.limit.value_or(kLastEvents);
  return model::Seq{end.value() < count ? 1 : end.value() - count + 1};
}

Outcome<ExitCode> tail(Program& program, const TailArguments& arguments) {
  const auto& settings = program.settings;
  KOPILKA_TRY_ASSIGN(const auto place, settings.place());
  KOPILKA_TRY(app::expect_store(place));
  KOPILKA_TRY_ASSIGN(const auto until, until_of("--as-known", settings.as_known));
  system::SystemRandom random;
  KOPILKA_TRY_ASSIGN(const auto log, place.log->open(random));
  KOPILKA_TRY_ASSIGN(const auto from, begin_of(arguments, *log, until));
  constexpr auto kNoLimit = std::numeric_limits<std::uint64_t>::max();
  Tail printed(program, from, arguments.limit.value_or(kNoLimit), until);
  KOPILKA_TRY_ASSIGN(const auto reader, log->read_from(from));
  for (;;) {
    KOPILKA_TRY_ASSIGN(const auto sealed, reader->next());
    if (sealed) {
      KOPILKA_TRY_ASSIGN(const auto batch, codec::decode(*sealed));
      if (!printed.print(batch)) return ExitCode::done;
      continue;
    }
    if (!arguments.follow || printed.is_done()) return ExitCode::done;
    if (!program.console.flush() || !wait_a_moment()) return ExitCode::done;
  }
}

}  // namespace

void add_log_tail(Program& program, CLI::App& noun) {
  auto arguments = std::make_shared<TailArguments>();
  auto& verb = add_verb(program, noun,
                        {"tail",
                         "what was recorded, an event a line; the last 20 if not said "
                         "otherwise",
                         "log tail --from 1 --limit 100 --json --data store",
                         "one JSON document a line, an event each: it may follow for ever"},
                        [&program, arguments] { return tail(program, *arguments); });
  verb.add_flag("--follow,-f", arguments->follow, "go on with what will be recorded");
  add_number(
      verb, "--from", {}, [arguments](std::uint64_t given) { arguments->from = given; },
      "begin with this position")
      .type_name("POSITION");
  add_number(
      verb, "--limit,-n", {}, [arguments](std::uint64_t given) { arguments->limit = given; },
      "at most so many; without --from, the last")
      .type_name("N");
  add_past(program, verb, Axis::recorded);
}

}  // namespace kopilka::tools
