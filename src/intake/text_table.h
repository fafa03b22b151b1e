// Tables of texts that repeat: a row holds an index instead of a string.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace usage {

// Equal texts have one index; indexes count up from 0 in order of first appearance.
class TextTable {
 public:
  std::uint32_t index_of(std::string_view text);  // adds it where it is new
  const std::vector<std::string>& texts() const { return texts_; }

 private:
  void grow();
  std::size_t slot_of(std::string_view text) const;
  std::vector<std::string> texts_;
  std::vector<std::uint32_t> slots_;  // open addressing, a power of two of them; kNoText where free
};

// SIDs that differ in the letter case of their hex digits only have one index (sid_key).
class SidTable {
 public:
  std::uint32_t index_of(std::string_view sid);
  const std::vector<std::string>& sids() const { return sids_; }          // as each first came
  const std::vector<std::string>& keys() const { return keys_.texts(); }  // beside them

 private:
  TextTable spellings_;
  std::vector<std::uint32_t> index_of_spelling_;
  TextTable keys_;
  std::vector<std::string> sids_;
};

}  // namespace usage
