#include "input_text.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <memory>
#include <vector>

#include "usage/base/error.h"
#include "usage/base/text.h"

namespace usage {
namespace {

constexpr std::size_t kCopyBytes = std::size_t{1} << 16;

[[noreturn]] void refuse(const std::string& error, const std::string& name, const std::string& why,
                         const std::string& remedy) {
  throw RefusedError(error, shown_name(name) + ": " + why, remedy);
}

FileDescriptor open_input(const std::string& name, const std::string& path) {
  FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!fd.valid()) {
    refuse("input-open", name, "cannot be opened: " + errno_text(errno), "check the name and the permissions");
  }
  return fd;
}

struct stat status_of(const FileDescriptor& fd, const std::string& name) {
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) refuse("input-open", name, errno_text(errno), "check the file");
  if (S_ISDIR(status.st_mode)) refuse("input-open", name, "is a folder", "give a CSV file");
  return status;
}

// Fills `into`, however short single reads are; fewer bytes only at the end.
std::size_t read_full(const FileDescriptor& fd, std::span<char> into, const std::string& name) {
  std::size_t filled = 0;
  while (filled < into.size()) {
    const ssize_t got = ::read(fd.get(), into.data() + filled, into.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) refuse("input-read", name, "cannot be read: " + errno_text(errno), "check the file and its disk");
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  return filled;
}

[[noreturn]] void refuse_spool(const std::string& name) {
  refuse("input-spool", name, "cannot be copied to a temporary file: " + errno_text(errno),
         "free some space, or set TMPDIR to a folder with room");
}

void write_full(const FileDescriptor& fd, std::span<const char> bytes, const std::string& name) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd.get(), bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) refuse_spool(name);
    if (written > 0) bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

// Without a name it is gone with the process, however that ends.
FileDescriptor nameless_file(const std::string& name) {
  std::error_code error;
  std::string path = (std::filesystem::temp_directory_path(error) / "usage-uploader-XXXXXX").string();
  errno = error.value();
  if (error) refuse_spool(name);
  FileDescriptor fd(::mkostemp(path.data(), O_CLOEXEC));  // mode 0600
  if (!fd.valid() || ::unlink(path.c_str()) != 0) refuse_spool(name);
  return fd;
}

}  // namespace

std::string shown_name(const std::string& name) {
  return name == "-" ? "standard input" : clean_text(name);
}

InputText::InputText(const std::string& name) : name_(name), path_(name == "-" ? "/dev/stdin" : name) {
  fd_ = name == "-" ? FileDescriptor(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)) : open_input(name, path_);
  if (!fd_.valid()) refuse("input-open", name, "is not open: " + errno_text(errno), "give it, or name a file");
  if (name == "-" || !S_ISREG(status_of(fd_, name).st_mode)) spool();
  size_ = static_cast<std::uint64_t>(status_of(fd_, name).st_size);
}

void InputText::spool() {
  const auto spool = std::make_shared<const FileDescriptor>(nameless_file(name_));
  std::vector<char> chunk(kCopyBytes);
  std::size_t got = 0;
  do {
    got = read_full(fd_, chunk, name_);
    write_full(*spool, std::span(chunk).first(got), name_);
  } while (got == chunk.size());
  spool_owner_ = spool;
  path_ = "/proc/self/fd/" + std::to_string(spool->get());
  fd_ = open_input(name_, path_);
}

std::size_t InputText::read(std::span<char> into) {
  const std::size_t got = read_full(fd_, into, name_);
  digest_.add(std::string_view(into.data(), got));
  bytes_read_ += got;
  return got;
}

std::string InputText::record(const RowPlace& place) const {
  std::string bytes(place.length, '\0');
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const auto at = static_cast<off_t>(place.offset + filled);
    const ssize_t got = ::pread(fd_.get(), bytes.data() + filled, bytes.size() - filled, at);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) refuse("input-read", name_, "cannot be read again", "check the file and its disk");
    filled += static_cast<std::size_t>(got);
  }
  return bytes;
}

InputFile InputText::finish() {
  InputFile file;
  file.name = name_;
  file.spool = path_;
  file.digest = digest_.hex();
  file.bytes = bytes_read_;
  file.spool_owner = spool_owner_;
  return file;
}

}  // namespace usage
