#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>
#include <string_view>

#include "usage/base/file.h"
#include "usage/model/usage_row.h"

namespace usage {

// Reads records of an input file again, byte for byte, for result files that repeat them.
class RecordReader {
 public:
  // Nothing where the file is gone or is no longer what was read (another size or digest). Reads the whole file once,
  // unless it is a spool of our own. A file of another encoding whose spool is gone is turned into UTF-8 anew, by its
  // name; std::system_error where it cannot be read, or the new spool not be written.
  static std::optional<RecordReader> open_unchanged(const InputFile& file);

  // Whether the file is still as open_unchanged found it: someone may write into it meanwhile.
  bool unchanged() const;

  // The record without its line's end; valid until the next call. Cheapest in the file's order. Throws
  // std::system_error where the file cannot be read (EIO where it has become shorter).
  std::string_view record(const RowPlace& place);

 private:
  RecordReader(FileDescriptor fd, std::string path, const struct stat& found)
      : fd_(std::move(fd)), path_(std::move(path)), found_(found) {}
  static std::optional<RecordReader> open_text(const InputFile& file);
  static std::optional<RecordReader> decode_again(const InputFile& file);
  FileDescriptor fd_;
  std::string path_;
  struct stat found_;
  std::string buffer_;
  std::uint64_t buffer_offset_ = 0;
};

}  // namespace usage
