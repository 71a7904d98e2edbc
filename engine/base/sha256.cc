#include "engine/base/sha256.h"

#include <openssl/evp.h>

#include "engine/base/check.h"

namespace kopilka::base {
namespace {

// Looked up once: the machine's fastest one.
const EVP_MD* algorithm() {
  static EVP_MD* const found = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  KOPILKA_CHECK(found != nullptr);
  return found;
}

}  // namespace

struct Sha256::Context {
  Context() : state(EVP_MD_CTX_new()) {
    KOPILKA_CHECK(state != nullptr && EVP_DigestInit_ex2(state, algorithm(), nullptr) == 1);
  }
  ~Context() { EVP_MD_CTX_free(state); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  EVP_MD_CTX* state;
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

Sha256& Sha256::add(ByteView bytes) {
  KOPILKA_CHECK(EVP_DigestUpdate(context_->state, bytes.data(), bytes.size()) == 1);
  return *this;
}

Hash256 Sha256::finish() {
  Hash256 out{};
  unsigned int length = out.size();
  KOPILKA_CHECK(EVP_DigestFinal_ex(context_->state, out.data(), &length) == 1 &&
                length == out.size());
  // The same algorithm again.
  KOPILKA_CHECK(EVP_DigestInit_ex2(context_->state, nullptr, nullptr) == 1);
  return out;
}

}  // namespace kopilka::base
