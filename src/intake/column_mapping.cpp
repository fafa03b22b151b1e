#include "column_mapping.h"

#include <algorithm>

#include "header_names.h"
#include "own_roles.h"
#include "usage/base/text.h"

namespace usage {
namespace {

constexpr std::size_t kNeededFields = 3;  // the first ones
constexpr std::array<std::string_view, kNamedFieldCount> kFieldTitles = {
    "installation SID", "billing SID", "quantity (the amount of money)", "reference", "currency"};

using Columns = std::vector<std::size_t>;

std::string column_flag(Field field, const std::string& name) {
  return "--column " + std::string(kFieldNames[field]) + "=" + shell_word(name);
}

// "Quantity" (column 3)
std::string shown(const std::vector<std::string>& header, std::size_t column) {
  return '"' + clean_text(header[column]) + "\" (column " + std::to_string(column + 1) + ")";
}

// One header against the rules; the steps fill `columns` and stop at the first trouble.
class Mapper {
 public:
  Mapper(const std::vector<std::string>& header, const IntakeOptions& options)
      : header_(header), layout_(layout_of(header)) {
    // They are for the export. A file of ours says itself which columns were meant (another one would be another amount
    // for the same charge) and what was looked up, and holds only rows that count.
    if (layout_ == Layout::kOwnResult) named_where_missing_ = options.columns;
    if (layout_ != Layout::kExport) return;
    named_ = options.columns;
    lookups_ = options.lookups;
    constants_ = options.constants;
    filters_ = options.where;
  }

  std::variant<MappedColumns, MappingTrouble> run() {
    if (has_lost_usage_row(header_)) report_lost_usage_row();
    for (auto i = index_of(Field::kUsageRow); i < index_of(Field::kInstallationKey); ++i)
      map_ours(static_cast<Field>(i));
    read_note();
    for (const auto& [field, name] : named_) map_named(field_of(field), name);
    for (const auto& [field, lookup] : lookups_) map_key(field_of(field), lookup);
    for (const RowFilter& filter : filters_) map_filter(filter);
    for (std::size_t i = 0; i < kNamedFieldCount; ++i) map_known(static_cast<Field>(i));
    map_renamed();
    report_missing();
    if (!trouble_) return MappedColumns{columns_, filter_columns_};
    trouble_->found = filter_columns_.size() +
                      static_cast<std::size_t>(std::count_if(columns_.begin(), columns_.end(),
                                                             [](const auto& column) { return column.has_value(); }));
    trouble_->lacks_nothing_else = missing_but(trouble_->ambiguous).empty();
    return *trouble_;
  }

 private:
  static Field field_of(const std::string& name) {
    return static_cast<Field>(std::find(kFieldNames.begin(), kFieldNames.end(), name) - kFieldNames.begin());
  }

  void report(MappingTrouble trouble) {
    if (!trouble_) trouble_ = std::move(trouble);
  }

  bool is_taken(std::size_t column) const {
    // A look-up's key may be another role's column as well.
    const auto end = columns_.begin() + static_cast<std::ptrdiff_t>(index_of(Field::kInstallationKey));
    return std::find(columns_.begin(), end, column) != end;
  }

  // Whether a column of ours says what no column of the export holds.
  bool says_itself(Field field) const {
    return std::ranges::any_of(
        kOwnRoles, [&](const OwnRole& role) { return role.role == field && usage::says_itself(role, columns_); });
  }

  // What the run that wrote this file had to be told about its columns.
  void read_note() {
    if (layout_ != Layout::kOwnResult) return;
    const auto note = std::ranges::find_if(header_, is_columns_note);
    if (note == header_.end()) return;
    const auto columns = read_columns_note(*note);
    if (!columns) {
      return report({"columns-note", "the header cell \"" + clean_text(*note) + "\" is not as the program wrote it",
                     "restore it, or have the file written again: usage-uploader reconcile"});
    }
    for (const auto& [role, name] : *columns) named_.emplace(role, name);
  }

  template <typename Predicate>
  Columns columns_where(Predicate fits) const {
    Columns found;
    for (std::size_t i = 0; i < header_.size(); ++i) {
      if (!is_usage_column(header_[i], layout_) && fits(i)) found.push_back(i);
    }
    return found;
  }

