#include <fmt/format.h>

#include "engine/journal/plain_text.h"
#include "engine/journal/roubles.h"
#include "engine/journal/writers.h"

namespace kopilka::journal {
namespace {

// Everything is declared before it is used, which `--pedantic` and `--check-payees` ask for.
class Ledger final : public PlainText {
 public:
  using PlainText::PlainText;

 private:
  void write_preamble(std::string_view about, std::string& out) override {
    out +=
        fmt::format("; {}\n\ncommodity {}\n  format 1000.00 {}\n\n", about, kCurrency, kCurrency);
    for (const auto tag : kTags)
      out += fmt::format("tag {}\n", tag);
    out += '\n';
    for (std::size_t i = 0; i < ledger::kAccountCount; ++i)
      out += fmt::format("account {}\n  note {}\n", journal_name(static_cast<ledger::Account>(i)),
                         ledger::kChart.at(i).name);
    out += '\n';
  }

  void declare(SubAccount part, model::Date, std::string& out) override {
    out += "account ";
    append_journal_name(part, out);
    out += '\n';
  }

  void declare_title(std::string_view title, std::string& out) override {
    out += fmt::format("payee {}\n", title);
  }

  void write_heading(const Heading& heading, std::string& out) override {
    out += model::to_text(heading.date);
    if (const auto day = other_effective_day(heading.date, heading.effective_at))
      out += '=' + model::to_text(*day);
    out += fmt::format(" * ({}) {}\n", heading.position.value(), heading.title);
    for_each_tag(heading.recorded_at, heading.effective_at, heading.subject,
                 [&out](std::string_view name, const std::string& value) {
                   out += "  ; ";
                   out += name;
                   out += ": ";
                   out += value;
                   out += '\n';
                 });
  }

  // Its assertions look at an account without its sub-accounts: of the undivided ones only.
  void write_closing(const Heading& heading, const Ending& ending, std::string& out) override {
    declare_once(heading.title, out);
    write_heading(heading, out);
    for (std::size_t i = 0; i < ledger::kAccountCount; ++i) {
      const auto account = static_cast<ledger::Account>(i);
      if (kept_per(account) != KeptPer::book) continue;
      out += fmt::format("  {}  0.00 {} = ", journal_name(account), kCurrency);
      append_roubles(ending.balances.at(i), out);
      out += fmt::format(" {}\n", kCurrency);
    }
  }
};

}  // namespace

std::unique_ptr<Writer> make_ledger(Sink& sink) {
  return std::make_unique<Ledger>(sink);
}

}  // namespace kopilka::journal
