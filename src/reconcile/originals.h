// The input's rows as UTF-8, byte for byte, as long as the files are still what was read.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "usage/csv/record_reader.h"
#include "usage/model/usage_row.h"

namespace usage {

class Originals {
 public:
  // `files` outlives the object. Opens nothing yet: a run without failures reads no input again.
  explicit Originals(const std::vector<InputFile>& files) : files_(files) {}

  // One header and one delimiter for all files, so that their rows can stand in one file.
  bool alike() const;

  // Opens every file and proves that it is what was read. The answer of the first call stays.
  bool proved();

  // A row's bytes, valid until the next call; nothing where they cannot be read. proved() must hold.
  std::optional<std::string_view> record(std::uint32_t file, const RowPlace& place);

  // Whether all files are still as proved() found them: someone may write into them meanwhile.
  bool unchanged() const;

 private:
  enum class Proof : std::uint8_t { kNotTried, kProved, kFailed };
  bool open_all();
  const std::vector<InputFile>& files_;
  std::vector<RecordReader> opened_;
  Proof proof_ = Proof::kNotTried;
};

}  // namespace usage
