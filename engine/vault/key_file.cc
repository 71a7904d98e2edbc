#include "engine/vault/key_file.h"

#include <fcntl.h>
#include <sodium/utils.h>

#include "engine/vault/open_file.h"

namespace kopilka::vault {

using base::ErrorKind;
using base::Result;

namespace {

constexpr std::size_t kDigits = 2 * Key::size();

}  // namespace

Result<Key> read_key_file(const std::filesystem::path& path) {
  KOPILKA_TRY_ASSIGN(const OpenFile file, OpenFile::open(path, O_RDONLY));
  KOPILKA_TRY_ASSIGN(const bool is_exposed, file.is_open_to_others());
  if (is_exposed)
    return base::fail(ErrorKind::usage,
                      "others may read the key in " + path.string() + ": chmod 600 it");
  KOPILKA_TRY_ASSIGN(base::Bytes text, file.read_at(0, kDigits + 2));
  while (text.ends_with('\n') || text.ends_with('\r'))
    text.pop_back();
  Key key;
  std::size_t decoded = 0;
  const char* end = nullptr;
  const bool is_hex = sodium_hex2bin(key.data(), Key::size(), text.data(), text.size(), nullptr,
                                     &decoded, &end) == 0 &&
                      end == text.data() + text.size() && decoded == Key::size();
  wipe(text);
  if (!is_hex)
    return base::fail(ErrorKind::usage, path.string() + " does not hold 64 hexadecimal digits");
  return key;
}

Result<void> write_key_file(const std::filesystem::path& path, const Key& key) {
  if (std::error_code ignored; std::filesystem::exists(path, ignored))
    return base::fail(ErrorKind::usage, path.string() + " exists already");
  base::Bytes text = base::to_hex(key.view()) + "\n";
  KOPILKA_TRY_ASSIGN(OpenFile file, OpenFile::open(path, O_WRONLY | O_CREAT | O_EXCL));
  const Result<void> written = file.write_at(0, text);
  wipe(text);
  KOPILKA_TRY(written);
  KOPILKA_TRY(file.sync());
  return sync_directory(path.parent_path());
}

}  // namespace kopilka::vault
