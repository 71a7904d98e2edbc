#include "engine/memory/feed.h"

#include "engine/memory/steady_time.h"
#include "tests/contract/feed_contract.h"

namespace kopilka::contract {
namespace {

class MemoryFeedWorld {
 public:
  MemoryFeedWorld() { gone_->remove(); }

  ports::Feed& feed() { return feed_; }
  ports::Feed& other() { return other_; }
  ports::Feed& absent() { return absent_; }

 private:
  memory::ManualSteadyTime time_;
  std::shared_ptr<memory::MemoryFeedTopic> topic_ =
      std::make_shared<memory::MemoryFeedTopic>(time_, 3);
  std::shared_ptr<memory::MemoryFeedTopic> gone_ =
      std::make_shared<memory::MemoryFeedTopic>(time_, 1);
  memory::MemoryFeed feed_{topic_};
  memory::MemoryFeed other_{topic_};
  memory::MemoryFeed absent_{gone_};
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(memory, FeedContract, MemoryFeedWorld);

}  // namespace kopilka::contract
