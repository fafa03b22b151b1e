// The bytes of one input as UTF-8, with the digest of the file as given taken on the way.
#pragma once

#include <time.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "usage/base/digest.h"
#include "usage/base/file.h"
#include "usage/base/text.h"
#include "usage/csv/record_source.h"
#include "usage/csv/spool.h"
#include "usage/model/usage_row.h"

namespace usage {

class InputText {
 public:
  // Opens the file. What is no regular file ("-", a pipe), or not UTF-8 (see find_encoding), is first copied as UTF-8
  // to a nameless temporary file of mode 0600. RefusedError where that cannot be done, or bytes stand for no text.
  explicit InputText(const std::string& name, std::optional<Encoding> asked = std::nullopt);

  std::size_t read(std::span<char> into);  // as ReadBytes
  // As ReadAt; by several threads at a time.
  std::size_t read_at(std::uint64_t offset, std::span<char> into) const;
  // Takes the next bytes of the whole text into the digest; finish() needs all of them.
  void take(std::string_view bytes);
  std::string shown() const { return shown_name(name_); }
  std::uint64_t size() const { return size_; }
  std::uint64_t bytes_taken() const { return bytes_taken_; }
  Encoding encoding() const { return encoding_; }
  // The record's bytes again; RefusedError where they cannot be read.
  std::string record(const RowPlace& place) const;
  // Its records from where it stands; the text outlives them.
  RecordSource records(EncodingOption option = EncodingOption::kThere);
  // What the offsets of a RecordSource over this text count.
  OffsetsIn offsets_in() const { return encoding_ == Encoding::kUtf8 ? OffsetsIn::kFile : OffsetsIn::kUtf8Text; }
  // It was read as something else, as asked, and is valid UTF-8.
  bool is_rather_utf8() const { return spool_ && encoding_ != Encoding::kUtf8 && spool_->was_utf8; }
  // Everything that is known of the file once it is read to its end. RefusedError where it was written to meanwhile.
  InputFile finish();

 private:
  std::string read_head();
  void spool(std::string_view already_read);
  void replace_unless_utf8(Encoding otherwise);
  void rewind();
  void refuse_change() const;

  std::string name_;
  std::string path_;
  FileDescriptor fd_;
  Encoding encoding_ = Encoding::kUtf8;
  std::optional<Spool> spool_;  // its descriptor is spool_owner_
  std::shared_ptr<const FileDescriptor> spool_owner_;
  std::uint64_t size_ = 0;
  timespec changed_{};  // the text's last change when it was opened
  std::uint64_t bytes_taken_ = 0;
  Sha256 digest_;  // of what was taken, where there is no spool
};

}  // namespace usage
