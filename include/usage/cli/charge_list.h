// The charges of a period as `show --period` lists them.
#pragma once

#include <array>
#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "usage/base/file.h"
#include "usage/reconcile/run_summary.h"

namespace usage {

// For people: the first ones that wait for somebody, the others counted. What is in doubt comes first, then what was
// not billed, and last what an open run is still to send, which is often most of it.
class WaitingCharges {
 public:
  void add(const RowRecord& row, const std::string& run);
  std::string text(const std::string& command_for_all) const;  // lines that end with LF; empty where there are none

 private:
  std::array<std::vector<std::string>, 3> lines_;  // of each kind, in that order
  std::size_t count_ = 0;
};

// For programs: every charge as one JSON object, kept in a nameless temporary file until all are known, so that memory
// does not grow with them and an error leaves no half of an object on stdout.
class ChargeSpool {
 public:
  ChargeSpool();  // this and the others throw UsageError "temporary-file" where there is no room for it
  void add(const RowRecord& row, const std::string& run);
  void add(const DecisionRecord& decision);  // into a spool of its own
  void copy_to(std::ostream& out);           // the objects, with commas between them

 private:
  void add_object(const std::string& json);
  void put_away();
  FileDescriptor file_;
  std::uint64_t file_size_ = 0;
  std::string buffer_;  // what is not in the file yet
  bool any_ = false;
};

}  // namespace usage
