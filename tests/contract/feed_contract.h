#pragma once

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/ports/feed.h"

// What every Feed promises. A suite is made for a World that has
//   ports::Feed& feed()     a feed of three partitions that is empty
//   ports::Feed& other()    the same feed, as another process sees it
//   ports::Feed& absent()   one that nobody made
namespace kopilka::contract {

using ports::DeliveryReport;
using ports::FeedHeader;
using ports::FeedRecord;
using ports::PartitionNumber;
using ports::TopicOffset;

template <class World>
class FeedContract : public ::testing::Test {
 protected:
  static constexpr std::chrono::milliseconds kWait{100};
  static constexpr int kTriesMax = 300;
  static constexpr PartitionNumber kPartitions = 3;
  static inline const std::vector<TopicOffset> kBeginning{0, 0, 0};

  template <class T>
  static T value_of(base::Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    if constexpr (!std::is_void_v<T>) return std::move(*result);
  }

  ports::Feed& feed() { return world_.feed(); }
  ports::Feed& other() { return world_.other(); }
  ports::Feed& absent() { return world_.absent(); }
  std::unique_ptr<ports::FeedWriter> writer() { return value_of(feed().open_writer()); }
  std::unique_ptr<ports::FeedReader> reader(std::vector<TopicOffset> from = kBeginning) {
    return value_of(other().read_from(std::move(from)));
  }

  static FeedRecord record(PartitionNumber partition, std::string value) {
    return {.partition = partition,
            .offset = 0,
            .key = "key",
            .value = std::move(value),
            .headers = {}};
  }
  static std::vector<DeliveryReport> reports(ports::FeedWriter& writer, std::size_t count) {
    std::vector<DeliveryReport> all;
    for (int tries = 0; all.size() < count && tries < kTriesMax;) {
      auto told = writer.poll(kWait);
      if (told.empty()) ++tries;
      for (auto& report : told)
        all.push_back(std::move(report));
    }
    return all;
  }
  static TopicOffset append(ports::FeedWriter& writer, FeedRecord record) {
    (void)value_of(writer.append(std::move(record)));
    const auto told = reports(writer, 1);
    if (told.size() != 1 || !told[0].offset) throw std::runtime_error("not delivered");
    return *told[0].offset;
  }
  // By partition, each in the order in which it was shown.
  static std::vector<std::vector<FeedRecord>> take(ports::FeedReader& reader, std::size_t count) {
    std::vector<std::vector<FeedRecord>> all(kPartitions);
    std::size_t taken = 0;
    for (int tries = 0; taken < count && tries < kTriesMax;) {
      auto record = value_of(reader.next(kWait));
      if (!record) {
        ++tries;
        continue;
      }
      ++taken;
      all.at(record->partition).push_back(std::move(*record));
    }
    return all;
  }
  static std::vector<std::string> values_of(const std::vector<FeedRecord>& records) {
    std::vector<std::string> values;
    for (const auto& record : records)
      values.push_back(record.value);
    return values;
  }

