#include "engine/vault/vault_file.h"

#include <algorithm>
#include <optional>
#include <thread>
#include <vector>

#include <fcntl.h>

#include "engine/base/check.h"

namespace kopilka::vault {
namespace {

using base::Bytes;
using base::ByteView;
using base::ErrorKind;
using base::Result;

constexpr std::size_t kPendingBytesMax = 256U << 10;    // then written, though not yet synced
constexpr Slot kSlotsPerRead = 2048 * kSlotsPerSector;  // 1 MiB

// A reader may meet a sector just while its writer overwrites it, and that one may be kept from
// finishing for a moment. False: looked often enough.
bool looks_again(Access access, int& looks) {
  constexpr int kLooksMax = 100;
  if (access == Access::read_write || ++looks == kLooksMax) return false;
  std::this_thread::yield();
  return true;
}

Result<void> refuse_second(const std::filesystem::path& path) {
  std::error_code failed;
  if (!std::filesystem::exists(path, failed)) return {};
  return base::fail(ErrorKind::usage, path.string() + " exists already");
}

}  // namespace

Result<void> VaultFile::create(const std::filesystem::path& path, const Header& header) {
  KOPILKA_TRY(refuse_second(path));
  std::filesystem::path unfinished = path;
  unfinished += ".new";
  KOPILKA_TRY_ASSIGN(OpenFile file, OpenFile::open(unfinished, O_WRONLY | O_CREAT | O_NOFOLLOW));
  KOPILKA_TRY_ASSIGN(const bool is_ours, file.try_lock());
  if (!is_ours)
    return base::fail(ErrorKind::not_available, "another process is making " + path.string());
  // What we have locked may by now bear its name, and more.
  KOPILKA_TRY(refuse_second(path));
  KOPILKA_TRY(file.truncate(0));
  KOPILKA_TRY(file.write_at(0, encode_header(header) + encode_floor(0)));
  KOPILKA_TRY(file.sync());
  std::error_code failed;
  std::filesystem::rename(unfinished, path, failed);
  if (failed)
    return base::fail(ErrorKind::io, "cannot name " + path.string() + ": " + failed.message());
  return sync_directory(path.parent_path());
}

Result<VaultFile> VaultFile::open(const std::filesystem::path& path, Access access) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored))
    return base::fail(ErrorKind::not_available, "there is no vault " + path.string());
  const int flags = access == Access::read_write ? O_RDWR : O_RDONLY;
  KOPILKA_TRY_ASSIGN(OpenFile file, OpenFile::open(path, flags));
  if (access == Access::read_write) {
    KOPILKA_TRY_ASSIGN(const bool is_ours, file.try_lock());
    if (!is_ours)
      return base::fail(ErrorKind::not_available, "another process holds " + path.string());
  }
  KOPILKA_TRY_ASSIGN(const Head head, read_head(file, access));
  return VaultFile(std::move(file), access, head);
}

Result<VaultFile::Head> VaultFile::read_head(const OpenFile& file, Access access) {
  std::optional<Header> header;
  int looks = 0;
  do {
    KOPILKA_TRY_ASSIGN(const Bytes head, file.read_at(0, kFirstSlotOffset));
    const ByteView sectors = head;
    header = decode_header(sectors.substr(0, std::min(kSectorBytes, sectors.size())));
    const auto floor = decode_floor(sectors.substr(std::min(kSectorBytes, sectors.size())));
    if (header && floor) return Head{*header, *floor};
  } while (looks_again(access, looks));
  if (!header)
    return base::fail(ErrorKind::corrupt, file.path().string() +
                                              " is not a vault, or its header at offset 0 is "
                                              "damaged: restore it from a copy");
  return base::fail(ErrorKind::corrupt, file.path().string() + " is damaged at offset " +
                                            std::to_string(kSectorBytes) +
                                            ": restore it from a copy");
}

// By its name: over a network only opening a file asks what others did to it.
Result<void> VaultFile::open_again() {
  KOPILKA_TRY_ASSIGN(OpenFile again, OpenFile::open(path(), O_RDONLY));
  KOPILKA_TRY_ASSIGN(const Head head, read_head(again, access_));
  file_ = std::move(again);
  header_ = head.header;
  floor_ = floor_on_disk_ = head.floor;
  return {};
}

// A clean end raises the floor, so that the next start knows of every record that was durable.
VaultFile::~VaultFile() {
  if (access_ != Access::read_write || is_broken_ || floor_on_disk_ == floor_) return;
  const auto ignored = file_.write_at(kSectorBytes, encode_floor(floor_));
}

std::unexpected<base::Error> VaultFile::damaged(std::uint64_t offset) const {
  return base::fail(ErrorKind::corrupt, path().string() + " is damaged at offset " +
                                            std::to_string(offset) + ": restore it from a copy");
}

