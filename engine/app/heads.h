#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "engine/app/layout.h"
#include "engine/base/result.h"
#include "engine/model/batch.h"
#include "engine/proof/head.h"
#include "engine/vault/open_file.h"
#include "engine/vault/signing_key.h"

// The file of signed heads of a store's directory: docs/formats/heads.md.
namespace kopilka::app {

// Events between two heads, unless it is said otherwise. A head costs the file some 700 bytes and a
// receipt the reading of so many events.
inline constexpr std::uint64_t kHeadEvery = 10'000;
inline constexpr std::uint64_t kHeadEveryMax = 1'000'000'000;

struct HeadsSettings {
  std::filesystem::path file;
  std::uint64_t every{kHeadEvery};
};
// Nothing: no heads were ever begun in this directory. corrupt: what says where is damaged.
[[nodiscard]] base::Result<std::optional<HeadsSettings>> heads_settings_of(const Layout& layout);

// What to do about a file of heads that is not where it was.
[[nodiscard]] std::unexpected<base::Error> heads_not_there(const std::filesystem::path& file);

// What a store's maker says of it; what is absent is as by default.
struct HeadsWish {
  std::optional<std::filesystem::path> file;  // absent: in the store's directory
  std::optional<std::uint64_t> every;
};
// usage: the wished file is there, and more than what an `init` that was cut short leaves.
[[nodiscard]] base::Result<void> expect_room_for_heads(const HeadsWish& wish);
// A file with the head of nothing, and the directory's memory of it; called again after it was cut
// short it begins again. Errors as `expect_room_for_heads`.
[[nodiscard]] base::Result<void> begin_heads(const Layout& layout, const HeadsWish& wish,
                                             const vault::SigningKey& key,
                                             const model::StoreId& store);
// The heads of one directory into that of a copy of its store, those up to a batch; nothing happens
// where none are kept. corrupt: a line is no head.
[[nodiscard]] base::Result<void> copy_heads(const Layout& from, const Layout& to,
                                            model::BatchNumber last);

// For the one process that adds to a file of heads: it holds the file as long as this.
class HeadsFile {
 public:
  // Cuts off what a kill left of a line. not_available: the file is not there, or another process
  // has it; corrupt: its last line is no head.
  [[nodiscard]] static base::Result<HeadsFile> open(const std::filesystem::path& path);

  [[nodiscard]] const std::filesystem::path& path() const { return file_.path(); }
  // The last line, as it was when this was opened.
  [[nodiscard]] const proof::HeadLine& last() const { return last_; }
  // What was cut off, for people; empty: nothing.
  [[nodiscard]] const std::string& note() const { return note_; }

  // Durable after `sync`. After an error it may be called again.
  [[nodiscard]] base::Result<void> append(const proof::HeadLine& line);
  [[nodiscard]] base::Result<void> sync() { return file_.sync(); }

 private:
  explicit HeadsFile(vault::OpenFile file) : file_(std::move(file)) {}
  [[nodiscard]] base::Result<void> find_last();

  vault::OpenFile file_;
  proof::HeadLine last_;
  std::uint64_t end_{0};  // of the last whole line, in bytes
  std::string note_;
};

// One line of a file of heads.
struct KeptHead {
  std::uint64_t line{0};                // from 1
  std::optional<proof::HeadLine> head;  // nothing: that line is none
};
// Visits the whole lines of a file that another process may be adding to. not_available: it is not
// there.
[[nodiscard]] base::Result<void> for_each_head(const std::filesystem::path& path,
                                               const std::function<void(KeptHead)>& visit);

}  // namespace kopilka::app