  World world_;
};

TYPED_TEST_SUITE_P(FeedContract);

TYPED_TEST_P(FeedContract, is_empty_at_first) {
  EXPECT_FALSE(this->feed().name().empty());
  EXPECT_EQ(this->value_of(this->feed().partitions()), this->kPartitions);
  for (PartitionNumber partition = 0; partition < this->kPartitions; ++partition) {
    const auto bounds = this->value_of(this->feed().bounds(partition));
    EXPECT_EQ(bounds.first, 0U);
    EXPECT_EQ(bounds.end, 0U);
  }
  EXPECT_FALSE(this->value_of(this->reader()->next(this->kWait)));
}

TYPED_TEST_P(FeedContract, that_nobody_made_is_not_available) {
  const auto partitions = this->absent().partitions();
  ASSERT_FALSE(partitions);
  EXPECT_EQ(partitions.error().kind, base::ErrorKind::not_available);
  EXPECT_THAT(partitions.error().message, ::testing::HasSubstr("no such topic"));
  const auto bounds = this->absent().bounds(0);
  ASSERT_FALSE(bounds);
  EXPECT_EQ(bounds.error().kind, base::ErrorKind::not_available);
}

TYPED_TEST_P(FeedContract, shows_records_with_their_key_value_and_headers) {
  const std::string bytes("\0\xFF\n", 3);
  const std::vector<FeedRecord> sent{
      {.partition = 1, .offset = 0, .key = "k", .value = "v", .headers = {}},
      {.partition = 1,
       .offset = 0,
       .key = {},
       .value = bytes,
       .headers = {{"type", "PurchaseMade"}}},
      {.partition = 1,
       .offset = 0,
       .key = bytes,
       .value = {},
       .headers = {{"seq", bytes}, {"twice", "a"}, {"twice", "b"}, {"empty", ""}}},
      {.partition = 1,
       .offset = 0,
       .key = "large",
       .value = std::string(1'100'000, 'x'),
       .headers = {}},
  };
  const auto writer = this->writer();
  std::vector<TopicOffset> offsets;
  for (const auto& record : sent)
    offsets.push_back(this->append(*writer, record));
  const auto shown = this->take(*this->reader(), sent.size());
  ASSERT_EQ(shown[1].size(), sent.size());
  for (std::size_t i = 0; i < sent.size(); ++i) {
    EXPECT_EQ(shown[1][i].offset, offsets[i]);
    EXPECT_EQ(shown[1][i].key, sent[i].key);
    EXPECT_EQ(shown[1][i].value, sent[i].value);
    EXPECT_EQ(shown[1][i].headers, sent[i].headers);
  }
}

TYPED_TEST_P(FeedContract, keeps_the_order_of_each_partition) {
  const auto writer = this->writer();
  for (int i = 0; i < 300; ++i)
    (void)this->value_of(
        writer->append(this->record(static_cast<PartitionNumber>(i % 3), std::to_string(i / 3))));
  ASSERT_EQ(this->reports(*writer, 300).size(), 300U);
  const auto shown = this->take(*this->reader(), 300);
  for (const auto& partition : shown) {
    ASSERT_EQ(partition.size(), 100U);
    for (std::size_t i = 0; i < partition.size(); ++i) {
      EXPECT_EQ(partition[i].value, std::to_string(i));
      EXPECT_TRUE(i == 0 || partition[i].offset > partition[i - 1].offset);
    }
  }
}

TYPED_TEST_P(FeedContract, reports_in_the_order_of_tickets_whatever_the_partition) {
  const auto writer = this->writer();
  for (std::uint64_t i = 1; i <= 30; ++i)
    EXPECT_EQ(this->value_of(writer->append(
                  this->record(static_cast<PartitionNumber>(i % 3), std::to_string(i)))),
              i);
  const auto told = this->reports(*writer, 30);
  ASSERT_EQ(told.size(), 30U);
  const auto shown = this->take(*this->reader(), 30);
  for (std::size_t i = 0; i < 30; ++i) {
    EXPECT_EQ(told[i].ticket, i + 1);
    EXPECT_EQ(told[i].error, "");
    const auto& partition = shown[(i + 1) % 3];
    ASSERT_EQ(partition.size(), 10U);
    EXPECT_THAT(partition, ::testing::Contains(::testing::AllOf(
                               ::testing::Field(&FeedRecord::value, std::to_string(i + 1)),
                               ::testing::Field(&FeedRecord::offset, told[i].offset.value()))));
  }
  EXPECT_TRUE(writer->poll(std::chrono::milliseconds{0}).empty()) << "nothing is under way";
}

TYPED_TEST_P(FeedContract, what_is_reported_delivered_lies_within_its_bounds) {
  const auto writer = this->writer();
  this->append(*writer, this->record(2, "a"));
  const auto offset = this->append(*writer, this->record(2, "b"));
  ASSERT_EQ(this->take(*this->reader(), 2)[2].size(), 2U);
  const auto bounds = this->value_of(this->other().bounds(2));
  EXPECT_LE(bounds.first, offset);
  EXPECT_GT(bounds.end, offset);
  EXPECT_EQ(this->value_of(this->other().bounds(0)).end, 0U) << "each partition has its own";
}

TYPED_TEST_P(FeedContract, a_reader_begins_at_an_offset_of_each_partition) {
  const auto writer = this->writer();
  std::vector<TopicOffset> second;
  for (PartitionNumber partition = 0; partition < this->kPartitions; ++partition) {
    this->append(*writer, this->record(partition, "first"));
    second.push_back(this->append(*writer, this->record(partition, "second")));
  }
  ASSERT_EQ(this->take(*this->reader(), 6)[0].size(), 2U);
  const auto end = this->value_of(this->other().bounds(2)).end;
  const auto reader = this->reader({0, second[1], end});
  const auto shown = this->take(*reader, 3);
  EXPECT_EQ(this->values_of(shown[0]), (std::vector<std::string>{"first", "second"}));
  EXPECT_EQ(this->values_of(shown[1]), (std::vector<std::string>{"second"}));
  EXPECT_TRUE(shown[2].empty());
  EXPECT_FALSE(this->value_of(reader->next(this->kWait)));
  this->append(*writer, this->record(2, "third"));
  EXPECT_EQ(this->values_of(this->take(*reader, 1)[2]), (std::vector<std::string>{"third"}));
}

TYPED_TEST_P(FeedContract, an_offset_beyond_the_end_ends_the_reader) {
  const auto writer = this->writer();
  this->append(*writer, this->record(1, "one"));
  const auto reader = this->reader({0, 5, 0});
  auto found = reader->next(this->kWait);
  for (int tries = 0; found && tries < this->kTriesMax; ++tries)
    found = reader->next(this->kWait);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, base::ErrorKind::io) << found.error().message;
  EXPECT_FALSE(reader->next(this->kWait));
}

