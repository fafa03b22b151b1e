// Lists as texts.
#pragma once

#include <algorithm>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "usage/base/text.h"

namespace usage {

// "a, b, c" with the separator ", ": each entry as `text_of` words it.
template <class Entries, class TextOf = std::identity>
std::string list_text(const Entries& entries, std::string_view separator, const TextOf& text_of = {}) {
  std::string text;
  for (const auto& entry : entries) {
    if (!text.empty()) text += separator;
    text += std::invoke(text_of, entry);
  }
  return text;
}

template <class Entry>
std::span<const Entry> first_entries(const std::vector<Entry>& entries, std::size_t most) {
  return std::span(entries).first(std::min(most, entries.size()));
}

// "a, b, and 3 more": the first entries, and how many there are beyond them.
template <class Entry, class TextOf = std::identity>
std::string first_of_list(const std::vector<Entry>& entries, std::size_t most, std::string_view separator,
                          const TextOf& text_of = {}) {
  std::string text = list_text(first_entries(entries, most), separator, text_of);
  if (entries.size() > most)
    text.append(separator).append("and ").append(count_of(entries.size() - most, "more", "more"));
  return text;
}

}  // namespace usage
