// A table from an export's own keys to SIDs.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "column_mapping.h"
#include "usage/intake/usage_intake.h"

namespace usage {

class LookupTable {
 public:
  // Reads the whole CSV file. The key's column has the name that the option gives; the SID's has a known name of its
  // role; in a table of two columns one may have any name. RefusedError, with file and line: a key that stands there
  // twice, a SID of another form or without key, a row of another shape, no rows. A key may lack its SID, as in a list
  // of all customers.
  LookupTable(Field role, const LookupOption& option);

  // Keys compare as they are written, blanks around them aside: 0815 is not 815.
  std::optional<std::string_view> find(std::string_view key) const;
  bool has_key(std::string_view key) const { return entries_.contains(key); }  // with a SID or without
  const std::string& name() const { return name_; }                            // of the file, for messages

 private:
  struct Entry {
    std::string sid;  // or empty
    std::uint32_t line = 0;
  };
  void add(std::string_view key, std::string_view sid, std::uint32_t line);
  [[noreturn]] void refuse(std::uint32_t line, const std::string& what, const std::string& remedy) const;

  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  Field role_;
  std::string name_;
  std::unordered_map<std::string, Entry, Hash, std::equal_to<>> entries_;
};

}  // namespace usage
