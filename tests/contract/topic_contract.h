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

#include "engine/ports/topic.h"

// What every Topic promises. A suite is made for a World that has
//   ports::Topic& topic()     a topic that is empty and set as it should be
//   ports::Topic& other()     the same topic, as another process sees it
namespace kopilka::contract {

using ports::DeliveryReport;
using ports::TopicOffset;
using ports::TopicRecord;

template <class World>
class TopicContract : public ::testing::Test {
 protected:
  static constexpr std::chrono::milliseconds kWait{100};
  static constexpr int kTriesMax = 300;

  template <class T>
  static T value_of(base::Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    if constexpr (!std::is_void_v<T>) return std::move(*result);
  }

  ports::Topic& topic() { return world_.topic(); }
  ports::Topic& other() { return world_.other(); }
  std::unique_ptr<ports::TopicWriter> writer() { return value_of(topic().open_writer()); }
  std::unique_ptr<ports::TopicReader> reader(TopicOffset from) {
    return value_of(other().read_from(from));
  }

  static std::vector<DeliveryReport> reports(ports::TopicWriter& writer, std::size_t count) {
    std::vector<DeliveryReport> all;
    for (int tries = 0; all.size() < count && tries < kTriesMax; ++tries)
      for (auto& report : writer.poll(kWait))
        all.push_back(std::move(report));
    return all;
  }
  static TopicOffset append(ports::TopicWriter& writer, const std::string& value) {
    (void)value_of(writer.append(value));
    const auto told = reports(writer, 1);
    if (told.size() != 1 || !told[0].offset) throw std::runtime_error("not delivered");
    return *told[0].offset;
  }
  static std::vector<TopicRecord> take(ports::TopicReader& reader, std::size_t count) {
    std::vector<TopicRecord> all;
    for (int tries = 0; all.size() < count && tries < kTriesMax;) {
      auto record = value_of(reader.next(kWait));
      if (record)
        all.push_back(std::move(*record));
      else
        ++tries;
    }
    return all;
  }
  // Reads until the reader stands at the end, as it is now.
  std::vector<TopicRecord> take_all(ports::TopicReader& reader) {
    const auto end = value_of(other().bounds()).end;
    std::vector<TopicRecord> all;
    for (int tries = 0; reader.position() < end && tries < kTriesMax;) {
      auto record = value_of(reader.next(kWait));
      if (record)
        all.push_back(std::move(*record));
      else
        ++tries;
    }
    EXPECT_EQ(reader.position(), end);
    return all;
  }
  static std::vector<std::string> values_of(const std::vector<TopicRecord>& records) {
    std::vector<std::string> values;
    for (const auto& record : records)
      values.push_back(record.value);
    return values;
  }

