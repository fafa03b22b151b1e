// Files that appear whole or not at all, and small pieces of POSIX with errors checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace usage {

// A file descriptor that closes itself.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(other.release()) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  ~FileDescriptor();
  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_ = -1;
};

// What errno means, in words ("No space left on device"), whatever the locale.
std::string errno_text(int error_number);

// Bytes that this user may still write on the folder's file system; nothing where that is not known.
std::optional<std::uint64_t> free_space(const std::filesystem::path& folder);

// Writes a whole file or none: a file of mode 0600 on the same file system, without a name where that is possible (else
// with a hidden one in the same folder), buffered writes, then commit(): fsync, a hidden name, rename over the target,
// fsync of the folder. Without commit() nothing is left.
// Failures are std::system_error with the path in the message; after one the target is untouched.
class AtomicFile {
 public:
  explicit AtomicFile(std::filesystem::path target);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();
  void write(std::string_view bytes);
  void commit();
  const std::filesystem::path& target() const { return target_; }

 private:
  void flush();
  void name(int fd);
  std::filesystem::path target_;
  std::filesystem::path temporary_;
  FileDescriptor fd_;
  std::string buffer_;
};

// An empty temporary file of mode 0600 without a name: gone with the process, however that ends. This and what follows
// throws std::system_error.
FileDescriptor nameless_file(const std::filesystem::path& folder);

void write_all(const FileDescriptor& file, std::span<const std::byte> bytes);

// Reads just so many bytes as there is room; that the file ends before is an error.
void read_at(const FileDescriptor& file, std::uint64_t offset, std::span<std::byte> room);

// Fill the room, from where the file stands or from `offset`, however short single reads are. How many bytes were read:
// fewer only at the file's end. Nothing, with the reason in errno, where it cannot be read.
std::optional<std::size_t> read_full(const FileDescriptor& file, std::span<char> room);
std::optional<std::size_t> read_full_at(const FileDescriptor& file, std::uint64_t offset, std::span<char> room);

// Makes durable that the folder's entries are what they are now (fsync of the folder).
void sync_folder(const std::filesystem::path& folder);

// The whole file, at most max_bytes; std::system_error where it cannot be read, std::length_error where it is larger.
std::string read_file(const std::filesystem::path& path, std::uint64_t max_bytes);

}  // namespace usage
