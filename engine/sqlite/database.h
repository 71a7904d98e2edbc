#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <sqlite3.h>

#include "engine/base/result.h"
#include "engine/base/strong.h"

// SQLite as this room uses it: statements that return no rows. One thread.
namespace kopilka::sqlite {

class Statement;

class Database {
 public:
  // See open_journal.
  [[nodiscard]] static base::Result<std::unique_ptr<Database>> open(
      const std::filesystem::path& file, const std::atomic<bool>* interrupt);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // One statement or several.
  [[nodiscard]] base::Result<void> execute(const std::string& sql);
  // The statement must not outlive the database.
  [[nodiscard]] base::Result<Statement> prepare(std::string_view sql);
  // What SQLite says just now, with the file's name.
  [[nodiscard]] base::Error error() const;

 private:
  struct Close {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  };
  explicit Database(std::filesystem::path file) : file_(std::move(file)) {}

  std::filesystem::path file_;
  std::unique_ptr<sqlite3, Close> database_;
};

// A prepared insertion: bind every parameter in its order, then run.
class Statement {
 public:
  Statement(Database& database, sqlite3_stmt* statement)
      : database_(&database), statement_(statement) {}

  // `text` must live until `run` returns.
  Statement& bind(std::string_view text);
  Statement& bind(std::int64_t number);
  Statement& bind_nothing();
  template <class Tag>
  Statement& bind(const std::optional<base::Strong<Tag, std::uint64_t>>& id) {
    return id ? bind(static_cast<std::int64_t>(id->value())) : bind_nothing();
  }
  // The parameters are to be bound anew then.
  [[nodiscard]] base::Result<void> run();

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  void note(int code);

  Database* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int bound_{0};
  bool has_failed_{false};
};

}  // namespace kopilka::sqlite
