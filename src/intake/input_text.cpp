#include "input_text.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

#include "found_encoding.h"
#include "usage/base/error.h"
#include "usage/base/text.h"

namespace usage {
namespace {

constexpr std::size_t kHeadBytes = std::size_t{1} << 16;

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

[[noreturn]] void refuse_read(const std::string& name) {
  refuse("input-read", name, "cannot be read: " + errno_text(errno), "check the file and its disk");
}

[[noreturn]] void refuse_spool(const std::string& name, const std::system_error& error) {
  refuse("input-spool", name, "cannot be copied to a temporary file: " + errno_text(error.code().value()),
         "free some space, or set TMPDIR to a folder with room");
}

}  // namespace

InputText::InputText(const std::string& name, std::optional<Encoding> asked)
    : name_(name), path_(name == "-" ? "/dev/stdin" : name) {
  fd_ = name == "-" ? FileDescriptor(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)) : open_input(name, path_);
  if (!fd_.valid()) refuse("input-open", name, "is not open: " + errno_text(errno), "give it, or name a file");
  const bool regular = name != "-" && S_ISREG(status_of(fd_, name).st_mode);
  const std::string head = read_head();
  const FoundEncoding found = find_encoding(head, asked, shown_name(name));
  encoding_ = found.encoding;
  if (!regular || encoding_ != Encoding::kUtf8) {
    spool(head);
  } else {
    rewind();
  }
  if (found.otherwise) replace_unless_utf8(*found.otherwise);
  const struct stat status = status_of(fd_, name);
  size_ = static_cast<std::uint64_t>(status.st_size);
  changed_ = status.st_mtim;
}

std::string InputText::read_head() {
  std::string head(kHeadBytes, '\0');
  head.resize(read(head));
  return head;
}

void InputText::rewind() {
  if (::lseek(fd_.get(), 0, SEEK_SET) != 0) refuse("input-read", name_, errno_text(errno), "check the file");
}

// `already_read`: what of the input is not to be read any more.
void InputText::spool(std::string_view already_read) {
  const ReadBytes read = [&](std::span<char> into) {
    const std::size_t known = already_read.copy(into.data(), into.size());
    already_read.remove_prefix(known);
    return known + this->read(into.subspan(known));
  };
  try {
    spool_ = spool_as_utf8(read, shown_name(name_), encoding_);
  } catch (const std::system_error& error) {
    refuse_spool(name_, error);
  }
  spool_owner_ = std::make_shared<const FileDescriptor>(std::move(spool_->fd));
  path_ = spool_path(*spool_owner_);
  fd_ = open_input(name_, path_);
}

// The whole text is looked at; what is valid UTF-8 is left as it is.
void InputText::replace_unless_utf8(Encoding otherwise) {
  std::string piece;
  std::size_t got = 0;
  do {
    const std::size_t carried = piece.size();
    piece.resize(carried + kHeadBytes);
    got = read(std::span(piece).subspan(carried));
    piece.resize(carried + got);
    const std::size_t whole = got < kHeadBytes ? piece.size() : begin_of_last_character(piece);
    if (!is_valid_utf8(std::string_view(piece).substr(0, whole))) {
      encoding_ = otherwise;
      rewind();
      return spool("");
    }
    piece.erase(0, whole);
  } while (got == kHeadBytes);
  rewind();
}

std::size_t InputText::read(std::span<char> into) {
  const auto got = read_full(fd_, into);
  if (!got) refuse_read(name_);
  return *got;
}

std::size_t InputText::read_at(std::uint64_t offset, std::span<char> into) const {
  const auto got = read_full_at(fd_, offset, into);
  if (!got) refuse_read(name_);
  return *got;
}

RecordSource InputText::records(EncodingOption option) {
  return RecordSource(
      shown(), [this](std::span<char> into) { return read(into); }, BufferSizes(), offsets_in(), option);
}

void InputText::take(std::string_view bytes) {
  if (!spool_) digest_.add(bytes);
  bytes_taken_ += bytes.size();
}

std::string InputText::record(const RowPlace& place) const {
  std::string bytes(place.length, '\0');
  if (read_at(place.offset, bytes) < bytes.size()) {
    refuse("input-read", name_, "cannot be read again", "check the file and its disk");
  }
  return bytes;
}

void InputText::refuse_change() const {
  const struct stat now = status_of(fd_, name_);
  const bool same = static_cast<std::uint64_t>(now.st_size) == size_ && bytes_taken_ == size_ &&
                    now.st_mtim.tv_sec == changed_.tv_sec && now.st_mtim.tv_nsec == changed_.tv_nsec;
  if (!same) refuse("input-changed", name_, "changed while it was read", "wait until it is written, and try again");
}

InputFile InputText::finish() {
  refuse_change();
  InputFile file;
  file.name = name_;
  file.spool = path_;
  file.digest = spool_ ? spool_->given_digest : digest_.hex();
  file.bytes = spool_ ? spool_->given_bytes : bytes_taken_;
  file.encoding = encoding_;
  file.spool_bytes = bytes_taken_;
  file.spool_digest = spool_ ? spool_->digest : file.digest;
  file.had_bom_or_other_encoding = encoding_ != Encoding::kUtf8;
  file.spool_owner = spool_owner_;
  return file;
}

}  // namespace usage
