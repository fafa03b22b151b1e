#include "usage/base/file.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <span>
#include <stdexcept>
#include <system_error>

#include "usage/base/digest.h"
#include "usage/base/write_whole.h"

namespace usage {
namespace {

constexpr std::size_t kReadSize = 1 << 16;
constexpr std::size_t kWriteSize = 1 << 18;

[[noreturn]] void fail(int error_number, const std::string& doing, const std::filesystem::path& path) {
  throw std::system_error(error_number, std::generic_category(), doing + " " + path.string());
}

std::filesystem::path folder_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

// Renaming over a device, a socket or a folder is never what was meant; a link is replaced, not followed.
void refuse_unless_replaceable(const std::filesystem::path& target) {
  if (!target.has_filename()) fail(EISDIR, "cannot write", target);
  struct stat status {};
  if (::lstat(target.c_str(), &status) != 0) {
    if (errno == ENOENT) return;
    fail(errno, "cannot write", target);
  }
  if (S_ISDIR(status.st_mode)) fail(EISDIR, "cannot write", target);
  if (!S_ISREG(status.st_mode) && !S_ISLNK(status.st_mode)) fail(EINVAL, "not a regular file, cannot replace", target);
}

// Invalid where the file system knows no such files.
FileDescriptor without_name(const std::filesystem::path& folder) {
  return FileDescriptor(::open(folder.c_str(), O_RDWR | O_TMPFILE | O_CLOEXEC, 0600));
}

constexpr const char* kOwnDescriptors = "/proc/self/fd";

// Not named after the target: a long name plus a suffix may be too long.
std::filesystem::path temporary_name(const std::filesystem::path& target) {
  return folder_of(target) / (".usage-uploader-" + random_hex(8) + ".tmp");
}

// One read; 0 at the end.
std::size_t read_some(int fd, std::array<char, kReadSize>& chunk, const std::filesystem::path& path) {
  for (;;) {
    const ssize_t got = ::read(fd, chunk.data(), chunk.size());
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) fail(errno, "cannot read", path);
  }
}

// `read_more` reads a part of what is left, once so much was read.
template <class ReadMore>
std::optional<std::size_t> fill(std::span<char> room, ReadMore read_more) {
  std::size_t done = 0;
  while (done < room.size()) {
    const ssize_t got = read_more(room.subspan(done), done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::nullopt;
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

}  // namespace

bool write_whole(int fd, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

bool is_held_terminal(int fd) {
  if (::isatty(fd) == 0) return false;
  constexpr int kPatience = 20;  // milliseconds: a slow one is not held
  pollfd terminal{fd, POLLOUT, 0};
  return ::poll(&terminal, 1, kPatience) == 0;
}

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  FileDescriptor old(std::exchange(fd_, other.release()));
  return *this;
}

FileDescriptor::~FileDescriptor() {
  if (valid()) ::close(fd_);
}

std::optional<std::uint64_t> free_space(const std::filesystem::path& folder) {
  struct statvfs disk {};
  if (::statvfs(folder.c_str(), &disk) != 0) return std::nullopt;
  if (disk.f_blocks == 0) return std::nullopt;  // in memory, without a limit of its own
  return std::uint64_t{disk.f_bavail} * disk.f_frsize;
}

std::string errno_text(int error_number) {
  const char* text = ::strerrordesc_np(error_number);  // never translated
  return text != nullptr ? text : "error " + std::to_string(error_number);
}

AtomicFile::AtomicFile(std::filesystem::path target) : target_(std::move(target)) {
  refuse_unless_replaceable(target_);
  // Without a name until it is whole, so that a killed program leaves nothing behind.
  if (::access(kOwnDescriptors, X_OK) == 0) fd_ = without_name(folder_of(target_));
  if (fd_.valid()) return;
  temporary_ = temporary_name(target_);  // a file system that knows no such files
  fd_ = FileDescriptor(::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (fd_.valid()) return;
  const int error = errno;
  temporary_.clear();
  fail(error, "cannot write", target_);
}

AtomicFile::~AtomicFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void AtomicFile::write(std::string_view bytes) {
  if (!fd_.valid()) fail(EBADF, "cannot write", target_);  // committed, or failed before
  buffer_.append(bytes);
  if (buffer_.size() >= kWriteSize) flush();
}

void AtomicFile::flush() {
  if (!write_whole(fd_.get(), std::as_bytes(std::span(buffer_)))) {
    const int error = errno;
    fd_ = FileDescriptor();  // so that no later commit() can put half a file in place
    fail(error, "cannot write", target_);
  }
  buffer_.clear();
}

void AtomicFile::name(int fd) {
  std::filesystem::path temporary = temporary_name(target_);
  const std::string own = std::string(kOwnDescriptors) + "/" + std::to_string(fd);
  if (::linkat(AT_FDCWD, own.c_str(), AT_FDCWD, temporary.c_str(), AT_SYMLINK_FOLLOW) == 0) {
    temporary_ = std::move(temporary);
    return;
  }
  // A file system that knows files without names, and gives them none: a copy.
  fd_ = FileDescriptor(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd_.valid()) fail(errno, "cannot write", target_);
  temporary_ = std::move(temporary);
  if (::lseek(fd, 0, SEEK_SET) != 0) fail(errno, "cannot write", target_);
  std::array<char, kReadSize> chunk;
  while (const std::size_t got = read_some(fd, chunk, target_)) {
    buffer_.assign(chunk.data(), got);
    flush();
  }
  const FileDescriptor closes = std::move(fd_);
  if (::fsync(closes.get()) != 0) fail(errno, "cannot write", target_);
}

void AtomicFile::commit() {
  if (!fd_.valid()) fail(EBADF, "cannot write", target_);
  flush();
  const int fd = fd_.get();
  const FileDescriptor closes_on_failure = std::move(fd_);
  if (::fsync(fd) != 0) fail(errno, "cannot write", target_);
  if (temporary_.empty()) name(fd);
  if (::rename(temporary_.c_str(), target_.c_str()) != 0) fail(errno, "cannot replace", target_);
  temporary_.clear();
  sync_folder(folder_of(target_));
}

FileDescriptor nameless_file(const std::filesystem::path& folder) {
  FileDescriptor file = without_name(folder);
  if (file.valid()) return file;
  std::string path = (folder / ".usage-uploader-XXXXXX").string();
  file = FileDescriptor(::mkostemp(path.data(), O_CLOEXEC));  // mode 0600
  if (!file.valid() || ::unlink(path.c_str()) != 0) fail(errno, "cannot make a temporary file in", folder);
  return file;
}

void write_all(const FileDescriptor& file, std::span<const std::byte> bytes) {
  if (!write_whole(file.get(), bytes)) fail(errno, "cannot write", "a temporary file");
}

void read_at(const FileDescriptor& file, std::uint64_t offset, std::span<std::byte> room) {
  while (!room.empty()) {
    const ssize_t got = ::pread(file.get(), room.data(), room.size(), static_cast<off_t>(offset));
    if (got == 0) fail(EIO, "cannot read", "a temporary file");
    if (got < 0 && errno != EINTR) fail(errno, "cannot read", "a temporary file");
    if (got <= 0) continue;
    room = room.subspan(static_cast<std::size_t>(got));
    offset += static_cast<std::uint64_t>(got);
  }
}

std::optional<std::size_t> read_full(const FileDescriptor& file, std::span<char> room) {
  return fill(room, [&](std::span<char> left, std::size_t) { return ::read(file.get(), left.data(), left.size()); });
}

std::optional<std::size_t> read_full_at(const FileDescriptor& file, std::uint64_t offset, std::span<char> room) {
  return fill(room, [&](std::span<char> left, std::size_t done) {
    return ::pread(file.get(), left.data(), left.size(), static_cast<off_t>(offset + done));
  });
}

void sync_folder(const std::filesystem::path& folder) {
  const FileDescriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid()) fail(errno, "cannot open folder", folder);
  // EINVAL: a file system (some network and FUSE ones) that knows no fsync of a folder.
  if (::fsync(fd.get()) != 0 && errno != EINVAL) fail(errno, "cannot sync folder", folder);
}

std::string read_file(const std::filesystem::path& path, std::uint64_t max_bytes) {
  const FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!fd.valid()) fail(errno, "cannot read", path);
  std::string content;
  std::array<char, kReadSize> chunk;
  while (const std::size_t got = read_some(fd.get(), chunk, path)) {
    if (content.size() + got > max_bytes) {
      throw std::length_error(path.string() + " is larger than " + std::to_string(max_bytes) + " bytes");
    }
    content.append(chunk.data(), got);
  }
  return content;
}

}  // namespace usage
