// The input's rows, byte for byte, as long as the files are still what was read.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <string>
#include <vector>

#include "usage/base/file.h"
#include "usage/model/usage_row.h"

namespace usage {

class Originals {
 public:
  // `files` outlives the object. Opens nothing yet: a run without failures reads no input again.
  explicit Originals(const std::vector<InputFile>& files) : files_(files) {}

  // One header and one delimiter for all files, so that their rows can stand in one file.
  bool alike() const;

  // Opens every file and holds its size and SHA-256 against the record; the answer of the first call stays. A spool
  // beside the file, where text had to be converted, has no recorded digest: it must be a private file of ours.
  bool proved();

  // A row's bytes; false where they cannot be read. proved() must hold.
  bool read(std::uint16_t file, const RowPlace& place, std::string& bytes) const;

  // Whether the files are still as proved() found them: someone may write into them meanwhile.
  bool unchanged() const;

 private:
  struct Opened {
    FileDescriptor fd;
    struct stat status {};
  };
  bool open_all();
  const std::vector<InputFile>& files_;
  std::vector<Opened> opened_;
  enum class Proof : std::uint8_t { kNotTried, kProved, kFailed } proof_ = Proof::kNotTried;
};

}  // namespace usage