  World world_;
};

TYPED_TEST_SUITE_P(TopicContract);

TYPED_TEST_P(TopicContract, is_empty_at_first) {
  const auto bounds = this->value_of(this->topic().bounds());
  EXPECT_EQ(bounds.first, 0U);
  EXPECT_EQ(bounds.end, 0U);
  const auto reader = this->reader(0);
  EXPECT_FALSE(this->value_of(reader->next(this->kWait)));
  EXPECT_EQ(reader->position(), 0U);
}

TYPED_TEST_P(TopicContract, keeps_what_it_is_given_as_its_settings_promise) {
  const auto checked = this->topic().check_settings();
  EXPECT_TRUE(checked) << checked.error().message;
  EXPECT_FALSE(this->topic().name().empty());
}

TYPED_TEST_P(TopicContract, shows_records_in_their_order_and_with_their_bytes) {
  const auto writer = this->writer();
  std::vector<std::string> sent{"a", std::string("\0\xFF\n", 3), std::string(900'000, 'x')};
  for (const auto& value : sent)
    this->append(*writer, value);
  const auto reader = this->reader(0);
  const auto shown = this->take(*reader, sent.size());
  EXPECT_EQ(this->values_of(shown), sent);
  for (std::size_t i = 1; i < shown.size(); ++i)
    EXPECT_GT(shown[i].offset, shown[i - 1].offset);
}

TYPED_TEST_P(TopicContract, reports_in_the_order_of_tickets_and_where_a_record_stands) {
  const auto writer = this->writer();
  for (std::uint64_t i = 1; i <= 20; ++i)
    EXPECT_EQ(this->value_of(writer->append("r" + std::to_string(i))), i);
  const auto told = this->reports(*writer, 20);
  ASSERT_EQ(told.size(), 20U);
  const auto reader = this->reader(0);
  const auto shown = this->take(*reader, 20);
  ASSERT_EQ(shown.size(), 20U);
  for (std::size_t i = 0; i < 20; ++i) {
    EXPECT_EQ(told[i].ticket, i + 1);
    EXPECT_EQ(told[i].error, "");
    EXPECT_EQ(told[i].offset, shown[i].offset);
  }
  EXPECT_TRUE(writer->poll(std::chrono::milliseconds{0}).empty()) << "nothing is under way";
}

TYPED_TEST_P(TopicContract, every_writer_counts_its_own_tickets) {
  const auto first = this->writer();
  EXPECT_EQ(this->value_of(first->append("a")), 1U);
  const auto second = this->value_of(this->other().open_writer());
  EXPECT_EQ(this->value_of(second->append("b")), 1U);
  EXPECT_EQ(this->reports(*first, 1).size(), 1U);
  EXPECT_EQ(this->reports(*second, 1).size(), 1U);
}

TYPED_TEST_P(TopicContract, what_is_reported_delivered_lies_within_its_bounds) {
  const auto writer = this->writer();
  const auto offset = this->append(*writer, "a");
  const auto reader = this->reader(0);
  ASSERT_EQ(this->take(*reader, 1).size(), 1U);
  EXPECT_GT(this->value_of(this->other().bounds()).end, offset);
  EXPECT_LE(this->value_of(this->other().bounds()).first, offset);
}

TYPED_TEST_P(TopicContract, a_reader_at_the_end_goes_on_when_more_comes) {
  const auto writer = this->writer();
  this->append(*writer, "a");
  const auto reader = this->reader(0);
  EXPECT_EQ(this->values_of(this->take(*reader, 1)), std::vector<std::string>{"a"});
  EXPECT_FALSE(this->value_of(reader->next(this->kWait)));
  this->append(*writer, "b");
  EXPECT_EQ(this->values_of(this->take(*reader, 1)), std::vector<std::string>{"b"});
}

TYPED_TEST_P(TopicContract, a_reader_begins_at_any_offset_up_to_the_end) {
  const auto writer = this->writer();
  std::vector<TopicOffset> offsets;
  for (const auto* value : {"a", "b", "c"})
    offsets.push_back(this->append(*writer, value));
  const auto whole = this->reader(0);
  ASSERT_EQ(this->take(*whole, 3).size(), 3U);
  const auto middle = this->reader(offsets[1]);
  EXPECT_EQ(this->values_of(this->take(*middle, 2)), (std::vector<std::string>{"b", "c"}));
  const auto at_end = this->reader(this->value_of(this->other().bounds()).end);
  EXPECT_FALSE(this->value_of(at_end->next(this->kWait)));
  this->append(*writer, "d");
  EXPECT_EQ(this->values_of(this->take(*at_end, 1)), std::vector<std::string>{"d"});
}

TYPED_TEST_P(TopicContract, a_reader_comes_to_stand_at_the_end) {
  const auto writer = this->writer();
  for (int i = 0; i < 5; ++i)
    this->append(*writer, "r");
  const auto reader = this->reader(0);
  EXPECT_EQ(this->take_all(*reader).size(), 5U);
}

TYPED_TEST_P(TopicContract, mixes_writers_without_losing_or_doubling_any) {
  const auto first = this->writer();
  const auto second = this->value_of(this->other().open_writer());
  for (int i = 0; i < 50; ++i) {
    (void)this->value_of(first->append("a" + std::to_string(i)));
    (void)this->value_of(second->append("b" + std::to_string(i)));
  }
  EXPECT_EQ(this->reports(*first, 50).size(), 50U);
  EXPECT_EQ(this->reports(*second, 50).size(), 50U);
  const auto reader = this->reader(0);
  std::vector<std::string> of_first;
  std::vector<std::string> of_second;
  for (const auto& value : this->values_of(this->take(*reader, 100)))
    (value.front() == 'a' ? of_first : of_second).push_back(value.substr(1));
  EXPECT_EQ(of_first.size(), 50U);
  EXPECT_EQ(of_first, of_second);
  for (std::size_t i = 0; i < of_first.size(); ++i)
    EXPECT_EQ(of_first[i], std::to_string(i));
}

TYPED_TEST_P(TopicContract, of_a_writer_that_is_destroyed_a_beginning_is_there) {
  {
    const auto writer = this->writer();
    for (int i = 0; i < 200; ++i)
      (void)this->value_of(writer->append(std::to_string(i)));
  }
  const auto after = this->writer();
  this->append(*after, "after");
  const auto reader = this->reader(0);
  int landed = 0;
  for (const auto& value : this->values_of(this->take_all(*reader))) {
    if (value == "after") continue;
    EXPECT_EQ(value, std::to_string(landed++));
  }
}

TYPED_TEST_P(TopicContract, readers_on_other_threads_see_each_record_once_and_in_order) {
  constexpr std::uint64_t kRecords = 300;
  std::vector<std::thread> threads;
  std::vector<std::uint64_t> seen(3, 0);
  for (auto& count : seen)
    threads.emplace_back([&count, reader = this->reader(0)] {
      for (int tries = 0; count < kRecords && tries < 1'000'000;) {
        const auto record = reader->next(std::chrono::milliseconds{10});
        if (!record) return;
        if (!*record)
          ++tries;
        else if ((*record)->value != std::to_string(count++))
          return;
      }
    });
  const auto writer = this->writer();
  for (std::uint64_t i = 0; i < kRecords; ++i)
    (void)this->value_of(writer->append(std::to_string(i)));
  EXPECT_EQ(this->reports(*writer, kRecords).size(), kRecords);
  for (auto& thread : threads)
    thread.join();
  EXPECT_EQ(seen, std::vector<std::uint64_t>(3, kRecords));
}

REGISTER_TYPED_TEST_SUITE_P(
    TopicContract, is_empty_at_first, keeps_what_it_is_given_as_its_settings_promise,
    shows_records_in_their_order_and_with_their_bytes,
    reports_in_the_order_of_tickets_and_where_a_record_stands, every_writer_counts_its_own_tickets,
    what_is_reported_delivered_lies_within_its_bounds, a_reader_at_the_end_goes_on_when_more_comes,
    a_reader_begins_at_any_offset_up_to_the_end, a_reader_comes_to_stand_at_the_end,
    mixes_writers_without_losing_or_doubling_any,
    of_a_writer_that_is_destroyed_a_beginning_is_there,
    readers_on_other_threads_see_each_record_once_and_in_order);

}  // namespace kopilka::contract
