#include "engine/memory/candidacy.h"

#include "tests/contract/candidacy_contract.h"

namespace kopilka::contract {
namespace {

class MemoryCandidacyWorld {
 public:
  std::unique_ptr<ports::Candidacy> candidate() {
    return std::make_unique<memory::MemoryCandidacy>(election_);
  }
  void wait() {}

 private:
  std::shared_ptr<memory::MemoryElection> election_ = std::make_shared<memory::MemoryElection>();
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(memory, CandidacyContract, MemoryCandidacyWorld);

}  // namespace kopilka::contract