  // A column that the program wrote into a result file.
  void map_ours(Field field) {
    if (layout_ == Layout::kExport) return;
    const bool is_status_beside_cells = field == Field::kOwnStatus && layout_ != Layout::kReconciliation;
    const std::string_view name = is_status_beside_cells ? kOwnStatusColumn : kFieldNames[field];
    const auto is_it = [name](const std::string& cell) { return same_name(cell, name); };
    if (std::ranges::count_if(header_, is_it) > 1) {
      report({"column-doubled", "the column " + std::string(name) + " stands there twice",
              "keep the one that the program wrote"});
    }
    const auto found = std::ranges::find_if(header_, is_it);
    if (found == header_.end()) return;
    columns_[field] = static_cast<std::size_t>(found - header_.begin());
  }

  // The column with this name: as it is written, else as names compare. `option` is what named it.
  std::optional<std::size_t> find_named(const std::string& name, const std::string& option) {
    const std::string wanted(trim_blanks(name));
    Columns found = columns_where([&](std::size_t i) { return !wanted.empty() && header_[i] == wanted; });
    if (found.empty()) {
      found = columns_where([&](std::size_t i) { return !wanted.empty() && same_name(header_[i], wanted); });
    }
    if (found.size() == 1) return found.front();
    if (found.empty()) {
      report({"column-missing", "no column is called \"" + clean_text(name) + "\"; " + what_stands_there(),
              "correct " + option});
    } else {
      report({"column-doubled",
              option + ": both " + shown(header_, found[0]) + " and " + shown(header_, found[1]) + " have this name",
              "rename one of them in the file"});
    }
    return std::nullopt;
  }

  void map_named(Field field, const std::string& name) {
    const std::string role(kFieldNames[field]);
    const bool is_noted = layout_ == Layout::kOwnResult && named_.contains(role);
    const std::string option = is_noted ? "the header: usage_columns names it" : "--column " + role;
    const auto column = find_named(name, option);
    if (!column) return;
    if (is_taken(*column) && index_of(field) < kNamedFieldCount) {
      return report(
          {"column-twice",
           (is_noted ? "usage_columns gives " : "--column gives ") + shown(header_, *column) + " two meanings",
           is_noted ? "correct " + option : "name another column for one of them"});
    }
    columns_[field] = column;
  }

  void map_key(Field field, const LookupOption& lookup) {
    const Field key = field == Field::kInstallation ? Field::kInstallationKey : Field::kBillingSidKey;
    columns_[key] = find_named(lookup.column, "--lookup " + std::string(kFieldNames[field]));
  }

  void map_filter(const RowFilter& filter) {
    if (const auto column = find_named(filter.column, "--where " + shell_word(clean_text(filter.column))))
      filter_columns_.push_back(*column);
  }

  // By what the options say of it.
  bool is_settled(Field field) const {
    const std::string name(kFieldNames[field]);
    return says_itself(field) || named_.contains(name) || lookups_.contains(name) || constants_.contains(name);
  }

  void map_known(Field field) {
    if (columns_[field] || is_settled(field)) return;
    const Columns found =
        columns_where([&](std::size_t i) { return !is_taken(i) && is_known_name(header_[i], field, layout_); });
    if (field == Field::kQuantity && !check_money(found)) return;
    if (found.size() > 1) return report_doubled(field, found);
    if (!found.empty()) columns_[field] = found.front();
  }

  // A needed column of a file of ours that somebody has renamed since.
  void map_renamed() {
    for (std::size_t i = 0; i < kNeededFields; ++i) {
      const auto option = named_where_missing_.find(std::string(kFieldNames[i]));
      if (option == named_where_missing_.end() || columns_[i] || is_settled(static_cast<Field>(i))) continue;
      map_named(static_cast<Field>(i), option->second);
    }
  }

