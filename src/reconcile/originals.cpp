#include "originals.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "usage/base/digest.h"

namespace usage {
namespace {

constexpr std::size_t kChunk = 1 << 20;

// Fills `bytes` from `offset`; false at a read error or where the file ends before.
bool read_at(int fd, std::uint64_t offset, std::string& bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = ::pread(fd, bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    done += static_cast<std::size_t>(got);
  }
  return true;
}

std::optional<std::string> digest_of(int fd, std::uint64_t size) {
  Sha256 digest;
  std::string chunk;
  for (std::uint64_t done = 0; done < size; done += chunk.size()) {
    chunk.resize(std::min<std::uint64_t>(kChunk, size - done));
    if (!read_at(fd, done, chunk)) return std::nullopt;
    digest.add(chunk);
  }
  return digest.hex();
}

std::uint64_t size_of(const struct stat& status) {
  return static_cast<std::uint64_t>(status.st_size);
}

bool is_as_recorded(const InputFile& file, int fd, const struct stat& status) {
  if (size_of(status) == file.bytes && digest_of(fd, file.bytes) == file.digest) return true;
  const bool converted = file.spool != file.name && file.had_bom_or_other_encoding;
  const bool is_private = status.st_uid == ::geteuid() && (status.st_mode & 077) == 0;
  return converted && is_private && file.body_offset <= size_of(status);
}

bool same_file_state(const struct stat& a, const struct stat& b) {
  return a.st_size == b.st_size && a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

}  // namespace

bool Originals::alike() const {
  return std::all_of(files_.begin(), files_.end(), [&](const InputFile& file) {
    return file.header == files_.front().header && file.delimiter == files_.front().delimiter;
  });
}

bool Originals::proved() {
  if (proof_ == Proof::kNotTried) proof_ = open_all() ? Proof::kProved : Proof::kFailed;
  return proof_ == Proof::kProved;
}

bool Originals::open_all() {
  for (const InputFile& file : files_) {
    // O_NONBLOCK: a named pipe in the file's place must not make us wait.
    Opened opened{FileDescriptor(::open(file.spool.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)), {}};
    if (!opened.fd.valid() || ::fstat(opened.fd.get(), &opened.status) != 0) return false;
    if (!S_ISREG(opened.status.st_mode) || !is_as_recorded(file, opened.fd.get(), opened.status)) return false;
    opened_.push_back(std::move(opened));
  }
  return !files_.empty();
}

bool Originals::read(std::uint16_t file, const RowPlace& place, std::string& bytes) const {
  if (file >= opened_.size()) return false;
  const std::uint64_t size = size_of(opened_[file].status);
  if (place.length == 0 || place.offset > size || place.length > size - place.offset) return false;
  bytes.resize(place.length);
  return read_at(opened_[file].fd.get(), place.offset, bytes);
}

bool Originals::unchanged() const {
  return std::all_of(opened_.begin(), opened_.end(), [](const Opened& opened) {
    struct stat now {};
    return ::fstat(opened.fd.get(), &now) == 0 && same_file_state(now, opened.status);
  });
}

}  // namespace usage
