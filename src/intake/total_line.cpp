#include "total_line.h"

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include "usage/base/error.h"
#include "usage/base/sid.h"
#include "usage/base/text.h"
#include "usage/csv/cells.h"

namespace usage {
namespace {

constexpr std::size_t kMaxFooterLines = 5;
constexpr std::size_t kShownBytes = 100;

// What a line says, whatever its shape.
struct Line {
  std::vector<std::string> texts;
  std::vector<std::optional<Amount>> amounts;  // beside them

  std::size_t amount_count() const {
    return static_cast<std::size_t>(std::ranges::count_if(amounts, [](const auto& amount) { return !!amount; }));
  }
  bool is_footer() const {
    return amount_count() == 0 && std::ranges::count_if(texts, [](const auto& text) { return !text.empty(); }) == 1;
  }
  bool names_sid() const {
    return std::ranges::any_of(texts, is_installation_sid) || std::ranges::any_of(texts, is_usual_billing_sid);
  }
  std::optional<Amount> total(std::size_t column) const {
    if (column < amounts.size() && amounts[column]) return amounts[column];
    if (amount_count() != 1) return std::nullopt;
    return *std::ranges::find_if(amounts, [](const auto& amount) { return !!amount; });
  }
};

Line line_of(const std::string& record, const TotalLineForm& form) {
  Line line;
  for (const std::string_view cell : split_cells(record, form.delimiter)) {
    line.texts.push_back(cell_text(cell));
    line.amounts.push_back(read_any_amount(line.texts.back(), form.decimal_sign, form.grouping));
  }
  return line;
}

template <class Row>
const RowPlace* last_place(const std::vector<Row>& rows, std::uint16_t file) {
  return rows.empty() || rows.back().file != file ? nullptr : &rows.back().place;
}

struct LastRow {
  RowPlace place;
  bool is_charge = false;
};

// The last row of the file, out of the list it is in. Nothing where the file has none left.
std::optional<LastRow> pop_last(UsageInput& input, const TotalLineForm& form) {
  const RowPlace* valid = last_place(input.rows, form.file);
  const RowPlace* invalid = last_place(input.invalid, form.file);
  const RowPlace* left_out = last_place(input.left_out, form.file);
  const auto is_last = [&](const RowPlace* place) {
    const auto before = [&](const RowPlace* other) { return other == nullptr || other->offset <= place->offset; };
    return place != nullptr && before(valid) && before(invalid) && before(left_out);
  };
  std::optional<LastRow> last;
  if (is_last(valid)) {
    last = {*valid, form.rows_have_installations || form.rows_have_looked_up_billing_sids};
    input.rows.pop_back();
    if (!input.usage_rows.empty()) input.usage_rows.pop_back();
  } else if (is_last(invalid)) {
    const InvalidRow& row = input.invalid.back();
    last = {*invalid, (form.rows_have_installations && row.installation_index != kNoText) ||
                          (form.rows_have_looked_up_billing_sids && is_possible_billing_sid(row.billing_sid))};
    input.invalid.pop_back();
  } else if (is_last(left_out)) {
    last = {*left_out};
    input.left_out.pop_back();
  }
  return last;
}

// That of all rows of the file that speak of money, where it is one.
std::uint16_t currency_of(const UsageInput& input, std::uint16_t file) {
  std::set<std::uint16_t> found;
  const auto note = [&](const auto& row) {
    if (row.file == file) found.insert(row.currency);
  };
  std::ranges::for_each(input.rows, note);
  std::ranges::for_each(input.invalid, note);
  for (const LeftOutRow& row : input.left_out)
    if (row.amount || !row.quantity.empty()) note(row);
  return found.size() == 1 ? *found.begin() : std::uint16_t{0};
}

// Shown with its words, such as Total, where others have the installation.
LeftOutRow left_out_row(const Line& line, const RowPlace& place, std::uint16_t file, const std::string& reason) {
  LeftOutRow row;
  row.place = place;
  row.file = file;
  row.reason = reason;
  const auto words = std::ranges::find_if(line.texts, [](const std::string& text) { return !text.empty(); });
  if (words != line.texts.end()) row.installation = clean_text(*words, kShownBytes);
  return row;
}

[[noreturn]] void refuse(const TotalLineForm& form, const std::optional<RowPlace>& place, const std::string& why) {
  throw RefusedError("total-line",
                     form.file_name + (place ? ":" + std::to_string(place->line) : std::string()) + ": " + why,
                     "check that the export is whole; leave out --total-row where it has no total line, and where this "
                     "line is a total that names a customer, give --where COLUMN!=TEXT, which leaves it out, instead");
}

}  // namespace

void take_total_line(UsageInput& input, const TotalLineForm& form,
                     const std::function<std::string(const RowPlace&)>& record) {
  std::vector<LeftOutRow> below;
  for (;;) {
    const auto last = pop_last(input, form);
    if (!last) refuse(form, std::nullopt, "there is no total line");
    const RowPlace& place = last->place;
    const Line line = line_of(record(place), form);
    if (line.is_footer() && below.size() < kMaxFooterLines) {
      below.push_back(left_out_row(line, place, form.file, "by --total-row: below the total line"));
      continue;
    }
    const auto total = line.total(form.quantity);
    if (last->is_charge || line.names_sid())
      refuse(form, place,
             "the last line is a charge (a SID stands in it, or is looked up by it), and no total line: that may be "
             "cut off");
    if (!total) refuse(form, place, "the last line has no amount that could be the total of the others");
    LeftOutRow row = left_out_row(line, place, form.file, "by --total-row");
    row.amount = total;
    row.quantity = total->text();
    row.currency = currency_of(input, form.file);
    input.left_out.push_back(std::move(row));
    input.total_lines.push_back({form.file, place.line, *total});
    break;
  }
  std::ranges::reverse(below);
  std::ranges::move(below, std::back_inserter(input.left_out));
}

}  // namespace usage
