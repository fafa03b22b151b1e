#pragma once

#include <cstdint>
#include <string>

#include "usage/base/file.h"
#include "usage/csv/record_source.h"
#include "usage/model/encoding.h"

namespace usage {

// An input's text as UTF-8, in a temporary file of mode 0600 without a name: gone with the process, however that ends.
struct Spool {
  FileDescriptor fd;
  std::string digest;  // SHA-256 of the text
  std::uint64_t bytes = 0;
  std::string given_digest;  // of the bytes as they were read
  std::uint64_t given_bytes = 0;
  bool was_utf8 = false;  // the bytes as read are valid UTF-8 beyond ASCII, whatever they were taken for
};

// Under which the file can be opened again as long as the descriptor is open.
std::string spool_path(const FileDescriptor& fd);

// Reads to the end of the input, in bounded memory; the name is for messages. Throws what `read` throws, RefusedError
// where the bytes are no text of that encoding (see Decoder), std::system_error where the spool cannot be written.
Spool spool_as_utf8(const ReadBytes& read, const std::string& name, Encoding encoding);

}  // namespace usage