Result<void> VaultFile::visit_new(const Visit& visit) {
  KOPILKA_CHECK(pending_.empty());
  if (access_ == Access::read_only && was_visited_) KOPILKA_TRY(open_again());
  was_visited_ = true;
  KOPILKA_TRY_ASSIGN(const std::uint64_t bytes, file_.size());
  const Slot end = slots_in(bytes);
  if (end < floor_) return damaged(bytes);
  Slot good = unvisited_;  // behind the last good one there may be what a crash left half written
  std::vector<Slot> holes;
  for (Slot first = unvisited_; first < end;) {
    const auto in_sector = static_cast<Slot>(first % kSlotsPerSector);
    const Slot last = std::min(end, first - in_sector + kSlotsPerRead);
    KOPILKA_TRY_ASSIGN(const Bytes read,
                       file_.read_at(offset_of(first),
                                     static_cast<std::size_t>(offset_of(last) - offset_of(first))));
    const std::uint64_t begin = offset_of(first);
    for (; first < last; ++first) {
      auto record = decode_slot(ByteView(read).substr(offset_of(first) - begin, kSlotBytes));
      if (!record && first < floor_) {
        KOPILKA_TRY_ASSIGN(record, read_on_disk(first));
      }
      if (!record) {
        holes.push_back(first);
        continue;
      }
      if (record->state != SlotState::unused) visit(first, *record);
      good = first + 1;
    }
  }
  std::erase_if(holes, [good](Slot slot) { return slot >= good; });
  // A reader's hole may be what the writer's machine has yet to send.
  unvisited_ = holes.empty() || access_ == Access::read_write ? good : holes.front();
  written_ = count_ = good;
  if (access_ == Access::read_only) return {};
  if (good < end) KOPILKA_TRY(file_.truncate(offset_of(good)));
  return fill(holes);
}

// The next floor will stand above them, and below it every slot must be good.
Result<void> VaultFile::fill(const std::vector<Slot>& holes) {
  for (const Slot slot : holes)
    KOPILKA_TRY(file_.write_at(offset_of(slot), encode_slot({.state = SlotState::unused})));
  if (!holes.empty()) is_synced_ = false;
  return {};
}

Result<SlotRecord> VaultFile::read(Slot slot) const {
  if (access_ == Access::read_only) return read_on_disk(slot);
  KOPILKA_CHECK(slot < count_);
  if (slot < written_) return read_on_disk(slot);
  const auto record =
      decode_slot(ByteView(pending_).substr(offset_of(slot) - offset_of(written_), kSlotBytes));
  KOPILKA_CHECK(record);
  return *record;
}

Result<SlotRecord> VaultFile::read_on_disk(Slot slot) const {
  int looks = 0;
  do {
    KOPILKA_TRY_ASSIGN(const Bytes bytes, file_.read_at(offset_of(slot), kSlotBytes));
    if (const auto record = decode_slot(bytes)) return *record;
  } while (looks_again(access_, looks));
  return damaged(offset_of(slot));
}

Result<Slot> VaultFile::append(const SlotRecord& record) {
  KOPILKA_CHECK(access_ == Access::read_write);
  if (is_broken_)
    return base::fail(ErrorKind::io, "an earlier write to " + path().string() + " failed");
  const Slot slot = count_;
  pending_.resize(offset_of(slot) - offset_of(written_));  // zeros up to the next sector
  pending_ += encode_slot(record);
  ++count_;
  is_synced_ = false;
  if (pending_.size() >= kPendingBytesMax) KOPILKA_TRY(write_pending());
  return slot;
}

Result<void> VaultFile::write_pending() {
  if (pending_.empty()) return {};
  is_broken_ = true;
  KOPILKA_TRY(file_.write_at(offset_of(written_), pending_));
  is_broken_ = false;
  pending_.clear();
  written_ = count_;
  return {};
}

Result<void> VaultFile::sync_file() {
  is_broken_ = true;
  KOPILKA_TRY(file_.sync());
  is_broken_ = false;
  return {};
}

Result<void> VaultFile::sync() {
  if (is_synced_) return {};
  if (is_broken_)
    return base::fail(ErrorKind::io, "an earlier write to " + path().string() + " failed");
  KOPILKA_TRY(write_pending());
  // The floor says what an earlier sync made durable, so it may travel with this one.
  if (floor_on_disk_ != floor_) {
    KOPILKA_TRY(file_.write_at(kSectorBytes, encode_floor(floor_)));
    floor_on_disk_ = floor_;
  }
  KOPILKA_TRY(sync_file());
  floor_ = written_;
  is_synced_ = true;
  return {};
}

Result<void> VaultFile::destroy(Slot slot) {
  KOPILKA_CHECK(access_ == Access::read_write);
  KOPILKA_TRY(sync());
  KOPILKA_TRY_ASSIGN(SlotRecord record, read_on_disk(slot));
  record.state = SlotState::destroyed;
  record.nonce = {};
  record.wrapped = {};
  KOPILKA_TRY(file_.write_at(offset_of(slot), encode_slot(record)));
  return sync_file();
}

}  // namespace kopilka::vault
