#include "engine/vault/key_ring.h"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

#include "engine/base/check.h"

namespace kopilka::vault {
namespace {

using base::ErrorKind;
using base::Result;

constexpr std::string_view kFirstName = "vault";

Result<std::vector<std::uint32_t>> numbers_in(const std::filesystem::path& directory) {
  std::vector<std::uint32_t> numbers;
  std::error_code failed;
  const auto& path = directory.empty() ? std::filesystem::path(".") : directory;
  std::filesystem::directory_iterator entry(path, failed);
  for (; !failed && entry != std::filesystem::directory_iterator(); entry.increment(failed))
    if (const auto number = number_of(entry->path().filename().string()))
      numbers.push_back(*number);
  if (failed)
    return base::fail(ErrorKind::io, "cannot list " + path.string() + ": " + failed.message());
  std::ranges::sort(numbers);
  return numbers;
}

}  // namespace

std::filesystem::path file_in(const std::filesystem::path& directory, std::uint32_t number) {
  KOPILKA_CHECK(number > 0 && number <= kFilesMax);
  std::string name(kFirstName);
  if (number > 1) name += "." + std::to_string(number);
  return directory / name;
}

std::optional<std::uint32_t> number_of(std::string_view name) {
  if (name == kFirstName) return 1;
  if (!name.starts_with(kFirstName)) return std::nullopt;
  name.remove_prefix(kFirstName.size());
  if (name.size() < 2 || name.front() != '.' || name[1] == '0') return std::nullopt;
  name.remove_prefix(1);
  std::uint32_t number = 0;
  const auto [end, failed] = std::from_chars(name.data(), name.data() + name.size(), number);
  const bool is_number = failed == std::errc() && end == name.data() + name.size();
  return is_number && number >= 2 && number <= kFilesMax ? std::optional(number) : std::nullopt;
}

Result<KeyRing> KeyRing::open(const std::filesystem::path& own, Access access) {
  KOPILKA_TRY_ASSIGN(VaultFile file, VaultFile::open(own, access));
  KeyRing ring(std::move(file));
  KOPILKA_TRY(ring.load(ring.sources_.front()));
  KOPILKA_TRY(ring.add_new_files());
  return ring;
}

Result<void> KeyRing::load(Source& source) {
  KOPILKA_TRY(source.file.visit_new([&source](Slot slot, const SlotRecord& record) {
    source.index.put(record.member, slot);  // a later generation stands behind
  }));
  if (encode_header(source.file.header()) == encode_header(header())) return {};
  return base::fail(ErrorKind::usage, source.file.path().string() + " has other secrets than " +
                                          path().string() +
                                          ": it is another store's, take it away");
}

Result<void> KeyRing::add_new_files() {
  const auto directory = path().parent_path();
  KOPILKA_TRY_ASSIGN(const auto numbers, numbers_in(directory));
  for (const auto number : numbers) {
    const auto path = file_in(directory, number);
    const auto is_it = [&path](const Source& source) {
      return source.file.path().filename() == path.filename();
    };
    if (std::ranges::any_of(sources_, is_it)) continue;
    KOPILKA_TRY_ASSIGN(VaultFile file, VaultFile::open(path, Access::read_only));
    Source source{std::move(file), {}};
    KOPILKA_TRY(load(source));
    sources_.push_back(std::move(source));
  }
  return {};
}

Result<void> KeyRing::look_again() {
  for (Source& source : sources_)
    if (source.file.access() == Access::read_only) KOPILKA_TRY(load(source));
  return add_new_files();
}

Result<std::optional<KeyRing::Found>> KeyRing::find(const Source& source, model::MemberId member) {
  const auto slot = source.index.find(member);
  if (!slot) return std::nullopt;
  KOPILKA_TRY_ASSIGN(const SlotRecord record, source.file.read(*slot));
  if (record.member == member) return Found{*slot, record};
  return base::fail(ErrorKind::corrupt,
                    source.file.path().string() + " was replaced while it was in use: start again");
}

Result<Standing> KeyRing::standing_of(model::MemberId member) const {
  Standing standing;
  for (const Source& source : sources_) {
    KOPILKA_TRY_ASSIGN(const auto found, find(source, member));
    if (!found) continue;
    const SlotRecord& record = found->record;
    const bool is_live = record.state == SlotState::live;
    // A file gives a person a second key only when the first was destroyed.
    standing.destroyed =
        std::max(standing.destroyed, is_live ? record.generation - 1 : record.generation);
    if (is_live) standing.keys.push_back({&source.file, &source == &sources_.front(), record});
  }
  std::erase_if(standing.keys, [&standing](const HeldKey& key) {
    return key.record.generation <= standing.destroyed;
  });
  return standing;
}

Result<void> KeyRing::append(const SlotRecord& record) {
  Source& own = sources_.front();
  KOPILKA_TRY_ASSIGN(const auto before, find(own, record.member));
  KOPILKA_CHECK(!before || before->record.generation < record.generation);
  // What a destruction that was cut short left here: only the last slot of a person is known.
  if (before && before->record.state == SlotState::live)
    KOPILKA_TRY(own.file.destroy(before->slot));
  KOPILKA_TRY_ASSIGN(const Slot slot, own.file.append(record));
  own.index.put(record.member, slot);
  return {};
}

// While these are held nobody makes keys in them: a process that opens one later sees what was
// destroyed. Without the lock it would not do to overwrite in them: over a network an append may
// send a whole page, and with it the bytes of older slots as they were.
Result<std::vector<VaultFile>> KeyRing::hold_others() const {
  std::vector<VaultFile> held;
  for (std::size_t i = 1; i < sources_.size(); ++i) {
    const auto& path = sources_[i].file.path();
    auto file = VaultFile::open(path, Access::read_write);
    if (!file && file.error().kind == ErrorKind::not_available)
      file.error().message +=
          ": stop the node whose keys these are, then destroy again; nothing "
          "was destroyed";
    if (!file) return std::unexpected(std::move(file).error());
    held.push_back(std::move(*file));
  }
  return held;
}

Result<void> KeyRing::destroy(model::MemberId member) {
  KOPILKA_TRY(look_again());
  KOPILKA_TRY_ASSIGN(auto others, hold_others());
  KOPILKA_TRY(look_again());
  if (others.size() + 1 != sources_.size())
    return base::fail(ErrorKind::not_available, "a node has joined in " +
                                                    path().parent_path().string() +
                                                    ": destroy again; nothing was destroyed");
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    KOPILKA_TRY_ASSIGN(const auto found, find(sources_[i], member));
    if (!found || found->record.state == SlotState::destroyed) continue;
    VaultFile& file = i == 0 ? sources_.front().file : others[i - 1];
    KOPILKA_TRY(file.destroy(found->slot));
  }
  return {};
}

}  // namespace kopilka::vault
