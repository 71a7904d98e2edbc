#include "engine/kafka/connection.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/kafka/kafka_topic.h"
#include "tests/support/temporary_directory.h"

namespace kopilka::kafka {
namespace {

using base::ErrorKind;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(PropertiesTest, are_a_name_and_a_value_a_line) {
  const auto parsed = parse_properties(
      "# TLS\n\n security.protocol = sasl_ssl \r\nsasl.password=a=b #c\nssl.key.password=", "file");
  ASSERT_TRUE(parsed) << parsed.error().message;
  ASSERT_EQ(parsed->size(), 3U);
  EXPECT_EQ(parsed->at(0).name, "security.protocol");
  EXPECT_EQ(parsed->at(0).value, "sasl_ssl");
  EXPECT_EQ(parsed->at(1).value, "a=b #c");
  EXPECT_EQ(parsed->at(2).value, "");
}

TEST(PropertiesTest, of_the_protocol_are_refused_by_name_line_and_reason) {
  const auto refused = parse_properties("client.id=me\nacks=1\n", "broker.conf");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::usage);
  EXPECT_THAT(refused.error().message, HasSubstr("broker.conf:2: acks is always all"));
}

TEST(PropertiesTest, without_an_equals_sign_are_refused_and_not_repeated) {
  const auto refused = parse_properties("sasl.password secret", "broker.conf");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("broker.conf:1"));
  EXPECT_THAT(refused.error().message, Not(HasSubstr("secret")));
}

TEST(PropertiesTest, are_read_from_a_file_of_bounded_size) {
  const support::TemporaryDirectory directory;
  const auto file = directory.path() / "broker.conf";
  std::ofstream(file) << "client.id=me\n";
  const auto read = read_properties(file);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->at(0).value, "me");
  std::ofstream(file) << std::string(70'000, '#');
  EXPECT_EQ(read_properties(file).error().kind, ErrorKind::limit);
  EXPECT_EQ(read_properties(directory.path() / "absent").error().kind, ErrorKind::io);
  EXPECT_EQ(read_properties(directory.path()).error().kind, ErrorKind::io);
}

TEST(OpenTopicTest, refuses_a_value_that_librdkafka_does_not_take_and_keeps_it_to_itself) {
  const auto refused =
      open_topic({.brokers = "localhost:1", .properties = {{"security.protocol", "secret"}}}, "t");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::usage);
  EXPECT_THAT(refused.error().message, HasSubstr("security.protocol"));
  EXPECT_THAT(refused.error().message, Not(HasSubstr("secret")));
}

TEST(OpenTopicTest, refuses_a_property_of_the_protocol_wherever_it_comes_from) {
  const auto refused =
      open_topic({.brokers = "localhost:1", .properties = {{"group.id", "g"}}}, "t");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("group.id may not be set"));
  EXPECT_EQ(open_topic({.brokers = ""}, "t").error().kind, ErrorKind::usage);
}

}  // namespace
}  // namespace kopilka::kafka
