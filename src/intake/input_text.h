// The bytes of one input, with their digest taken on the way.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "usage/base/digest.h"
#include "usage/base/file.h"
#include "usage/model/usage_row.h"

namespace usage {

// How an input is called in messages: cleaned, and stdin by its name.
std::string shown_name(const std::string& name);

class InputText {
 public:
  // Opens the file; what is no regular file ("-", a pipe) is first copied to a nameless temporary file of mode 0600.
  // RefusedError where that cannot be done.
  explicit InputText(const std::string& name);

  std::size_t read(std::span<char> into);  // as ReadBytes
  std::uint64_t size() const { return size_; }
  std::uint64_t bytes_read() const { return bytes_read_; }
  // The record's bytes again; RefusedError where they cannot be read.
  std::string record(const RowPlace& place) const;
  // Everything that is known of the file once it is read to its end.
  InputFile finish();

 private:
  void spool();
  std::string name_;
  std::string path_;
  FileDescriptor fd_;
  std::shared_ptr<const FileDescriptor> spool_owner_;
  std::uint64_t size_ = 0;
  std::uint64_t bytes_read_ = 0;
  Sha256 digest_;
};

}  // namespace usage
