#include "originals.h"

#include <algorithm>
#include <system_error>

namespace usage {
namespace {

bool is_same_state(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino && a.st_size == b.st_size &&
         a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

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
    struct stat found {};
    if (::stat(file.spool.c_str(), &found) != 0) return false;
    auto reader = open_or_nothing(file);
    if (!reader) return false;
    opened_.push_back({std::move(*reader), found});
  }
  return !files_.empty();
}

std::optional<std::string_view> Originals::record(std::uint16_t file, const RowPlace& place) {
  if (file >= opened_.size() || place.length == 0) return std::nullopt;
  try {
    return opened_[file].reader.record(place);
  } catch (const std::system_error&) {
    return std::nullopt;
  }
}

bool Originals::unchanged() const {
  for (std::size_t i = 0; i < opened_.size(); ++i) {
    struct stat now {};
    if (::stat(files_[i].spool.c_str(), &now) != 0 || !is_same_state(now, opened_[i].found)) return false;
  }
  return true;
}

}  // namespace usage
