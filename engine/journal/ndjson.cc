#include <string>

#include "engine/codec/json_writer.h"
#include "engine/journal/facts.h"
#include "engine/journal/roubles.h"
#include "engine/journal/text_output.h"
#include "engine/journal/writers.h"

namespace kopilka::journal {
namespace {

// {"account", "member_id" or "partner_id", "debit" or "credit"}.
void write_side(codec::JsonWriter& out, SubAccount part, base::Int128 kopecks) {
  out.begin_object();
  out.member("account", entry_of(part.account).code);
  out.member("member_id", member_of(part));
  out.member("partner_id", partner_of(part));
  std::string amount;
  append_roubles(kopecks < 0 ? -kopecks : kopecks, amount);
  out.member(kopecks < 0 ? "credit" : "debit", amount);
  out.end_object();
}

// As `log tail --json` shows an event, with its postings and without what is about a person.
class Ndjson final : public Writer {
 public:
  explicit Ndjson(Sink& sink) : output_(sink) {}

  base::Result<void> begin(const model::StoreId&) override { return {}; }

  // A line a balance: a line of all of them would grow with the members.
  base::Result<void> open(const Opening& opening) override {
    for (const auto& balance : opening.balances) {
      json_.begin_object();
      json_.member("position", std::to_string(opening.position.value()));
      json_.member("recorded_at", opening.recorded_at);
      json_.name("opening");
      write_side(json_, balance.part, balance.kopecks);
      KOPILKA_TRY(end_line());
    }
    return {};
  }

  base::Result<void> take(const RecordedEvent& recorded) override {
    json_.begin_object();
    json_.member("position", std::to_string(recorded.seq.value()));
    json_.member("recorded_at", recorded.entry.recorded_at);
    json_.member("effective_at", recorded.dated.effective_at);
    if (const auto& origin = recorded.entry.origin) {
      json_.member("principal", origin->principal);
      json_.member("key", origin->key);
    }
    json_.name("event");
    write_facts(json_, recorded.dated.event);
    json_.name("postings");
    json_.begin_array();
    for (const auto& posting : recorded.movement.postings())
      write_side(json_, sub_account(recorded.movement, posting.account),
                 posting.debit.in_kopecks());
    json_.end_array();
    return end_line();
  }

  base::Result<void> end(const Ending&) override { return output_.flush(); }

 private:
  base::Result<void> end_line() {
    json_.end_object();
    output_.text() += json_.take();
    output_.text() += '\n';
    return output_.drain();
  }

  TextOutput output_;
  codec::JsonWriter json_;
};

}  // namespace

std::unique_ptr<Writer> make_ndjson(Sink& sink) {
  return std::make_unique<Ndjson>(sink);
}

}  // namespace kopilka::journal
