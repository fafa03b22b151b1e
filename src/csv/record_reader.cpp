#include "usage/csv/record_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <span>
#include <system_error>

#include "usage/base/digest.h"
#include "usage/base/error.h"
#include "usage/csv/spool.h"

namespace usage {
namespace {

constexpr std::size_t kReadAhead = std::size_t{1} << 16;

[[noreturn]] void fail(int error_number, const std::string& path) {
  throw std::system_error(error_number, std::generic_category(), "cannot read " + path);
}

std::size_t read_at(const FileDescriptor& fd, std::uint64_t offset, std::span<char> into, const std::string& path) {
  const auto got = read_full_at(fd, offset, into);
  if (!got) fail(errno, path);
  return *got;
}

FileDescriptor open_to_read(const std::string& path) {
  return FileDescriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
}

// Nothing where it is no regular file.
std::optional<struct stat> state_of(const FileDescriptor& fd) {
  struct stat state {};
  if (!fd.valid() || ::fstat(fd.get(), &state) != 0 || !S_ISREG(state.st_mode)) return std::nullopt;
  return state;
}

bool has_size(const struct stat& state, std::uint64_t bytes) {
  return static_cast<std::uint64_t>(state.st_size) == bytes;
}

bool is_same_state(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino && a.st_size == b.st_size &&
         a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

// The number of a spool's descriptor, in another process, may be that of the ledger: to open that file, and close it,
// would drop SQLite's locks. Spools have no name.
bool is_nameless(const std::string& path) {
  struct stat state {};
  return ::stat(path.c_str(), &state) == 0 && state.st_nlink == 0;
}

std::string digest_of(const FileDescriptor& fd, const std::string& path) {
  Sha256 digest;
  std::string chunk;
  std::uint64_t offset = 0;
  do {
    chunk.resize(kReadAhead);
    chunk.resize(read_at(fd, offset, chunk, path));
    digest.add(chunk);
    offset += chunk.size();
  } while (!chunk.empty());
  return digest.hex();
}

}  // namespace

std::optional<RecordReader> RecordReader::open_unchanged(const InputFile& file) {
  if (auto reader = open_text(file)) return reader;
  if (file.encoding == Encoding::kUtf8 || file.name == "-") return std::nullopt;
  return decode_again(file);
}

std::optional<RecordReader> RecordReader::open_text(const InputFile& file) {
  const bool as_given = file.encoding == Encoding::kUtf8;
  if (file.spool != file.name && !is_nameless(file.spool)) return std::nullopt;
  FileDescriptor fd = open_to_read(file.spool);
  const auto found = state_of(fd);
  if (!found || !has_size(*found, as_given ? file.bytes : file.spool_bytes)) return std::nullopt;
  const std::string& digest = as_given ? file.digest : file.spool_digest;
  if (!file.spool_owner && digest_of(fd, file.spool) != digest) return std::nullopt;
  return RecordReader(std::move(fd), file.spool, *found);
}

std::optional<RecordReader> RecordReader::decode_again(const InputFile& file) {
  const FileDescriptor fd = open_to_read(file.name);
  const auto given = state_of(fd);
  if (!given || !has_size(*given, file.bytes)) return std::nullopt;
  std::uint64_t offset = 0;
  const ReadBytes read = [&](std::span<char> into) {
    const std::size_t got = read_at(fd, offset, into, file.name);
    offset += got;
    return got;
  };
  try {
    Spool spool = spool_as_utf8(read, file.name, file.encoding);
    if (spool.given_digest != file.digest || spool.digest != file.spool_digest) return std::nullopt;
    const auto found = state_of(spool.fd);
    const std::string path = spool_path(spool.fd);
    return found ? std::optional(RecordReader(std::move(spool.fd), path, *found)) : std::nullopt;
  } catch (const RefusedError&) {  // it holds other bytes now
    return std::nullopt;
  }
}

bool RecordReader::unchanged() const {
  struct stat now {};
  return ::stat(path_.c_str(), &now) == 0 && is_same_state(now, found_);
}

std::string_view RecordReader::record(const RowPlace& place) {
  const bool buffered =
      place.offset >= buffer_offset_ && place.offset + place.length <= buffer_offset_ + buffer_.size();
  if (!buffered) {
    buffer_.resize(std::max<std::size_t>(kReadAhead, place.length));
    buffer_offset_ = place.offset;
    buffer_.resize(read_at(fd_, place.offset, buffer_, path_));
    if (buffer_.size() < place.length) fail(EIO, path_);
  }
  return std::string_view(buffer_).substr(place.offset - buffer_offset_, place.length);
}

}  // namespace usage