  // False where a column Quantity may count units: another column beside it speaks of money, and is nothing else.
  bool check_money(const Columns& found) {
    const auto units =
        std::find_if(found.begin(), found.end(), [&](std::size_t i) { return may_count_units(header_[i]); });
    if (units == found.end()) return true;
    const Columns money =
        columns_where([&](std::size_t i) { return i != *units && !is_taken(i) && speaks_of_money(header_[i]); });
    if (money.empty()) return true;
    std::string remedy = "say which column holds the money to bill: " + column_flag(Field::kQuantity, header_[*units]);
    for (std::size_t column : money) remedy += " or " + column_flag(Field::kQuantity, header_[column]);
    report({"quantity-ambiguous",
            shown(header_, *units) + " may count units, because " + shown(header_, money.front()) + " stands beside it",
            remedy, Field::kQuantity});
    return false;
  }

  void report_doubled(Field field, const Columns& found) {
    const bool same = header_[found[0]] == header_[found[1]];
    report({"column-doubled",
            std::string(kFieldTitles[index_of(field)]) + ": both " + shown(header_, found[0]) + " and " +
                shown(header_, found[1]) + " could hold it",
            same ? "rename one of them in the file"
                 : "say which with " + column_flag(field, header_[found[0]]) + " or " +
                       column_flag(field, header_[found[1]]),
            field});
  }

  void report_lost_usage_row() {
    report(
        {"usage-row-missing",
         "this is a result file of ours without its column usage_row, which names each row's charge: its rows would be "
         "charges of their own, beside those that they correct",
         "put the column back with its cells, or have the file written again: usage-uploader reconcile; where it is an "
         "export of another program, rename its usage_ columns"});
  }

  // Of the needed ones.
  std::vector<std::size_t> missing_but(std::optional<Field> other) const {
    std::vector<std::size_t> missing;
    for (std::size_t i = 0; i < kNeededFields; ++i)
      if (!columns_[i] && !is_settled(static_cast<Field>(i)) && other != static_cast<Field>(i)) missing.push_back(i);
    return missing;
  }

  void report_missing() {
    std::string titles;
    std::string flags;
    for (const std::size_t i : missing_but(std::nullopt)) {
      titles += (titles.empty() ? "" : ", ") + std::string(kFieldTitles[i]);
      flags += " --column " + std::string(kFieldNames[i]) + "=NAME";
    }
    if (titles.empty()) return;
    report({"column-missing", "no column for: " + titles + "; " + what_stands_there(),
            "check that this line is the header (--header-line N), and name the columns:" + flags +
                "; \"usage-uploader inspect FILE\" writes a first profile"});
  }

  std::string what_stands_there() const {
    constexpr std::size_t kMaxShown = 400;
    std::string names;
    for (const std::string& cell : header_) {
      names += (names.empty() ? "" : ", ") + clean_text(cell, 60);
      if (names.size() > kMaxShown) break;
    }
    return "the header has: " + clean_text(names, kMaxShown);
  }

  const std::vector<std::string>& header_;
  Layout layout_;
  std::map<std::string, std::string> named_;
  std::map<std::string, std::string> named_where_missing_;
  std::map<std::string, LookupOption> lookups_;
  std::map<std::string, std::string> constants_;
  std::vector<RowFilter> filters_;
  FieldColumns columns_;
  std::vector<std::size_t> filter_columns_;
  std::optional<MappingTrouble> trouble_;
};

}  // namespace

std::variant<MappedColumns, MappingTrouble> map_columns(const std::vector<std::string>& header,
                                                        const IntakeOptions& options) {
  return Mapper(header, options).run();
}

ColumnMapping describe(const FieldColumns& columns, const std::vector<std::string>& header,
                       const IntakeOptions& options) {
  const auto name = [&](Field field) {
    const auto column = columns[field];
    return column ? clean_text(header[*column]) : std::string();
  };
  // A reconciliation has a column where the export needed a constant.
  const auto constant = [&](Field field) {
    const auto found = options.constants.find(std::string(kFieldNames[field]));
    const bool holds = found != options.constants.end() && !columns[field];
    return holds && !columns[Field::kUsageRow] ? found->second : std::string();
  };
  return {name(Field::kInstallation),    name(Field::kBillingSid),    name(Field::kQuantity),
          name(Field::kReference),       name(Field::kCurrency),      name(Field::kUsageRow),
          name(Field::kInstallationKey), name(Field::kBillingSidKey), constant(Field::kInstallation),
          constant(Field::kBillingSid),  constant(Field::kCurrency)};
}

}  // namespace usage
