#include "engine/rocks/errors.h"

namespace kopilka::rocks {

using base::ErrorKind;

base::Error error_of(const rocksdb::Status& status, const std::filesystem::path& directory) {
  const std::string where = directory.string();
  const std::string what = status.ToString();
  if (status.IsCorruption())
    return {ErrorKind::corrupt, where + " is damaged (" + what + "): remove it and rebuild"};
  if (status.IsNoSpace() || status.subcode() == rocksdb::Status::kSpaceLimit)
    return {ErrorKind::io, "no space left for " + where + " (" + what + ")"};
  if (status.IsIOError()) {
    if (what.find("/LOCK") != std::string::npos)
      return {ErrorKind::not_available, "another process holds " + where + " (" + what + ")"};
    if (status.subcode() == rocksdb::Status::kPathNotFound)
      return {ErrorKind::corrupt,
              where + " lacks a file of its own (" + what + "): remove it and rebuild"};
  }
  if (status.IsNotSupported()) return {ErrorKind::usage, where + ": " + what};
  return {ErrorKind::io, where + ": " + what};
}

}  // namespace kopilka::rocks
