#include "engine/memory/topic.h"

#include "engine/memory/steady_time.h"
#include "tests/contract/topic_contract.h"

namespace kopilka::contract {
namespace {

class MemoryTopicWorld {
 public:
  ports::Topic& topic() { return topic_; }
  ports::Topic& other() { return other_; }

 private:
  memory::ManualSteadyTime time_;
  std::shared_ptr<memory::MemoryPartition> partition_ =
      std::make_shared<memory::MemoryPartition>(time_);
  memory::MemoryTopic topic_{partition_};
  memory::MemoryTopic other_{partition_};
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(memory, TopicContract, MemoryTopicWorld);

}  // namespace kopilka::contract
