#include "rejections.h"

#include <utility>

#include "charge_rules.h"
#include "charge_words.h"
#include "input_rows.h"
#include "usage/base/error.h"
#include "usage/base/text.h"
#include "usage/intake/own_columns.h"
#include "usage/intake/row_name.h"

namespace usage {
namespace {

RejectedRow reject(const UsageInput& input, std::uint32_t row, RowId charge, std::string name, std::string column,
                   std::string_view value, std::string reason, std::string remedy) {
  const UsageRow& place = input.rows[row];
  return {row,
          {place.file, place.place.line, std::move(name), std::move(column), clean_text(value, 100), std::move(reason),
           std::move(remedy)},
          charge};
}

bool is_left_out(const KnownCharge& charge) {
  return charge_state(charge.status) == ChargeState::kLeftOut;
}

std::string take_back(const KnownCharge& left_out, std::string_view usage_row) {
  return "usage-uploader settle " + shell_word(left_out.run_name) + " --as not-submitted --row " +
         shell_word(usage_row) + " --by NAME --note TEXT";
}

const std::string& reference_column(const UsageInput& input, std::uint32_t row) {
  return input.files[input.rows[row].file].mapping.reference;
}

}  // namespace

RejectedRow reject_usage_row(const UsageInput& input, std::uint32_t row, RowId charge, std::string name,
                             std::string reason, std::string remedy) {
  return reject(input, row, charge, std::move(name), "usage_row", usage_row_of(input, row), std::move(reason),
                std::move(remedy));
}

RejectedRow reject_other_content(const UsageInput& input, std::uint32_t row, const KnownCharge& named) {
  const std::string as = ", as " + content_of(named) + " (" + described(named) + ")";
  if (is_left_out(named))
    return reject_usage_row(input, row, named.charge, "usage-row-left-out",
                            "a person decided that this charge is not to be billed" + as,
                            "take the row out; where it is to be billed after all, first take the decision back: " +
                                take_back(named, usage_row_of(input, row)));
  return reject_usage_row(input, row, named.charge, "usage-row-submitted", "this charge is already submitted" + as,
                          "take the row out; a further charge goes into a row with an empty usage_row");
}

RejectedRow reject_reference(const UsageInput& input, std::uint32_t row, RowId charge, const KnownCharge& other) {
  const bool left_out = is_left_out(other);
  return reject(input, row, charge, left_out ? "reference-left-out" : "reference-submitted",
                reference_column(input, row), reference_of(input, row),
                "the period has this reference " + worded_state(other) + " with " +
                    money_text(other.quantity, other.currency) + " (" + described(other) + ")",
                left_out ? "a person decided that it is not to be billed: take the row out, or give a charge of its "
                           "own its own reference, or first take the decision back: " +
                               take_back(other, "USAGE_ROW") + ", with the usage_row that its reconciliation.csv has"
                         : "an amount that was sent cannot be changed; take the row out, or give a correction its "
                           "own reference, and an empty usage_row where the file has that column");
}

RejectedRow reject_converted(const UsageInput& input, std::uint32_t row, const KnownCharge& named) {
  const std::string was = named.quantity.text();
  const std::string column(kAmountWasColumn);
  return reject(input, row, named.charge, "quantity-converted", input.files[input.rows[row].file].mapping.quantity,
                input.rows[row].quantity.text(),
                "it has the digits of the charge's amount (" + was +
                    ") with the decimal sign elsewhere, as when a number is read by other signs",
                "write the amount that is right, " + was + " or the new one, and leave the row's " + column +
                    " empty (add that column where the file has none)");
}

RejectedRow reject_mixed_up(const UsageInput& input, std::uint32_t row, const KnownCharge& named) {
  return reject_usage_row(input, row, named.charge, "usage-row-mixed-up",
                          "it names another charge: " + content_of(named) + " (" + described(named) +
                              "); installation, amount and reference of the row are not that one's",
                          (named.reference.empty() ? std::string()
                                                   : "where it is that charge, corrected, put its reference " +
                                                         clean_text(named.reference, 60) + " back; else ") +
                              "put the usage_row back that the row had when the file was written");
}

RejectedRow reject_billed_elsewhere(const UsageInput& input, std::uint32_t row, RowId charge,
                                    const ScopedCharge& found) {
  const bool is_planned = charge_state(found.charge.status) == ChargeState::kUnbilled;
  const std::string remedy =
      is_planned ? "take the row out, or correct --period, or first end that run: `usage-uploader resume " +
                       found.charge.run_name + "`, or `abandon " + found.charge.run_name + "`"
      : is_left_out(found.charge)
          ? "a person decided that it is not to be billed: take the row out; where it is to be billed here, first take "
            "the decision back: " +
                take_back(found.charge, "USAGE_ROW") + ", with the usage_row that its reconciliation.csv has"
          : "take the row out (of an export that holds several months, all others' rows: --where COLUMN=VALUE), or "
            "correct --period; a new charge needs a reference of its own, and an empty usage_row "
            "where the file has that column; a column that repeats each month is no invoice line: rename it, or name "
            "another with --column reference=NAME";
  return reject(input, row, charge, "reference-in-other-period", reference_column(input, row), reference_of(input, row),
                "period " + found.scope.period + " has this reference " + worded_state(found.charge) + " (" +
                    described(found.charge) + ")",
                remedy);
}

}  // namespace usage
