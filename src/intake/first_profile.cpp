// The findings as a configuration file: keys for what is certain, comments for the rest.
#include <algorithm>

#include "input_text.h"
#include "usage/base/list_text.h"
#include "usage/base/text.h"
#include "usage/csv/csv_reader.h"
#include "usage/intake/inspection.h"

namespace usage {
namespace {

constexpr std::size_t kMaxListed = 8;
constexpr std::size_t kMaxShownName = 60;

std::string toml_string(const std::string& text) {
  std::string quoted = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

std::string toml_list(const std::vector<std::string>& texts) {
  return "[" + list_text(texts, ", ", toml_string) + "]";
}

std::string delimiter_name(char delimiter) {
  return std::string(kDelimiterNames[kDelimiters.find(delimiter)]);
}

class ProfileText {
 public:
  explicit ProfileText(const Inspection& inspection) : found_(inspection) {}

  std::string write() {
    write_title();
    if (found_.is_own_result) {
      comment("This is a result file of usage-uploader itself: it is read as it is, without a profile.");
      return text_;
    }
    write_layout();
    write_columns();
    write_numbers();
    write_rows();
    write_total();
    return text_;
  }

 private:
  void comment(const std::string& words) { text_ += "# " + words + "\n"; }
  void key(const std::string& line) { text_ += line + "\n"; }
  void open_key(const std::string& line) { text_ += "#" + line + "\n"; }
  void gap() { text_ += "\n"; }

  // "Net Amount" (column 8)
  std::string shown(std::size_t column) const {
    return '"' + clean_text(found_.columns[column].name, kMaxShownName) + "\" (column " + std::to_string(column + 1) +
           ")";
  }

  std::string shown(const std::vector<std::size_t>& columns) const {
    const std::string list =
        list_text(first_entries(columns, kMaxListed), ", ", [this](std::size_t column) { return shown(column); });
    return columns.size() > kMaxListed ? list + ", ..." : list;
  }

  const std::string& name(std::size_t column) const { return found_.columns[column].name; }

  void write_title() {
    const bool all = found_.sampled_rows == found_.rows;
    comment("A first profile for " + shown_name(found_.file) + ", by usage-uploader inspect, from " +
            (all ? "its " : "the first " + count_of(found_.sampled_rows, "row", "rows") + " of ") +
            count_of(found_.rows, "row", "rows") + ".");
    comment("What is certain is a key; what is open is a comment that names the option which decides it.");
    comment("Check each line, then try it: usage-uploader validate " +
            (found_.file == "-" ? "FILE" : shell_path(clean_text(found_.file))) + " --config THIS_FILE");
    gap();
  }

  void write_layout() {
    const std::string encoding(name_of(found_.encoding));
    switch (found_.encoding_source) {
      case EncodingSource::kFound:
        comment("Encoding: " + encoding + ", which is found by itself.");
        break;
      case EncodingSource::kGiven:
        comment("Encoding: " + encoding + ", as it was given.");
        break;
      case EncodingSource::kGuessed:
        comment("Encoding: " + encoding +
                " makes text of all bytes, and nothing in the file names it. Check an accented name.");
        break;
    }
    if (found_.encoding_source != EncodingSource::kFound) key("encoding = " + toml_string(encoding));
    key("delimiter = " + toml_string(delimiter_name(found_.delimiter)));
    if (found_.lines_above > 0) {
      comment(std::string("Above the header ") + (found_.lines_above == 1 ? "stands" : "stand") + " " +
              count_of(found_.lines_above, "line", "lines") +
              "; without this key the first line with the needed names is it.");
      key("header-line = " + std::to_string(found_.header_line));
    }
    gap();
  }

  void write_columns() {
    write_sid_role("installation", "installation SIDs (XE...)", found_.installation, found_.installation_keys);
    write_sid_role("billing_sid", "billing SIDs (BI...)", found_.billing_sid, found_.billing_sid_keys);
    write_quantity();
    write_note_role("reference", "the id of an invoice line, which no other line ever has", found_.reference);
    write_note_role("currency", "totals are kept for each", found_.currency);
    if (!mapped_.empty()) key("column = " + toml_list(mapped_));
    if (mapped_.empty()) open_key("column = [\"quantity=NAME\"]");
    if (lookups_.empty()) return gap();
    open_key("lookup = " + toml_list(lookups_));
    open_key("constant = " + toml_list(constants_));
    gap();
  }

  void map(const std::string& role, std::size_t column) { mapped_.push_back(role + "=" + name(column)); }

  void write_sid_role(const std::string& role, const std::string& what, const RoleFinding& finding,
                      const std::vector<std::size_t>& keys) {
    if (finding.column) {
      comment(role + ": " + shown(*finding.column) + in_how_many_rows(*finding.column) + ".");
      return map(role, *finding.column);
    }
    if (finding.candidates.empty()) {
      comment(role + ": open. No column holds " + what +
              ". lookup takes them from a table by a key that the export has,");
      comment("  constant gives all rows the same.");
    } else {
      comment(role + ": open. It may be " + shown(finding.candidates) + "; column decides it.");
    }
    if (!keys.empty()) comment("  Columns that may be such a key: " + shown(keys) + ".");
    const std::string key_name = keys.empty() ? "KEY" : clean_text(name(keys.front()));
    lookups_.push_back(role + "=TABLE.csv:" + key_name);
    constants_.push_back(role + (role == "installation" ? "=XE..." : "=BI..."));
  }

  // Rows without a SID are no charges; a filter can say so.
  std::string in_how_many_rows(std::size_t column) {
    const std::uint64_t filled = found_.columns[column].filled;
    if (filled >= shaped_rows()) return "";
    filters_.push_back(name(column) + "!=");
    return ", in " + std::to_string(filled) + " of " + count_of(shaped_rows(), "row", "rows");
  }

  std::uint64_t shaped_rows() const {
    return found_.sampled_rows - std::min(found_.sampled_rows, found_.misshapen_rows);
  }

  void write_quantity() {
    const RoleFinding& finding = found_.quantity;
    if (!finding.column) {
      const bool none = finding.candidates.empty();
      comment("quantity: open. column decides which one holds the money to bill (quantity=NAME)" +
              (none ? std::string("; none looks like amounts.") : ": " + shown(finding.candidates) + "."));
      return;
    }
    comment("quantity: " + shown(*finding.column) + ", because of its name and because it holds numbers.");
    const std::vector<std::size_t> others = other_numbers();
    if (!others.empty()) comment("  Other columns of numbers: " + shown(others) + ".");
    map("quantity", *finding.column);
  }

  std::vector<std::size_t> other_numbers() const {
    std::vector<std::size_t> others;
    for (std::size_t i = 0; i < found_.columns.size(); ++i) {
      const ColumnFindings& column = found_.columns[i];
      if (i != found_.quantity.column && column.number.decimal_sign &&
          column.number.numbers * 10 >= column.filled * 9) {
        others.push_back(i);
      }
    }
    return others;
  }

  void write_note_role(const std::string& role, const std::string& use, const RoleFinding& finding) {
    if (finding.column) {
      comment(role + ": " + shown(*finding.column) + ".");
      return map(role, *finding.column);
    }
    comment(role + " (optional; " + use + "): none is certain." +
            (finding.candidates.empty() ? "" : " It may be " + shown(finding.candidates) + "."));
  }

  void write_numbers() {
    if (!found_.quantity.column) return;
    const std::size_t column = *found_.quantity.column;
    const NumberForm& form = found_.columns[column].number;
    if (form.contradictory) {
      comment("Decimal sign: open. Cells of " + shown(column) +
              " prove different signs: a point or comma is not the same in all.");
    } else if (form.decimal_sign == DecimalSign::kComma) {
      comment("Decimal sign: the comma; cells prove it.");
      key("decimal-comma = true");
    } else {
      comment(form.decimal_sign ? "Decimal sign: the point; cells prove it." : "Decimal sign: no cell proves one.");
    }
    if (form.grouping != DigitGrouping::kNone) key("grouping = " + toml_string(std::string(name_of(form.grouping))));
    if (form.ambiguous > 0) write_doubt(form);
    write_amounts(form);
    gap();
  }

  // Never a guess: the cell may be a thousand times the other reading.
  void write_doubt(const NumberForm& form) {
    const bool point = form.ambiguous_text.find('.') != std::string::npos;
    comment("Open: whether " + clean_text(form.ambiguous_text, kMaxShownName) + " (line " +
            std::to_string(form.ambiguous_line) + ", and " + count_of(form.ambiguous, "cell", "cells") +
            " in all like it) has three decimals or counts thousands.");
    const std::string decimal = point ? "the point as decimal sign is the default" : "decimal-comma makes it decimals";
    comment("  What decides it: " + decimal + "; grouping = \"" + (point ? "point" : "comma") +
            "\" makes it thousands" + (point ? ", with decimal-comma." : "."));
    if (form.decimal_sign != DecimalSign::kComma) open_key("decimal-comma = true");
    open_key(std::string("grouping = ") + (point ? "\"point\"" : "\"comma\""));
  }

  void write_amounts(const NumberForm& form) {
    if (form.decorated > 0) {
      comment(count_of(form.decorated, "amount has", "amounts have") +
              " a currency sign or parentheses, which no option reads: leave such rows out, or export plain numbers.");
    }
    if (form.negatives > 0) {
      comment(count_of(form.negatives, "amount is", "amounts are") +
              " negative: the endpoint takes no credits. Leave such rows out with where, and settle them another way.");
    }
    if (form.zeros == 0) return;
    comment(count_of(form.zeros, "amount is", "amounts are") +
            " 0, which the endpoint refuses; this leaves such rows out:");
    open_key("zero = \"skip\"");
  }

  void write_rows() {
    if (found_.misshapen_rows > 0) {
      comment(count_of(found_.misshapen_rows, "row has", "rows have") + " another number of cells than the header.");
    }
    if (!found_.statuses.empty()) {
      comment(
          "Which rows are charges is open; where decides it. Columns with few values, and how often each stands "
          "there:");
      for (std::size_t i = 0; i < std::min(found_.statuses.size(), kMaxListed); ++i) {
        comment("  " + shown(found_.statuses[i]) + ": " + values_of(found_.columns[found_.statuses[i]]));
      }
      filters_.insert(filters_.begin(), most_frequent(found_.columns[found_.statuses.front()]));
    } else if (!filters_.empty()) {
      comment("Which rows are charges is open; where decides it.");
    }
    if (filters_.empty()) return;
    open_key("where = " + toml_list(filters_));
    gap();
  }

  static std::string most_frequent(const ColumnFindings& column) {
    const auto fewer = [](const auto& a, const auto& b) { return a.second < b.second; };
    const auto most = std::max_element(column.few_values.begin(), column.few_values.end(), fewer);
    return clean_text(column.name) + "=" + clean_text(most->first);
  }

  std::string values_of(const ColumnFindings& column) const {
    std::string list = list_text(column.few_values, ", ", [](const auto& value) {
      return clean_text(value.first, kMaxShownName) + " (" + std::to_string(value.second) + ")";
    });
    if (shaped_rows() > column.filled) list += ", empty (" + std::to_string(shaped_rows() - column.filled) + ")";
    return list;
  }

  void write_total() {
    if (!found_.total) return;
    const TotalFinding& total = *found_.total;
    const std::string line =
        "Line " + std::to_string(total.line) + " looks like a total: " + clean_text(total.amount, kMaxShownName);
    if (total.agrees) {
      comment(line + ", which the rows above it add up to.");
      return key("total-row = true");
    }
    comment(line + (total.rows_sum ? "; all rows above it add up to " + total.rows_sum->text() + "."
                                   : "; the rows above it could not be added up."));
    comment(
        "  With total-row it must agree with the rows that count: choose them first, or leave the line out with "
        "where.");
    open_key("total-row = true");
  }

  const Inspection& found_;
  std::string text_;
  std::vector<std::string> mapped_;
  // For the keys that stay open, each of which may stand there once.
  std::vector<std::string> lookups_;
  std::vector<std::string> constants_;
  std::vector<std::string> filters_;
};

}  // namespace

std::string first_profile(const Inspection& inspection) {
  return ProfileText(inspection).write();
}

}  // namespace usage
