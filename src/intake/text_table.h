// Tables of texts that repeat: a row holds an index instead of a string.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "index_slots.h"

namespace usage {

// Equal texts have one index; indexes count up from 0 in order of first appearance.
class TextTable {
 public:
  static std::uint32_t hash_of(std::string_view text);

  std::uint32_t index_of(std::string_view text) { return index_of(text, hash_of(text)); }  // adds it where it is new
  std::uint32_t index_of(std::string_view text, std::uint32_t hash);
  void prefetch(std::uint32_t hash) const { slots_.prefetch(hash); }
  const std::vector<std::string>& texts() const { return texts_; }
  std::vector<std::string> take_texts() { return std::move(texts_); }

 private:
  std::vector<std::string> texts_;
  IndexSlots slots_;
};

}  // namespace usage
