#include "decimal_error.h"

#include <algorithm>
#include <array>
#include <optional>

#include "decimal_meanings.h"
#include "decimal_text.h"
#include "usage/base/ascii.h"
#include "usage/base/text.h"

namespace usage {
namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::size_t kMaxShownLetters = 20;

// $, and in UTF-8 the cent, pound, currency and yen signs; those of the block U+20A0 to U+20CF are found by their first
// bytes.
constexpr std::array<std::string_view, 5> kCurrencySigns = {"$", "\xC2\xA2", "\xC2\xA3", "\xC2\xA4", "\xC2\xA5"};

std::string plain_form(DecimalSign sign) {
  return std::string("write it as digits alone, like ") + (sign == DecimalSign::kPoint ? "1234.50" : "1234,50");
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool has_currency_sign(std::string_view text) {
  const auto in_text = [text](std::string_view sign) { return contains(text, sign); };
  return contains(text, "\xE2\x82") || std::any_of(kCurrencySigns.begin(), kCurrencySigns.end(), in_text);
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// 1e3, 2.5E-7
bool has_exponent(std::string_view text) {
  const std::size_t e = text.find_first_of("eE");
  if (e == 0 || e == std::string_view::npos) return false;
  std::string_view exponent = text.substr(e + 1);
  if (exponent.starts_with('+') || exponent.starts_with('-')) exponent.remove_prefix(1);
  return !exponent.empty() && exponent.find_first_not_of(kDigits) == std::string_view::npos;
}

std::string first_letters(std::string_view text) {
  const auto begin = std::find_if(text.begin(), text.end(), is_letter);
  const auto end = std::find_if_not(begin, text.end(), is_letter);
  const std::string letters(begin, end);
  return letters.size() <= kMaxShownLetters ? letters : letters.substr(0, kMaxShownLetters) + "...";
}

std::string decide(std::string_view text, const DecimalForm& form) {
  const std::string options = meanings(text, form);
  return options + (options.empty() ? "" : "or ") + plain_form(form.sign);
}

std::string other_sign_reason(DecimalSign sign) {
  if (sign == DecimalSign::kPoint) return "a comma stands in it";
  return "a point stands in it, and with --decimal-comma the decimal sign is the comma";
}

// Plain but for the declared grouping signs, which stand where they cannot.
std::string grouping_reason(std::string_view text, const DecimalForm& form) {
  const std::size_t sign = std::min(text.find(character_of(form.sign)), text.size());
  if (has_grouping(text.substr(sign), form.grouping)) return "a grouping sign stands behind its decimal sign";
  if (text.front() == '0') return "its first group of digits begins with a 0";
  return "the grouping signs in it do not part its digits into a first group of 1 to 3 and others of 3";
}

bool has_minus_at_an_end(std::string_view text) {
  return text.front() == '-' || text.back() == '-';
}

DecimalError explain_minus(std::string_view text, const DecimalForm& form) {
  if (form.role == DecimalRole::kTotal || !has_minus_at_an_end(text)) {
    return {"a '-' stands where none can", plain_form(form.sign)};
  }
  return {"it is negative, and the endpoint takes only amounts above 0 (it cannot take a credit)",
          "take the row out and settle the credit with the customer in another way"};
}

// Typesetters' minus signs (U+2212) and dashes (U+2013) count as '-' where a text is explained.
std::string with_plain_minus(std::string_view text) {
  std::string plain(text);
  for (const std::string_view minus : {"\xE2\x88\x92", "\xE2\x80\x93"})
    for (std::size_t at = plain.find(minus); at != std::string::npos; at = plain.find(minus, at + 1))
      plain.replace(at, minus.size(), "-");
  return plain;
}

// Without the currency, in letters or as a sign, and blanks at both ends.
std::string_view without_currency(std::string_view text) {
  const auto is_of_number = [](char c) { return !is_letter(c) && c != '$' && c > ' ' && c <= '~'; };
  const auto begin = std::find_if(text.begin(), text.end(), is_of_number);
  const auto end = std::find_if(text.rbegin(), text.rend(), is_of_number).base();
  return begin < end ? std::string_view(begin, end) : std::string_view();
}

// 12.50 CR, as ledgers write what is owed to the customer.
bool ends_with_credit(std::string_view text) {
  const std::size_t end = text.find_last_not_of("RrCc");
  return end != std::string_view::npos && ascii_lower(text.substr(end + 1)) == "cr" && !is_letter(text[end]);
}

// All letters, blanks and non-ASCII characters are ruled out by now.
DecimalError explain_form(std::string_view text, std::string_view written, const DecimalForm& form) {
  const std::string allowed = std::string(kDigits) + character_of(form.sign);
  const std::size_t other = text.find_first_not_of(allowed);
  if (other == std::string_view::npos) return {"the decimal sign stands in it more than once", decide(written, form)};
  const char c = text[other];
  if (c == '\'' || c == '_') return {std::string("a grouping sign (") + c + ") stands in it", decide(written, form)};
  if (c < ' ' || c > '~') return {"a control character stands in it", plain_form(form.sign)};
  return {std::string("a '") + c + "' stands in it", plain_form(form.sign)};
}

// Signs that are no part of a decimal, whatever the options.
std::optional<DecimalError> explain_strange_signs(std::string_view text, std::string_view written,
                                                  const DecimalForm& form) {
  if (has_currency_sign(text)) {
    return DecimalError{"a currency sign stands in it",
                        plain_form(form.sign) + "; a currency goes into a column of its own"};
  }
  if (!is_ascii(text)) {
    return DecimalError{"a character other than the digits 0 to 9 stands in it", decide(written, form)};
  }
  if (has_exponent(text)) return DecimalError{"it has an exponent", "write all digits (1000, not 1e3)"};
  if (std::any_of(text.begin(), text.end(), is_letter)) {
    return DecimalError{"letters stand in it (" + first_letters(text) + ")",
                        plain_form(form.sign) + "; a currency goes into a column of its own"};
  }
  return std::nullopt;
}

}  // namespace

DecimalError explain_malformed(std::string_view written, const DecimalForm& form) {
  if (written.empty()) return {"it is empty", "fill in the amount, or take the row out"};
  const std::string bare = with_plain_minus(without_grouping(written, form.grouping));
  const std::string_view text = bare;  // its declared grouping signs are not what is wrong, but for where they stand
  if (contains(text, std::string_view("\0", 1))) {
    return {"a NUL byte stands in it", "export the file again as plain text"};
  }
  const bool has_digit = text.find_first_of(kDigits) != std::string_view::npos;
  if (has_digit && has_minus_at_an_end(text)) return explain_minus(text, form);
  const std::string_view number = without_currency(text);  // CHF -12.50 must not become 12.50 by following a remedy
  if (has_digit && !number.empty() && has_minus_at_an_end(number)) return explain_minus(number, form);
  const bool in_parentheses = text.find_first_of("()") != std::string_view::npos;
  if (in_parentheses || (has_digit && ends_with_credit(text))) {
    return {in_parentheses ? "parentheses stand in it, which often mean a negative amount"
                           : "CR stands behind it, which often means a credit",
            plain_form(form.sign) + ", or take the row out: the endpoint cannot take a credit"};
  }
  if (auto strange = explain_strange_signs(text, written, form)) return *strange;
  if (!has_digit) return {"no digit stands in it", plain_form(form.sign)};
  if (text.front() == '+') return {"a '+' stands before it", "remove the '+'"};
  if (contains(text, "-")) return explain_minus(text, form);
  if (split_decimal(text, form.sign)) return {grouping_reason(written, form), decide(written, form)};
  if (text.find_first_of(" \t\r\n") != std::string_view::npos) {
    const std::string options = meanings(written, form);
    return {"blanks stand in it", options.empty() ? "remove the blanks" : options + "or remove the blanks"};
  }
  if (contains(text, form.sign == DecimalSign::kPoint ? "," : ".")) {
    return {other_sign_reason(form.sign), decide(written, form)};
  }
  return explain_form(text, written, form);
}

DecimalError explain_too_long(std::size_t characters) {
  return {"it is " + std::to_string(characters) + " characters long",
          "write at most " + std::to_string(kMaxDecimalLength) + " characters"};
}

DecimalError explain_integer_digits(std::size_t digits, std::size_t at_most) {
  return {"it has " + std::to_string(digits) + " digits before the decimal sign, and at most " +
              std::to_string(at_most) + " can be kept exactly",
          "check the amount"};
}

DecimalError explain_decimals(std::size_t decimals) {
  return {"it has " + std::to_string(decimals) + " decimals, and at most " + std::to_string(kMaxDecimals) +
              " can be kept exactly",
          "round it at the source"};
}

DecimalError explain_significant_digits(std::size_t digits) {
  return {"it has " + std::to_string(digits) + " significant digits, and at most " +
              std::to_string(kMaxSignificantDigits) + " survive every JSON reader",
          "round it at the source"};
}

DecimalError explain_zero() {
  return {"it is 0, and the endpoint takes only amounts above 0", "take the row out, or correct the amount"};
}

}  // namespace usage
