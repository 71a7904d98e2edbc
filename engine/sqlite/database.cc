#include "engine/sqlite/database.h"

#include <fmt/format.h>

namespace kopilka::sqlite {
namespace {

// How many steps of SQLite's machine may pass before an interrupt is noticed.
constexpr int kStepsBetweenLooks = 100'000;

int is_interrupted(void* interrupt) {
  return static_cast<const std::atomic<bool>*>(interrupt)->load() ? 1 : 0;
}

}  // namespace

base::Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& file,
                                                       const std::atomic<bool>* interrupt) {
  std::unique_ptr<Database> database(new Database(file));
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &opened, SQLITE_OPEN_READWRITE, nullptr);
  database->database_.reset(opened);
  if (code != SQLITE_OK) return std::unexpected(database->error());
  if (interrupt != nullptr)
    sqlite3_progress_handler(opened, kStepsBetweenLooks, is_interrupted,
                             const_cast<std::atomic<bool>*>(interrupt));
  return database;
}

base::Result<void> Database::execute(const std::string& sql) {
  if (sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return std::unexpected(error());
  return {};
}

base::Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK)
    return std::unexpected(error());
  return Statement(*this, statement);
}

base::Error Database::error() const {
  return {base::ErrorKind::io, fmt::format("cannot write {}: SQLite says: {}", file_.string(),
                                           sqlite3_errmsg(database_.get()))};
}

Statement& Statement::bind(std::string_view text) {
  note(sqlite3_bind_text64(statement_.get(), ++bound_, text.data(), text.size(),
                           nullptr /* not copied */, SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind(std::int64_t number) {
  note(sqlite3_bind_int64(statement_.get(), ++bound_, number));
  return *this;
}

Statement& Statement::bind_nothing() {
  note(sqlite3_bind_null(statement_.get(), ++bound_));
  return *this;
}

base::Result<void> Statement::run() {
  if (!has_failed_) note(sqlite3_step(statement_.get()));
  if (has_failed_) return std::unexpected(database_->error());
  sqlite3_reset(statement_.get());
  bound_ = 0;
  return {};
}

void Statement::note(int code) {
  has_failed_ = has_failed_ || (code != SQLITE_OK && code != SQLITE_DONE);
}

}  // namespace kopilka::sqlite
