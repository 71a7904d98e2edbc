#include "engine/app/line_reader.h"

#include "engine/base/hashing.h"

namespace kopilka::app {
namespace {

constexpr std::size_t kNamedBytes = std::size_t{1} << 20;
constexpr std::size_t kChunkBytes = std::size_t{1} << 18;

base::Hash256 extend(const base::Hash256& before, base::ByteView bytes) {
  base::Bytes both(base::view_of(before));
  both += bytes;
  return base::sha256(both);
}

}  // namespace

base::Result<LineReader> LineReader::open(std::istream& in) {
  LineReader reader(in);
  while (reader.buffer_.size() < kNamedBytes) {
    KOPILKA_TRY_ASSIGN(const bool more, reader.fill());
    if (!more) break;
  }
  const auto named = base::ByteView(reader.buffer_).substr(0, kNamedBytes);
  reader.source_name_ = base::to_hex(base::view_of(base::sha256(named)));
  return reader;
}

base::Result<bool> LineReader::fill() {
  if (begin_ > 0) {
    buffer_.erase(0, begin_);
    begin_ = 0;
  }
  const auto size = buffer_.size();
  buffer_.resize(size + kChunkBytes);
  in_->read(buffer_.data() + size, static_cast<std::streamsize>(kChunkBytes));
  const auto read = static_cast<std::size_t>(in_->gcount());
  buffer_.resize(size + read);
  if (in_->bad()) return base::fail(base::ErrorKind::io, "the input cannot be read any further");
  return read > 0;
}

base::Result<std::optional<Line>> LineReader::next() {
  Line line{.number = number_ + 1};
  std::size_t searched = begin_;
  base::Hash256 digest = digest_;
  for (;;) {
    const auto end = buffer_.find('\n', searched);
    if (end != std::string::npos) {
      line.text += buffer_.substr(begin_, end - begin_);
      digest = extend(digest, base::ByteView(buffer_).substr(begin_, end + 1 - begin_));
      bytes_read_ += end + 1 - begin_;
      begin_ = end + 1;
      break;
    }
    if (buffer_.size() - begin_ > kLineBytesMax + 1) {  // a carriage return is not of the line
      // No more of it is kept; its digest goes on in pieces.
      line.too_long = true;
      digest = extend(digest, base::ByteView(buffer_).substr(begin_));
      bytes_read_ += buffer_.size() - begin_;
      begin_ = buffer_.size();
    }
    const auto kept = buffer_.size() - begin_;
    KOPILKA_TRY_ASSIGN(const bool more, fill());
    searched = kept;
    if (more) continue;
    if (kept == 0 && !line.too_long) return std::nullopt;
    line.text += buffer_.substr(begin_);
    digest = extend(digest, base::ByteView(buffer_).substr(begin_));
    bytes_read_ += kept;
    begin_ = buffer_.size();
    break;
  }
  if (line.text.ends_with('\r')) line.text.pop_back();
  line.too_long = line.too_long || line.text.size() > kLineBytesMax;
  if (line.too_long) line.text.clear();
  line.digest = digest_ = digest;
  ++number_;
  return line;
}

}  // namespace kopilka::app