TYPED_TEST_P(FeedContract, a_writer_that_is_full_goes_on_when_it_told_of_some) {
  const auto writer = this->writer();
  const auto append_next = [&](std::uint64_t number) {
    return writer->append(
        this->record(static_cast<PartitionNumber>(number % 3), std::to_string(number)));
  };
  std::uint64_t taken = 0;
  auto answer = append_next(0);
  while (answer && taken < 1'000'000)
    answer = append_next(++taken);
  ASSERT_FALSE(answer) << "what is under way must be bounded";
  EXPECT_EQ(answer.error().kind, base::ErrorKind::limit) << answer.error().message;
  auto told = this->reports(*writer, taken / 2);
  ASSERT_GE(told.size(), taken / 2);
  EXPECT_EQ(this->value_of(append_next(taken)), taken + 1) << "what was refused has no ticket";
  for (auto& report : this->reports(*writer, taken + 1 - told.size()))
    told.push_back(std::move(report));
  ASSERT_EQ(told.size(), taken + 1);
  for (const auto& report : told)
    ASSERT_TRUE(report.offset) << report.error;

  const auto shown = this->take(*this->reader(), taken + 1);
  for (std::uint64_t partition = 0; partition < 3; ++partition) {
    auto expected = partition;
    for (const auto& record : shown[partition]) {
      ASSERT_EQ(record.value, std::to_string(expected));
      expected += 3;
    }
    EXPECT_GT(expected, taken) << "the last one is missing";
  }
}

TYPED_TEST_P(FeedContract, mixes_writers_without_losing_or_doubling_any) {
  const auto first = this->writer();
  const auto second = this->value_of(this->other().open_writer());
  for (int i = 0; i < 50; ++i) {
    (void)this->value_of(first->append(this->record(0, "a" + std::to_string(i))));
    (void)this->value_of(second->append(this->record(0, "b" + std::to_string(i))));
  }
  EXPECT_EQ(this->reports(*first, 50).size(), 50U);
  EXPECT_EQ(this->reports(*second, 50).size(), 50U);
  std::vector<std::string> of_first;
  std::vector<std::string> of_second;
  for (const auto& value : this->values_of(this->take(*this->reader(), 100)[0]))
    (value.front() == 'a' ? of_first : of_second).push_back(value.substr(1));
  EXPECT_EQ(of_first.size(), 50U);
  EXPECT_EQ(of_first, of_second);
  for (std::size_t i = 0; i < of_first.size(); ++i)
    EXPECT_EQ(of_first[i], std::to_string(i));
}

TYPED_TEST_P(FeedContract, of_a_writer_that_is_destroyed_a_beginning_is_there) {
  {
    const auto writer = this->writer();
    for (int i = 0; i < 200; ++i)
      (void)this->value_of(writer->append(this->record(0, std::to_string(i))));
  }
  const auto after = this->writer();
  const auto last = this->append(*after, this->record(0, "after"));
  const auto reader = this->reader();
  int landed = 0;
  for (int tries = 0; tries < this->kTriesMax;) {
    const auto record = this->value_of(reader->next(this->kWait));
    if (!record) {
      ++tries;
      continue;
    }
    if (record->offset == last) break;
    EXPECT_EQ(record->value, std::to_string(landed++));
  }
}

TYPED_TEST_P(FeedContract, readers_on_other_threads_see_each_record_once_and_in_order) {
  constexpr std::uint64_t kRecords = 300;
  std::vector<std::thread> threads;
  std::vector<std::uint64_t> seen(3, 0);
  for (auto& count : seen)
    threads.emplace_back([&count, reader = this->reader()] {
      std::vector<std::uint64_t> next(3, 0);
      for (int tries = 0; count < kRecords && tries < 1'000'000;) {
        const auto record = reader->next(std::chrono::milliseconds{10});
        if (!record) return;
        if (!*record)
          ++tries;
        else if ((*record)->value != std::to_string(next.at((*record)->partition)++))
          return;
        else
          ++count;
      }
    });
  const auto writer = this->writer();
  for (std::uint64_t i = 0; i < kRecords; ++i)
    (void)this->value_of(
        writer->append(this->record(static_cast<PartitionNumber>(i % 3), std::to_string(i / 3))));
  EXPECT_EQ(this->reports(*writer, kRecords).size(), kRecords);
  for (auto& thread : threads)
    thread.join();
  EXPECT_EQ(seen, std::vector<std::uint64_t>(3, kRecords));
}

REGISTER_TYPED_TEST_SUITE_P(FeedContract, is_empty_at_first, that_nobody_made_is_not_available,
                            shows_records_with_their_key_value_and_headers,
                            keeps_the_order_of_each_partition,
                            reports_in_the_order_of_tickets_whatever_the_partition,
                            what_is_reported_delivered_lies_within_its_bounds,
                            a_reader_begins_at_an_offset_of_each_partition,
                            an_offset_beyond_the_end_ends_the_reader,
                            a_writer_that_is_full_goes_on_when_it_told_of_some,
                            mixes_writers_without_losing_or_doubling_any,
                            of_a_writer_that_is_destroyed_a_beginning_is_there,
                            readers_on_other_threads_see_each_record_once_and_in_order);

}  // namespace kopilka::contract
