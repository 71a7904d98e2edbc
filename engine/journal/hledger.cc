#include <fmt/format.h>

#include "engine/journal/plain_text.h"
#include "engine/journal/roubles.h"
#include "engine/journal/writers.h"

namespace kopilka::journal {
namespace {

class Hledger final : public PlainText {
 public:
  using PlainText::PlainText;

 private:
  void write_preamble(std::string_view about, std::string& out) override {
    out += fmt::format("; {}\n\ndecimal-mark .\ncommodity 1000.00 {}\n\n", about, kCurrency);
    for (std::size_t i = 0; i < ledger::kAccountCount; ++i)
      out += fmt::format("account {}  ; {}\n", journal_name(static_cast<ledger::Account>(i)),
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
    out += fmt::format(" * ({}) {}  ;", heading.position.value(), heading.title);
    const char* before = " ";
    for_each_tag(heading.recorded_at, heading.effective_at, heading.subject,
                 [&](std::string_view name, const std::string& value) {
                   out += before;
                   out += name;
                   out += ':';
                   out += value;
                   before = ", ";
                 });
    out += '\n';
  }

  // With `=*` a balance includes the sub-accounts.
  void write_closing(const Heading& heading, const Ending& ending, std::string& out) override {
    declare_once(heading.title, out);
    write_heading(heading, out);
    for (std::size_t i = 0; i < ledger::kAccountCount; ++i) {
      out += fmt::format("  {}  0.00 {} =* ", journal_name(static_cast<ledger::Account>(i)),
                         kCurrency);
      append_roubles(ending.balances.at(i), out);
      out += fmt::format(" {}\n", kCurrency);
    }
  }
};

}  // namespace

std::unique_ptr<Writer> make_hledger(Sink& sink) {
  return std::make_unique<Hledger>(sink);
}

}  // namespace kopilka::journal
