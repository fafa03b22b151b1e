#include "usage/csv/record_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "usage/base/digest.h"

namespace usage {
namespace {

constexpr std::size_t kReadAhead = std::size_t{1} << 16;

[[noreturn]] void fail(int error_number, const std::string& path) {
  throw std::system_error(error_number, std::generic_category(), "cannot read " + path);
}

// As many bytes as there are from `offset`, at most the string's size.
void read_at(int fd, std::uint64_t offset, std::string& into, const std::string& path) {
  std::size_t filled = 0;
  while (filled < into.size()) {
    const ssize_t got = ::pread(fd, into.data() + filled, into.size() - filled, static_cast<off_t>(offset + filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(errno, path);
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  into.resize(filled);
}

bool has_size(int fd, std::uint64_t bytes) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && static_cast<std::uint64_t>(status.st_size) == bytes;
}

std::string digest_of(int fd, const std::string& path) {
  Sha256 digest;
  std::string chunk;
  std::uint64_t offset = 0;
  do {
    chunk.resize(kReadAhead);
    read_at(fd, offset, chunk, path);
    digest.add(chunk);
    offset += chunk.size();
  } while (!chunk.empty());
  return digest.hex();
}

}  // namespace

std::optional<RecordReader> RecordReader::open_unchanged(const InputFile& file) {
  FileDescriptor fd(::open(file.spool.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!fd.valid() || !has_size(fd.get(), file.bytes)) return std::nullopt;
  if (!file.spool_owner && digest_of(fd.get(), file.spool) != file.digest) return std::nullopt;
  return RecordReader(std::move(fd), file.spool);
}

std::string_view RecordReader::record(const RowPlace& place) {
  const bool buffered =
      place.offset >= buffer_offset_ && place.offset + place.length <= buffer_offset_ + buffer_.size();
  if (!buffered) {
    buffer_.resize(std::max<std::size_t>(kReadAhead, place.length));
    buffer_offset_ = place.offset;
    read_at(fd_.get(), place.offset, buffer_, path_);
    if (buffer_.size() < place.length) fail(EIO, path_);
  }
  return std::string_view(buffer_).substr(place.offset - buffer_offset_, place.length);
}

}  // namespace usage
