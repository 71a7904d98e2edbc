#include "engine/codec/batch.h"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/hashing.h"
#include "engine/state/row_codec.h"
#include "tests/support/sample_events.h"

namespace kopilka::codec {
namespace {

using support::Filling;
using testing::HasSubstr;

// Everything that a batch says, apart from its bytes.
std::string content(const model::Batch& batch) {
  state::RowWriter out;
  const auto& header = batch.header;
  out.put(header.store);
  out.put(header.stream);
  out.put(header.epoch);
  out.put(header.owner);
  out.put(header.n);
  out.put(header.first_seq);
  out.put(header.count);
  out.put(header.registry_seq);
  out.put(header.recorded_at);
  out.put(header.previous);
  for (const auto& source : batch.sources) {
    out.put(source.source);
    out.put(source.position);
    out.put(source.digest);
  }
  for (const auto& entry : batch.entries) {
    out.put(entry.origin.has_value());
    if (entry.origin) {
      out.put(entry.origin->principal);
      out.put(entry.origin->credential);
      out.put(entry.origin->key);
      out.put(entry.origin->mac);
    }
    out.put(entry.recorded_at);
    for (const auto& dated : entry.events) {
      out.put(dated.effective_at);
      out.put(model::type_of(dated.event));
      std::visit([&](const auto& e) { out.put(e); }, dated.event);
    }
  }
  return out.take();
}

// Makes the checksums right again, so that damage reaches the decoder.
void mend_checksums(base::Bytes& bytes) {
  const auto put = [&](std::size_t at, std::uint32_t value) {
    base::Bytes little;
    base::put_little(little, value);
    bytes.replace(at, 4, little);
  };
  put(kBatchHeaderBytes - 8, base::crc32c(base::ByteView(bytes).substr(kBatchHeaderBytes)));
  put(kBatchHeaderBytes - 4, base::crc32c(base::ByteView(bytes).substr(0, kBatchHeaderBytes - 4)));
}

base::Error error_of(const base::Bytes& bytes) {
  const auto opened = open_sealed(bytes);
  if (!opened) return opened.error();
  const auto batch = decode(*opened);
  return batch ? base::Error{base::ErrorKind::usage, "nothing wrong"} : batch.error();
}

TEST(Batch, gives_back_header_sources_entries_and_events) {
  for (const auto filling : {Filling::full, Filling::bare, Filling::any}) {
    const auto batch = support::sample_batch(filling, 1);
    const auto opened = open_sealed(seal(batch).bytes);
    ASSERT_TRUE(opened) << opened.error().message;
    const auto decoded = decode(*opened);
    ASSERT_TRUE(decoded) << decoded.error().message;
    EXPECT_EQ(content(*decoded), content(batch));
  }
}

TEST(Batch, has_one_form_only) {
  const auto sealed = seal(support::sample_batch(Filling::any, 2));
  const auto decoded = decode(sealed);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(seal(*decoded).bytes, sealed.bytes);
}

TEST(Batch, is_hashed_over_all_its_bytes) {
  const auto sealed = seal(support::sample_batch(Filling::full, 3));
  EXPECT_EQ(sealed.hash, base::sha256(sealed.bytes));
  EXPECT_EQ(open_sealed(sealed.bytes)->hash, sealed.hash);
}

TEST(Batch, may_be_without_events) {
  auto batch = support::sample_batch(Filling::full, 4);
  batch.entries.clear();
  batch.header.count = 0;
  const auto sealed = seal(batch);
  const auto decoded = decode(sealed);
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(content(*decoded), content(batch));
}

model::AnswerStatus accepted_status(const model::Entry& entry) {
  const bool refused = std::holds_alternative<model::CommandRefused>(entry.events.front().event);
  return refused ? model::AnswerStatus::refused : model::AnswerStatus::accepted;
}

std::vector<model::Outcome> sample_outcomes(const model::Batch& batch) {
  const auto& entry = batch.entries.at(1);
  EXPECT_TRUE(entry.origin);
  const model::Seq second{batch.header.first_seq.value() + batch.entries.front().events.size()};
  const model::Original first_refused{model::AnswerStatus::refused, model::Refusal::on_hold,
                                      model::Seq{7}, 1, std::monostate{}};
  const model::Original first_accepted{
      model::AnswerStatus::accepted, std::nullopt, model::Seq{1'000'000}, 3,
      model::WithdrawalResult{model::WithdrawalId{9}, "ext", model::Instant::micros(-5)}};
  const model::PurchaseResult purchase{.purchase = model::PurchaseId{41},
                                       .state = model::PurchaseState::approved,
                                       .why = std::nullopt,
                                       .cashback = model::Money::kopecks(405'000),
                                       .release_on = model::Date::days(17'000)};
  using enum model::AnswerStatus;
  return {{.source = 0,
           .unit = 900,
           .entry = 1,
           .key = entry.origin->key,
           .answer = {.status = accepted_status(entry),
                      .first = second,
                      .count = static_cast<std::uint32_t>(entry.events.size()),
                      .result = purchase}},
          {.unit = 901, .key = "k2", .answer = {.status = duplicate, .original = first_refused}},
          {.unit = 899, .key = "k3", .answer = {.status = duplicate, .original = first_accepted}},
          {.unit = 902, .key = "k4", .answer = {.status = stale}},
          {.unit = ~std::uint64_t{0},
           .answer = {.status = invalid, .invalid = model::Invalid::not_json, .message = "no"}},
          {.unit = 0,
           .key = "k5",
           .answer = {.status = model::AnswerStatus::refused,
                      .refusal = model::Refusal::key_reused,
                      .message = "used"}}};
}

model::Batch batch_with_outcomes() {
  auto batch = support::sample_batch(Filling::full, 5);
  batch.outcomes = sample_outcomes(batch);
  return batch;
}

TEST(Batch, gives_back_every_kind_of_outcome) {
  const auto batch = batch_with_outcomes();
  const auto sealed = seal(batch);
  const auto decoded = decode(sealed);
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(decoded->outcomes, batch.outcomes);
  EXPECT_EQ(seal(*decoded).bytes, sealed.bytes);
}

TEST(Batch, finds_or_refuses_every_byte_of_its_outcomes_that_was_flipped) {
  const auto batch = batch_with_outcomes();
  const auto good = seal(batch).bytes;
  const auto opened = open_header(good);
  ASSERT_TRUE(opened);
  for (auto at = good.size() - opened->outcomes_bytes; at < good.size(); ++at) {
    auto bytes = good;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x41);
    EXPECT_EQ(error_of(bytes).kind, base::ErrorKind::corrupt) << "byte " << at;
    mend_checksums(bytes);
    const auto sealed = open_sealed(bytes);
    ASSERT_TRUE(sealed);
    // With its checksums right it may say something else, but then in its one form.
    if (const auto other = decode(*sealed)) {
      EXPECT_NE(other->outcomes, batch.outcomes);
    }
  }
}

TEST(Batch, refuses_an_outcome_of_an_entry_or_source_that_is_not_there) {
  const auto batch = batch_with_outcomes();
  for (const std::size_t byte : {0U, 4U}) {  // source; entry, behind unit and form
    auto bytes = seal(batch).bytes;
    const auto opened = open_header(bytes);
    bytes[bytes.size() - opened->outcomes_bytes + byte] = '\x7f';
    mend_checksums(bytes);
    EXPECT_THAT(error_of(bytes).message, HasSubstr("outcome 1 is damaged")) << byte;
  }
}

TEST(Batch, may_be_of_outcomes_alone) {
  auto batch = support::sample_batch(Filling::full, 4);
  batch.entries.clear();
  batch.header.count = 0;
  batch.outcomes = {{.unit = 3, .key = "k", .answer = {.status = model::AnswerStatus::stale}}};
  const auto decoded = decode(seal(batch));
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(decoded->outcomes, batch.outcomes);
}

TEST(Batch, spends_one_byte_on_a_caller_that_was_named_before) {
  model::Entry entry;
  entry.origin = model::CommandOrigin{"a principal of some length", "its credential", "k", {}};
  entry.events.push_back({{}, model::AccountOpened{}});
  BatchBuilder builder;
  builder.add_entry(entry);
  const auto once = builder.size();
  builder.add_entry(entry);
  const auto twice = builder.size();
  builder.add_entry(entry);
  EXPECT_LT(twice - once, once - kBatchHeaderBytes - 30);
  EXPECT_EQ(builder.size() - twice, twice - once);
}

TEST(Batch, knows_its_size_before_it_is_finished) {
  const auto batch = support::sample_batch(Filling::full, 5);
  BatchBuilder builder;
  for (const auto& source : batch.sources)
    builder.add_source(source);
  for (const auto& entry : batch.entries)
    builder.add_entry(entry);
  const auto size = builder.size();
  EXPECT_EQ(builder.events(), batch.header.count);
  EXPECT_EQ(builder.finish(batch.header).bytes.size(), size);
}

TEST(Batch, is_built_alike_by_a_used_builder) {
  const auto batch = support::sample_batch(Filling::full, 6);
  BatchBuilder builder;
  base::Bytes first;
  for (int round = 0; round < 2; ++round) {
    for (const auto& source : batch.sources)
      builder.add_source(source);
    for (const auto& entry : batch.entries)
      builder.add_entry(entry);
    const auto sealed = builder.finish(batch.header);
    if (round == 0) first = sealed.bytes;
    EXPECT_EQ(sealed.bytes, first);
  }
  EXPECT_EQ(builder.size(), kBatchHeaderBytes);
}

TEST(Batch, closes_before_its_limit_even_when_the_largest_entry_follows) {
  model::PurchaseAdjusted adjusted;
  for (std::uint32_t i = 1; i <= model::kLinesMax; ++i)
    adjusted.lines.push_back({i, model::kAmountMax, std::string(64, 't'), model::kAmountMax,
                              model::Rate::ppm(1), model::kAmountMax, model::kAmountMax});
  model::CashbackClawedBack clawed;
  clawed.lines = adjusted.lines;
  clawed.reason = std::string(200, 'r');
  model::Entry entry;
  entry.origin = model::CommandOrigin{std::string(kCallerBytesMax, 'p'),
                                      std::string(kCallerBytesMax, 'c'),
                                      std::string(128, 'k'),
                                      {}};
  entry.events = {{{}, adjusted}, {{}, clawed}};
  for (int i = 0; i < 1000; ++i)
    entry.events.push_back(
        {{},
         model::FreezeExpired{model::PurchaseId{model::kIdLimit - 1}, model::PartnerId{1},
                              model::MemberId{1}, model::kAmountMax, model::kAmountMax}});
  BatchBuilder builder;
  int entries = 0;
  for (; builder.has_room(); ++entries)
    builder.add_entry(entry);  // checks kEntryBytesMax
  EXPECT_GE(entries, 2);
  EXPECT_LE(builder.finish({.n = model::BatchNumber{1}, .first_seq = model::Seq{1}}).bytes.size(),
            kBatchBytesMax);
}

TEST(Batch, refuses_every_truncation) {
  const auto sealed = seal(support::sample_batch(Filling::full, 7));
  for (std::size_t size = 0; size < sealed.bytes.size(); ++size)
    ASSERT_EQ(error_of(sealed.bytes.substr(0, size)).kind, base::ErrorKind::corrupt) << size;
  EXPECT_EQ(error_of(sealed.bytes + "x").kind, base::ErrorKind::corrupt);
}

TEST(Batch, notices_every_flipped_bit) {
  const auto sealed = seal(support::sample_batch(Filling::any, 8));
  for (std::size_t i = 0; i < sealed.bytes.size(); ++i)
    for (int bit = 0; bit < 8; ++bit) {
      auto damaged = sealed.bytes;
      damaged[i] = static_cast<char>(damaged[i] ^ (1 << bit));
      ASSERT_EQ(error_of(damaged).kind, base::ErrorKind::corrupt) << i;
    }
}

TEST(Batch, decodes_to_something_else_or_an_error_when_damage_hides_behind_mended_checksums) {
  const auto sealed = seal(support::sample_batch(Filling::any, 9));
  std::mt19937_64 random(1);
  for (int round = 0; round < 20'000; ++round) {
    auto damaged = sealed.bytes;
    for (std::uint64_t flips = 1 + random() % 3; flips > 0; --flips)
      damaged[random() % damaged.size()] = static_cast<char>(random());
    mend_checksums(damaged);
    if (damaged == sealed.bytes) continue;
    const auto opened = open_sealed(damaged);
    if (!opened) continue;
    EXPECT_NE(opened->hash, sealed.hash);
    const auto batch = decode(*opened);
    EXPECT_TRUE(batch || !batch.error().message.empty());
  }
}

TEST(Batch, tells_a_newer_format_from_damage) {
  auto bytes = seal(support::sample_batch(Filling::bare, 10)).bytes;
  bytes[4] = 2;
  EXPECT_EQ(error_of(bytes).kind, base::ErrorKind::corrupt);
  mend_checksums(bytes);
  const auto error = error_of(bytes);
  EXPECT_EQ(error.kind, base::ErrorKind::not_available);
  EXPECT_THAT(error.message, HasSubstr("format 2"));
}

TEST(Batch, refuses_a_header_that_no_batch_may_have) {
  const auto good = seal(support::sample_batch(Filling::bare, 11)).bytes;
  const auto broken = [&](std::size_t at, std::string_view with) {
    auto bytes = good;
    bytes.replace(at, with.size(), with);
    mend_checksums(bytes);
    return error_of(bytes).kind;
  };
  using namespace std::string_view_literals;
  EXPECT_EQ(broken(10, "\1"sv), base::ErrorKind::corrupt) << "reserved";
  EXPECT_EQ(broken(48, "\0\0\0\0\0\0\0\0"sv), base::ErrorKind::corrupt) << "number 0";
  EXPECT_EQ(broken(56, "\0\0\0\0\0\0\0\0"sv), base::ErrorKind::corrupt) << "first seq 0";
  EXPECT_EQ(broken(112, "\0\0\0\0"sv), base::ErrorKind::corrupt) << "no events, but entries";
  EXPECT_EQ(broken(112, "\x01"sv), base::ErrorKind::corrupt) << "fewer events than entries have";
  EXPECT_EQ(broken(116, "\x01"sv), base::ErrorKind::corrupt) << "fewer entries than are there";
  EXPECT_EQ(broken(116, "\xff\xff\xff\xff"sv), base::ErrorKind::corrupt) << "entries";
  EXPECT_EQ(broken(132, "\1"sv), base::ErrorKind::corrupt) << "outcomes";
}

TEST(Batch, names_the_event_that_it_cannot_read) {
  auto batch = support::sample_batch(Filling::bare, 12);
  model::MemberCategoryChanged changed;
  changed.category = static_cast<model::MemberCategory>(77);
  batch.entries.at(1).events.front().event = changed;
  const auto error = error_of(seal(batch).bytes);
  EXPECT_EQ(error.kind, base::ErrorKind::corrupt);
  EXPECT_THAT(error.message, HasSubstr("batch 7"));
  EXPECT_THAT(error.message, HasSubstr("event 1003"));
  EXPECT_THAT(error.message, HasSubstr("'category'"));
}

}  // namespace
}  // namespace kopilka::codec
