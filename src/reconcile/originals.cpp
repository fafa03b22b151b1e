#include "originals.h"

#include <algorithm>
#include <system_error>

namespace usage {
namespace {

std::optional<RecordReader> open_or_nothing(const InputFile& file) {
  try {
    return RecordReader::open_unchanged(file);
  } catch (const std::system_error&) {
    return std::nullopt;
  }
}

}  // namespace

bool Originals::alike() const {
  return std::all_of(files_.begin(), files_.end(), [&](const InputFile& file) {
    return file.header == files_.front().header && file.delimiter == files_.front().delimiter;
  });
}

bool Originals::proved() {
  if (proof_ == Proof::kNotTried) proof_ = open_all() ? Proof::kProved : Proof::kFailed;
  return proof_ == Proof::kProved;
}

bool Originals::open_all() {
  for (const InputFile& file : files_) {
    auto reader = open_or_nothing(file);
    if (!reader) return false;
    opened_.push_back(std::move(*reader));
  }
  return !files_.empty();
}

std::optional<std::string_view> Originals::record(std::uint32_t file, const RowPlace& place) {
  if (file >= opened_.size() || place.length == 0) return std::nullopt;
  try {
    return opened_[file].record(place);
  } catch (const std::system_error&) {
    return std::nullopt;
  }
}

bool Originals::unchanged() const {
  return std::all_of(opened_.begin(), opened_.end(), [](const RecordReader& reader) { return reader.unchanged(); });
}

}  // namespace usage
