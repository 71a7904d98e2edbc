#include "engine/sqlite/journal_database.h"

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "engine/base/bytes.h"
#include "engine/codec/json_writer.h"
#include "engine/journal/facts.h"
#include "engine/journal/subject.h"
#include "engine/sqlite/database.h"
#include "engine/sqlite/schema.h"

namespace kopilka::sqlite {
namespace {

using base::Result;
using journal::SubAccount;

struct Insertions {
  Statement opening;
  Statement event;
  Statement posting;
};

class JournalDatabase final : public journal::Writer {
 public:
  JournalDatabase(std::unique_ptr<Database> database, Insertions into)
      : database_(std::move(database)), into_(std::move(into)) {}

  Result<void> begin(const model::StoreId& store) override {
    KOPILKA_TRY(note("store", base::to_hex(base::view_of(store))));
    KOPILKA_TRY(note("book", journal::kBookName));
    KOPILKA_TRY(note("currency", journal::kCurrency));
    for (std::size_t i = 0; i < ledger::kAccountCount; ++i)
      KOPILKA_TRY(insert_account(static_cast<ledger::Account>(i)));
    return {};
  }

  Result<void> open(const journal::Opening& opening) override {
    KOPILKA_TRY(note("opening_position", std::to_string(opening.position.value())));
    KOPILKA_TRY(note("opened_on", model::to_text(opening.date)));
    for (const auto& balance : opening.balances)
      KOPILKA_TRY(insert_balance(balance));
    return {};
  }

  Result<void> take(const journal::RecordedEvent& recorded) override {
    KOPILKA_TRY(insert_event(recorded));
    std::int64_t n = 0;
    for (const auto& posting : recorded.movement.postings()) {
      const auto part = journal::sub_account(recorded.movement, posting.account);
      into_.posting.bind(static_cast<std::int64_t>(recorded.seq.value())).bind(++n);
      bind_part(into_.posting, part).bind(posting.debit.in_kopecks());
      KOPILKA_TRY(into_.posting.run());
    }
    return {};
  }

  Result<void> end(const journal::Ending& ending) override {
    KOPILKA_TRY(note("position", std::to_string(ending.position.value())));
    if (ending.position != model::Seq{})
      KOPILKA_TRY(note("recorded_at", model::to_text(ending.recorded_at)));
    KOPILKA_TRY(database_->execute(kIndices));
    KOPILKA_TRY(database_->execute(kViews));
    return database_->execute(fmt::format("PRAGMA user_version = {}; COMMIT;", kJournalVersion));
  }

 private:
  Result<void> note(std::string_view name, std::string_view value) {
    KOPILKA_TRY_ASSIGN(auto insertion, database_->prepare("INSERT INTO meta VALUES (?, ?)"));
    return insertion.bind(name).bind(value).run();
  }

  Result<void> insert_account(ledger::Account account) {
    constexpr std::array<std::string_view, 3> kKeptPer{"book", "member", "partner"};
    KOPILKA_TRY_ASSIGN(auto insertion,
                       database_->prepare("INSERT INTO accounts VALUES (?, ?, ?, ?, ?)"));
    const auto& entry = journal::entry_of(account);
    return insertion.bind(entry.code)
        .bind(entry.name)
        .bind(name_of(journal::class_of(account)))
        .bind(kKeptPer.at(static_cast<std::size_t>(journal::kept_per(account))))
        .bind(journal::journal_name(account))
        .run();
  }

  Result<void> insert_balance(const journal::Balance& balance) {
    using Limits = std::numeric_limits<std::int64_t>;
    if (balance.kopecks < Limits::min() || balance.kopecks > Limits::max())
      return base::fail(base::ErrorKind::limit,
                        fmt::format("the balance of {} before the period is above what SQLite "
                                    "holds; export it as text",
                                    journal::journal_name(balance.part.account)));
    bind_part(into_.opening, balance.part).bind(static_cast<std::int64_t>(balance.kopecks));
    return into_.opening.run();
  }

  Result<void> insert_event(const journal::RecordedEvent& recorded) {
    const auto& event = recorded.dated.event;
    const auto subject = journal::subject_of(event, recorded.seq);
    journal::write_facts(json_, event);
    const auto facts = json_.take();
    const auto recorded_at = model::to_text(recorded.entry.recorded_at);
    const auto recorded_on = model::to_text(model::moscow_date(recorded.entry.recorded_at));
    const auto effective_at = model::to_text(recorded.dated.effective_at);
    const auto effective_on = model::to_text(model::moscow_date(recorded.dated.effective_at));
    return into_.event.bind(static_cast<std::int64_t>(recorded.seq.value()))
        .bind(recorded_on)
        .bind(recorded_at)
        .bind(effective_on)
        .bind(effective_at)
        .bind(model::name_of(event))
        .bind(subject.member)
        .bind(subject.partner)
        .bind(subject.organization)
        .bind(subject.purchase)
        .bind(subject.withdrawal)
        .bind(facts)
        .run();
  }

  static Statement& bind_part(Statement& insertion, SubAccount part) {
    return insertion.bind(journal::entry_of(part.account).code)
        .bind(member_of(part))
        .bind(partner_of(part));
  }

  // Outlives the statements.
  std::unique_ptr<Database> database_;
  Insertions into_;
  codec::JsonWriter json_;
};

}  // namespace

Result<std::unique_ptr<journal::Writer>> open_journal(const std::filesystem::path& file,
                                                      const std::atomic<bool>* interrupt) {
  KOPILKA_TRY_ASSIGN(auto database, Database::open(file, interrupt));
  KOPILKA_TRY(database->execute(kSettings));
  KOPILKA_TRY(database->execute(kTables));
  KOPILKA_TRY_ASSIGN(auto opening, database->prepare("INSERT INTO opening VALUES (?, ?, ?, ?)"));
  KOPILKA_TRY_ASSIGN(
      auto event,
      database->prepare("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  KOPILKA_TRY_ASSIGN(auto posting,
                     database->prepare("INSERT INTO postings VALUES (?, ?, ?, ?, ?, ?)"));
  return std::make_unique<JournalDatabase>(
      std::move(database), Insertions{std::move(opening), std::move(event), std::move(posting)});
}

}  // namespace kopilka::sqlite
