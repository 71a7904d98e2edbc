#include "engine/app/store.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "engine/app/advice.h"
#include "engine/app/builds.h"
#include "engine/app/derived.h"
#include "engine/app/head_signer.h"
#include "engine/app/keys.h"
#include "engine/app/memory_budget.h"
#include "engine/app/presence.h"
#include "engine/app/small_file.h"
#include "engine/segments/file.h"

namespace kopilka::app {
namespace {

using base::ErrorKind;
using base::Result;

// What an init makes, or must find missing, beside the log.
std::array<std::filesystem::path, 6> parts_of(const Layout& layout) {
  return {layout.state(),          layout.projections(), layout.keys(),
          layout.keys_elsewhere(), layout.heads(),       layout.heads_settings()};
}

// Whether something of a store is in the directory.
Result<bool> is_begun(const Place& place) {
  for (const auto& part : parts_of(place.layout)) {
    KOPILKA_TRY_ASSIGN(const bool there, is_there(part));
    if (there) return true;
  }
  return place.log->is_there();
}

// A store that an init did not finish may be made again.
Result<void> refuse_second(const Place& place) {
  KOPILKA_TRY_ASSIGN(const bool is_unfinished, is_there(place.layout.unfinished()));
  if (is_unfinished) return {};
  KOPILKA_TRY_ASSIGN(const bool there, is_begun(place));
  if (!there) return {};
  return base::fail(ErrorKind::usage,
                    fmt::format("there is a store in {} already; name another directory",
                                place.layout.root.string()));
}

Result<void> make_root(const std::filesystem::path& root) {
  std::error_code ignored;
  const auto found = std::filesystem::status(root, ignored);
  if (std::filesystem::exists(found) && !std::filesystem::is_directory(found))
    return base::fail(ErrorKind::usage,
                      fmt::format("{} is not a directory: name one with --data, or a name that is "
                                  "free; it is made",
                                  root.string()));
  return segments::machine_files().make_directory(root);
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// 32 raw bytes, or 64 hexadecimal digits with or without a line end.
Result<vault::Key> read_store_key(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in) return base::fail(ErrorKind::usage, fmt::format("cannot read {}", path.string()));
  vault::Key key;
  const auto bytes = key.span();
  if (text.size() == bytes.size()) {
    std::ranges::copy(text, bytes.begin());
    return key;
  }
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
    text.pop_back();
  const bool is_hex = text.size() == 2 * bytes.size() &&
                      std::ranges::all_of(text, [](char c) { return hex_digit(c) >= 0; });
  if (!is_hex)
    return base::fail(ErrorKind::usage,
                      fmt::format("{} holds no store key: it must be 64 hexadecimal digits "
                                  "(`openssl rand -hex 32` makes some) or 32 bytes",
                                  path.string()));
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<unsigned char>(hex_digit(text[2 * i]) * 16 + hex_digit(text[2 * i + 1]));
  return key;
}

Result<void> expect_rest(const Place& place) {
  KOPILKA_TRY_ASSIGN(const bool written, place.log->is_being_written());
  if (!written) return {};
  return base::fail(ErrorKind::not_available,
                    fmt::format("another process is at work on {}; wait until it ends",
                                place.layout.root.string()));
}

enum class Making : unsigned char { first_node, another_node };

// What one kind of init was cut short at is no beginning for the other.
Result<void> refuse_other_kind(const Layout& layout, Making making) {
  KOPILKA_TRY_ASSIGN(const bool is_another_node, has_joined(layout));
  KOPILKA_TRY_ASSIGN(const bool has_keys, is_there(layout.keys()));
  const bool is_ours = making == Making::another_node ? !has_keys : !is_another_node;
  if (is_ours) return {};
  return base::fail(
      ErrorKind::usage,
      fmt::format("an `init {}` was cut short in {}: give that one again, or delete the directory",
                  is_another_node ? "--join" : "without --join", layout.root.string()));
}

// Takes the directory for this init alone, and marks it.
Result<std::unique_ptr<segments::Lock>> claim(const Place& place, Making making) {
  const auto& layout = place.layout;
  KOPILKA_TRY(make_root(layout.root));
  KOPILKA_TRY_ASSIGN(auto lock, segments::machine_files().lock(layout.init_lock()));
  // Under the lock nobody else makes or takes away the mark.
  KOPILKA_TRY(refuse_second(place));
  KOPILKA_TRY(refuse_other_kind(layout, making));
  const std::string_view command = making == Making::another_node ? "init --join" : "init";
  KOPILKA_TRY(make_file(layout.unfinished(), fmt::format("run `kopilka {} --data {}` again\n",
                                                         command, layout.root.string())));
  return lock;
}

Result<void> finish(const Layout& layout) {
  auto& files = segments::machine_files();
  KOPILKA_TRY(files.remove(layout.unfinished()));
  return files.sync_directory(layout.root);
}

Result<void> begin_heads_of(const Layout& layout, const HeadsWish& wish, const SigningPlace& place,
                            const model::StoreId& store) {
  KOPILKA_TRY_ASSIGN(const auto key, vault::SigningKey::open(place.file, place.key_encryption_key));
  return begin_heads(layout, wish, key, store);
}

constexpr std::string_view kMakingAdvice =
    "name a directory with --data where this user may write and the disk has room";

}  // namespace

Result<void> init(const Place& place, const InitOptions& options, ports::Random& random) {
  const auto& layout = place.layout;
  KOPILKA_TRY(advised(refuse_second(place), kMakingAdvice));
  NewKeys keys{
      .directory = options.keys, .key_encryption_key = options.key_encryption_key, .store_key = {}};
  if (options.store_key) {
    KOPILKA_TRY_ASSIGN(keys.store_key, read_store_key(*options.store_key));
  }
  KOPILKA_TRY(expect_room_for_heads(options.heads));
  KOPILKA_TRY_ASSIGN(const auto lock, advised(claim(place, Making::first_node), kMakingAdvice));
  // Other nodes may have joined since: these keys are never thrown away.
  KOPILKA_TRY_ASSIGN(const bool has_keys, are_keys_finished(layout));
  KOPILKA_TRY_ASSIGN(const bool has_log, place.log->is_there());
  if (has_keys && has_log) return finish(layout);
  for (const auto& part : parts_of(layout))
    KOPILKA_TRY(remove_tree(part));
  KOPILKA_TRY(place.log->remove_unfinished());
  KOPILKA_TRY_ASSIGN(const auto keys_lock, make_keys(layout, keys, random));
  model::StoreId drawn{};
  random.fill(drawn);
  KOPILKA_TRY_ASSIGN(const auto store, place.log->create(drawn));
  KOPILKA_TRY_ASSIGN(const auto signing, new_signing_key_of(layout, keys));
  KOPILKA_TRY(begin_heads_of(layout, options.heads, signing, store));
  KOPILKA_TRY(finish_keys(layout, keys, store));
  return finish(layout);
}

Result<void> join(const Place& place, const JoinOptions& options) {
  const auto& layout = place.layout;
  KOPILKA_TRY(advised(refuse_second(place), kMakingAdvice));
  KOPILKA_TRY_ASSIGN(const auto store, place.log->begun_elsewhere());
  KOPILKA_TRY(expect_keys_to_join(options.keys, store));
  KOPILKA_TRY(expect_room_for_heads(options.heads));
  KOPILKA_TRY_ASSIGN(const auto lock, advised(claim(place, Making::another_node), kMakingAdvice));
  KOPILKA_TRY(join_keys(layout, options.keys, options.key_encryption_key, store));
  KOPILKA_TRY_ASSIGN(const auto signing, signing_key_of(layout));
  KOPILKA_TRY_ASSIGN(const bool has_key, is_there(signing.file));
  if (has_key) KOPILKA_TRY(begin_heads_of(layout, options.heads, signing, store));
  KOPILKA_TRY(place.log->join(store));
  return finish(layout);
}

Result<void> begin_signing(const Place& place, const HeadsWish& wish, Beginning beginning,
                           ports::Random& random) {
  const auto& layout = place.layout;
  KOPILKA_TRY(expect_store(place));
  KOPILKA_TRY(expect_rest(place));
  KOPILKA_TRY_ASSIGN(const auto settings, heads_settings_of(layout));
  KOPILKA_TRY_ASSIGN(const bool has_heads, settings ? is_there(settings->file) : false);
  if (has_heads)
    return base::fail(ErrorKind::usage,
                      fmt::format("signed heads are kept in {} already", settings->file.string()));
  if (settings && beginning != Beginning::anew) return heads_not_there(settings->file);
  KOPILKA_TRY_ASSIGN(const auto signing, signing_key_of(layout));
  KOPILKA_TRY_ASSIGN(const bool has_key, is_there(signing.file));
  if (!has_key)
    KOPILKA_TRY(vault::SigningKey::create(signing.file, signing.key_encryption_key, random));
  KOPILKA_TRY_ASSIGN(const auto log, place.log->open(random));
  KOPILKA_TRY_ASSIGN(const auto head, log->head());
  return begin_heads_of(layout, wish, signing, head.store);
}

Result<std::unique_ptr<vault::FileVault>> open_vault(const Layout& layout, vault::Access access,
                                                     ports::Random& random) {
  KOPILKA_TRY_ASSIGN(const auto place, keys_of(layout));
  return vault::FileVault::open(place, access, random);
}

Result<std::unique_ptr<Writer>> Writer::open(const Place& place, shard::Options options,
                                             std::optional<std::size_t> memory_bytes) {
  const auto& layout = place.layout;
  projections::runtime::HostLimits limits;
  WriterMemory memory{.state = {.cache = kCacheBytes}, .model = {.cache = kCacheBytes}};
  if (memory_bytes) {
    memory = writer_memory(*memory_bytes, projections::runtime::model_kinds().size());
    options.table_bytes_max = memory.state.tables;
    limits.table_bytes_max = memory.model.tables;
  }
  // A budget counts a change set once.
  const auto writing = memory_bytes ? Writing::at_once : Writing::behind;
  KOPILKA_TRY(expect_store(place));
  KOPILKA_TRY(expect_rest(place));
  std::unique_ptr<Writer> writer(new Writer(place));
  const auto advice = fmt::format(
      "whoever decides writes to {}: see that this user may, and that the disk is neither full nor "
      "read-only",
      layout.root.string());
  KOPILKA_TRY_ASSIGN(writer->rows_, advised(hold_rows(layout), advice));
  remove_unused(layout);
  Pieces pieces;
  KOPILKA_TRY_ASSIGN(
      pieces.vault,
      advised(open_vault(layout, vault::Access::read_write, writer->random_), advice));
  KOPILKA_TRY_ASSIGN(auto rows,
                     advised(open_state_for_writing(layout, memory.state.cache), advice));
  KOPILKA_TRY_ASSIGN(auto log, place.log->open_for_writing(writer->random_, rows.head));
  pieces.log = std::move(log.log);
  pieces.store = with_writing(writing, std::move(rows.store));
  pieces.close_log = std::move(log.close);
  KOPILKA_TRY_ASSIGN(pieces.signer, advised(HeadSigner::open(layout), advice));
  writer->log_note_ = std::move(log.note);
  KOPILKA_TRY_ASSIGN(writer->engine_, Engine::open(std::move(pieces), options));
  KOPILKA_TRY_ASSIGN(
      writer->models_,
      advised(open_models_for_writing(layout, limits, memory.model.cache, writing), advice));
  KOPILKA_TRY(writer->models_->catch_up(writer->engine_->log()));
  writer->engine_->on_batch([models = &*writer->models_](const auto& batch, const auto& hash) {
    return models->apply(batch, hash);
  });
  return writer;
}

std::vector<std::string> Writer::notes() const {
  std::vector<std::string> notes;
  if (auto note = log_note_ ? log_note_() : std::string(); !note.empty())
    notes.push_back(std::move(note));
  const auto* const signer = engine_->signer();
  if (signer != nullptr && !signer->note().empty()) notes.push_back(signer->note());
  for (const auto& model : models_->status(engine_->shard().head()))
    if (model.stop)
      notes.push_back(fmt::format("read model {} stopped after position {}: {}", model.name,
                                  model.position.seq.value(), model.stop->error.message));
  return notes;
}

Result<void> Writer::close() {
  const auto flushed = models_->flush();
  KOPILKA_TRY(engine_->close());
  return flushed;
}

}  // namespace kopilka::app
