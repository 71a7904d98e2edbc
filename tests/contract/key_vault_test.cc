#include "engine/memory/key_vault.h"

#include "engine/system/system_random.h"
#include "engine/vault/file_vault.h"
#include "tests/contract/key_vault_contract.h"
#include "tests/support/temporary_directory.h"

namespace kopilka::contract {
namespace {

class MemoryWorld {
 public:
  ports::KeyVault& vault() { return vault_; }
  void reopen() {}  // it lives as long as the process
  std::unique_ptr<ports::KeyVault> another() { return std::make_unique<memory::MemoryKeyVault>(2); }
  base::Result<base::Bytes> as_processor(const model::Sealed& sealed) {
    return vault_.open_as_processor(sealed);
  }

 private:
  memory::MemoryKeyVault vault_{1};
};

class FileWorld {
 public:
  FileWorld() : vault_(made_in("keys")) {}
  ports::KeyVault& vault() { return *vault_; }
  void reopen() {
    vault_.reset();
    vault_ = opened_in("keys");
  }
  std::unique_ptr<ports::KeyVault> another() { return made_in("other"); }
  base::Result<base::Bytes> as_processor(const model::Sealed& sealed) {
    return vault_->open_for_processor(sealed);
  }

 private:
  std::unique_ptr<vault::FileVault> opened_in(const std::string& name) {
    auto opened = vault::FileVault::open(vault::vault_in(directory_.path() / name),
                                         vault::Access::read_write, random_);
    if (!opened) throw std::runtime_error(opened.error().message);
    return std::move(*opened);
  }
  std::unique_ptr<vault::FileVault> made_in(const std::string& name) {
    const auto made =
        vault::FileVault::create(vault::vault_in(directory_.path() / name), {}, random_);
    if (!made) throw std::runtime_error(made.error().message);
    return opened_in(name);
  }

  support::TemporaryDirectory directory_;
  system::SystemRandom random_;
  std::unique_ptr<vault::FileVault> vault_;
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(memory, KeyVaultContract, MemoryWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(file, KeyVaultContract, FileWorld);

}  // namespace kopilka::contract
