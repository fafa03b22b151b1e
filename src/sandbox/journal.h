// What the sandbox did, one JSON line a request, on disk before the reply leaves: a client that has read its reply can
// read its line.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "contract.h"
#include "usage/base/clock.h"
#include "usage/base/file.h"

namespace usage::sandbox {

struct JournalEntry {
  std::uint64_t number = 0;  // of the request, from 1, in the order of the decisions
  WallTime time;
  std::uint64_t connection = 0;             // from 1
  std::uint64_t request_on_connection = 0;  // from 1
  std::string installation;                 // as sent; empty (null in the file) where it is not known
  std::string request_id;
  std::string fault;
  std::optional<int> status;  // of a reply whose whole head leaves
  std::vector<UsageItem> billed;
  std::optional<std::string> violation;
};

std::string journal_line(const JournalEntry& entry);  // without the line's end

class Journal {
 public:
  Journal() = default;  // keeps nothing
  // Appends to the file, and makes it where there is none. UsageError where it cannot be opened.
  explicit Journal(const std::filesystem::path& file);
  // std::system_error where the line could not be written in full: nothing may then be billed, and the sandbox ends.
  void append(const JournalEntry& entry);

 private:
  FileDescriptor file_;
};

}  // namespace usage::sandbox
