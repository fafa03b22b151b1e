// Everything that was read, as a text: two readings are equal where their texts are.
#pragma once

#include <sstream>
#include <string>

#include "usage/base/error.h"
#include "usage/base/sid.h"
#include "usage/model/usage_row.h"

namespace usage::test {

inline std::string place_text(const RowPlace& place, std::uint16_t file) {
  return std::to_string(file) + ":" + std::to_string(place.line) + "@" + std::to_string(place.offset) + "+" +
         std::to_string(place.length);
}

template <class Row>
void tell_unusual(std::ostream& out, const Row& row) {
  out << place_text(row.place, row.file) << '|' << row.currency << '|' << row.installation << '|' << row.billing_sid
      << '|' << row.quantity << '|' << row.reference << '|' << (row.amount ? row.amount->text() : "-") << '\n';
}

inline std::string text_of(const UsageInput& input) {
  std::ostringstream out;
  for (const InputFile& file : input.files)
    out << file.digest << ' ' << file.bytes << ' ' << file.spool_bytes << ' ' << file.body_offset << ' '
        << file.header_line << ' ' << static_cast<int>(file.decimal_sign) << static_cast<int>(file.grouping) << '\n';
  for (const auto& text : input.installations) out << text << ' ' << sid_key(text) << '\n';
  for (const auto* texts : {&input.billing_sids, &input.references, &input.currencies, &input.usage_rows})
    for (const std::string& text : *texts) out << "text " << text << '\n';
  for (const UsageRow& row : input.rows)
    out << place_text(row.place, row.file) << ' ' << row.quantity.text() << ' ' << row.installation << ' '
        << row.billing_sid << ' ' << row.reference << ' ' << row.currency << '\n';
  for (const InvalidRow& row : input.invalid) {
    tell_unusual(out, row);
    out << row.installation_index << '\n';
    for (const RowProblem& p : row.problems)
      out << "  " << p.file << ' ' << p.line << ' ' << p.name << '|' << p.column << '|' << p.value << '|' << p.reason
          << '|' << p.remedy << '\n';
  }
  for (const LeftOutRow& row : input.left_out) {
    tell_unusual(out, row);
    out << "  " << row.reason << '\n';
  }
  for (const TotalLine& line : input.total_lines) out << "total " << line.line << ' ' << line.amount.text() << '\n';
  for (const Warning& warning : input.warnings) out << warning.name << ' ' << warning.text << '\n';
  return out.str();
}

// What `read` gives, or throws.
template <class Read>
std::string told_of(const Read& read) {
  try {
    return text_of(read());
  } catch (const Error& error) {
    return error.name() + " | " + error.what() + " | " + error.remedy();
  }
}

}  // namespace usage::test
