#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "engine/journal/roubles.h"
#include "engine/journal/subject.h"
#include "engine/journal/text_output.h"
#include "engine/journal/writers.h"

namespace kopilka::journal {
namespace {

constexpr std::string_view kHeader =
    "position,recorded_on,recorded_at,effective_on,effective_at,event,account,name,member_id,"
    "partner_id,organization_id,purchase_id,withdrawal_id,debit,credit\r\n";

// RFC 4180: a comma stands between quotes. No field holds a quote or a line's end.
void append_field(std::string_view text, std::string& out) {
  const bool is_plain = text.find(',') == std::string_view::npos;
  if (!is_plain) out += '"';
  out += text;
  if (!is_plain) out += '"';
}

template <class Id>
void append_id(const std::optional<Id>& id, std::string& out) {
  out += ',';
  if (id) out += std::to_string(id->value());
}

// A row a posting, so that sums of columns are sums of the books; an event that moved nothing is a
// row without account and amount.
class Csv final : public Writer {
 public:
  explicit Csv(Sink& sink) : output_(sink) {}

  base::Result<void> begin(const model::StoreId&) override {
    output_.text() += kHeader;
    return {};
  }

  base::Result<void> open(const Opening& opening) override {
    const auto recorded_at = model::to_text(opening.recorded_at);
    const auto first =
        fmt::format("{},{},{},,,Opening", opening.position.value(),
                    model::to_text(model::moscow_date(opening.recorded_at)), recorded_at);
    for (const auto& balance : opening.balances) {
      Subject subject;
      subject.member = member_of(balance.part);
      subject.partner = partner_of(balance.part);
      write_row(first, {balance.part.account, balance.kopecks}, subject);
      KOPILKA_TRY(output_.drain());
    }
    return {};
  }

  base::Result<void> take(const RecordedEvent& recorded) override {
    const auto& event = recorded.dated.event;
    const auto recorded_at = recorded.entry.recorded_at;
    const auto effective_at = recorded.dated.effective_at;
    const auto first = fmt::format(
        "{},{},{},{},{},{}", recorded.seq.value(), model::to_text(model::moscow_date(recorded_at)),
        model::to_text(recorded_at), model::to_text(model::moscow_date(effective_at)),
        model::to_text(effective_at), model::name_of(event));
    const auto subject = subject_of(event, recorded.seq);
    for (const auto& posting : recorded.movement.postings())
      write_row(first, {posting.account, posting.debit.in_kopecks()}, subject);
    if (recorded.movement.postings().empty()) write_row(first, {}, subject);
    return output_.drain();
  }

  base::Result<void> end(const Ending&) override { return output_.flush(); }

 private:
  struct Side {
    std::optional<ledger::Account> account;  // absent: nothing was moved
    base::Int128 kopecks{0};                 // a debit; negative: a credit
  };

  void write_row(std::string_view first, const Side& side, const Subject& subject) {
    auto& out = output_.text();
    out += first;
    out += ',';
    if (side.account) {
      const auto& entry = entry_of(*side.account);
      out += entry.code;
      out += ',';
      append_field(entry.name, out);
    } else {
      out += ',';
    }
    append_id(subject.member, out);
    append_id(subject.partner, out);
    append_id(subject.organization, out);
    append_id(subject.purchase, out);
    append_id(subject.withdrawal, out);
    out += ',';
    if (side.kopecks > 0) append_roubles(side.kopecks, out);
    out += ',';
    if (side.kopecks < 0) append_roubles(-side.kopecks, out);
    out += "\r\n";
  }

  TextOutput output_;
};

}  // namespace

std::unique_ptr<Writer> make_csv(Sink& sink) {
  return std::make_unique<Csv>(sink);
}

}  // namespace kopilka::journal
