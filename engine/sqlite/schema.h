#pragma once

// The tables of an exported journal, and the views over them: docs/formats/export.md. A change that
// a reader could notice is a new kJournalVersion.
namespace kopilka::sqlite {

inline constexpr int kJournalVersion = 1;  // `PRAGMA user_version`

// How the file is written: it is thrown away when anything goes wrong, so it needs no journal.
extern const char* const kSettings;
extern const char* const kTables;
// Made when every row is there: that is quicker than keeping them up to date.
extern const char* const kIndices;
extern const char* const kViews;

}  // namespace kopilka::sqlite
