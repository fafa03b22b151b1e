#include "usage/csv/spool.h"

#include <algorithm>
#include <filesystem>
#include <span>

#include "usage/base/digest.h"
#include "usage/base/text.h"
#include "usage/csv/decoder.h"

namespace usage {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{1} << 16;

// Whether bytes that come in pieces are UTF-8 beyond ASCII.
class Utf8Watch {
 public:
  void add(std::string_view bytes) {
    if (!valid_) return;
    left_ += bytes;
    take(begin_of_last_character(left_));
  }
  bool is_utf8() {
    take(left_.size());
    return valid_ && beyond_ascii_;
  }

 private:
  void take(std::size_t count) {
    const std::string_view whole = std::string_view(left_).substr(0, count);
    valid_ = valid_ && is_valid_utf8(whole);
    const auto is_high = [](char c) { return (static_cast<unsigned char>(c) & 0x80U) != 0; };
    beyond_ascii_ = beyond_ascii_ || std::ranges::any_of(whole, is_high);
    left_.erase(0, count);
  }
  std::string left_;
  bool valid_ = true;
  bool beyond_ascii_ = false;
};

}  // namespace

std::string spool_path(const FileDescriptor& fd) {
  return "/proc/self/fd/" + std::to_string(fd.get());
}

Spool spool_as_utf8(const ReadBytes& read, const std::string& name, Encoding encoding) {
  Spool spool;
  spool.fd = nameless_file(std::filesystem::temp_directory_path());
  Decoder decoder(name, encoding);
  Sha256 digest;
  Sha256 given_digest;
  Utf8Watch watch;
  std::string piece(kPieceBytes, '\0');
  std::string text;
  std::size_t got = 0;
  bool has_nul = false;  // it will be refused there, so that nothing behind it is of use: an input may have no end
  do {
    got = read(piece);
    const std::string_view bytes = std::string_view(piece).substr(0, got);
    given_digest.add(bytes);
    watch.add(bytes);
    spool.given_bytes += got;
    text.clear();
    decoder.decode(bytes, text);
    write_all(spool.fd, std::as_bytes(std::span(text)));
    digest.add(text);
    spool.bytes += text.size();
    has_nul = text.find('\0') != std::string::npos;
  } while (got == piece.size() && !has_nul);
  if (!has_nul) decoder.finish();
  spool.digest = digest.hex();
  spool.given_digest = given_digest.hex();
  spool.was_utf8 = watch.is_utf8();
  return spool;
}

}  // namespace usage
